/**
 * Writes rulepacks/bhyt-lists: the small code lists of the insurance claim, by date.
 * Run: node scripts/rulepacks/bhyt-lists.ts
 */
import type { CodeList, CodeRow, ListsPack } from '../../packages/vn/bhyt/lists-pack.ts';
import type { Cite, Edition } from '../../packages/vn/bhyt/pack.ts';
import { CARD_CHECK, CATEGORIES_824, CATEGORIES_3276, OBJECT_GROUPS } from './bhyt-lists-categories.ts';
import {
  ANAESTHESIA,
  CARE_FORMS,
  CARE_FORMS_1804,
  COST_GROUPS,
  DISCHARGE,
  FUEL,
  HIV_GROUPS_3176,
  HIV_GROUPS_4750,
  INJURY,
  LIVING_AREAS,
  OUTCOME_8,
  OUTCOMES,
  OUTSIDE_FACILITY,
  PAYMENT_METHOD,
  PREFIX_2015,
  ROUTES,
  SCOPES,
  SEX,
  SOURCE_PAID,
  TRANSFER_REASON,
} from './bhyt-lists-codes.ts';
import { chain, cite, KNOWN_FROM, writePack } from './bhyt-write.ts';

const list = (field: string, source: Cite, rows: readonly CodeRow[]): CodeList => ({
  field,
  source,
  columns: ['code', 'vi', 'en'],
  rows,
});

const ANNEX = cite('QĐ 130/QĐ-BYT năm 2023, QĐ 4750/QĐ-BYT năm 2023', 'diễn giải của trường', 'H');
const QD3176 = cite('QĐ 3176/QĐ-BYT năm 2024', 'diễn giải của trường', 'H');
const QD5937 = (annex: number) => cite('QĐ 5937/QĐ-BYT năm 2021', `Phụ lục ${annex}`, 'H');
const QD7603 = cite('QĐ 7603/QĐ-BYT năm 2018', 'danh mục mã đường dùng', 'H');

interface Variant {
  from: string;
  categories: 'qd824' | 'qd3276';
  forms16: boolean;
  outcome8: boolean;
  group19: boolean;
  /** Older category codes are still taken, with a warning. */
  transition?: boolean;
  sources: Cite[];
}

function lists(v: Variant): ListsPack {
  const categories =
    v.categories === 'qd3276'
      ? list('MA_DOITUONG_KCB', cite('QĐ 3276/QĐ-BYT năm 2025', 'Phụ lục 1', 'H'), CATEGORIES_3276)
      : list('MA_DOITUONG_KCB', cite('QĐ 824/QĐ-BYT năm 2023', 'Phụ lục 2', 'M'), CATEGORIES_824);
  const forms = v.forms16
    ? list('MA_LOAI_KCB', cite('QĐ 1804/QĐ-BYT năm 2026', 'Phụ lục 01', 'M'), CARE_FORMS_1804)
    : list('MA_LOAI_KCB', cite('QĐ 824/QĐ-BYT năm 2023', 'Phụ lục 1', 'H'), CARE_FORMS);
  return {
    MA_DOITUONG_KCB: categories,
    ...(v.transition
      ? {
          MA_DOITUONG_KCB_TRANSITION: list(
            'MA_DOITUONG_KCB',
            cite('QĐ 3276/QĐ-BYT năm 2025', 'Điều 2, chuyển tiếp đến 31/12/2025', 'M'),
            CATEGORIES_824,
          ),
        }
      : {}),
    MA_LOAI_KCB: forms,
    MA_LOAI_RV: list('MA_LOAI_RV', ANNEX, DISCHARGE),
    KET_QUA_DTRI: list('KET_QUA_DTRI', ANNEX, v.outcome8 ? [...OUTCOMES, OUTCOME_8] : OUTCOMES),
    MA_NHOM: list(
      'MA_NHOM',
      QD5937(3),
      v.group19 ? [...COST_GROUPS, ['19', 'Dịch vụ khác (ăn, đi lại, lưu trú…)', 'Other services']] : COST_GROUPS,
    ),
    MA_TAI_NAN: list('MA_TAI_NAN', QD5937(4), INJURY),
    DUONG_DUNG: list('DUONG_DUNG', QD7603, ROUTES),
    GIOI_TINH: list('GIOI_TINH', ANNEX, SEX),
    PHAM_VI: list('PHAM_VI', ANNEX, SCOPES),
    MA_PTTT: list('MA_PTTT', ANNEX, PAYMENT_METHOD),
    NGUON_CTRA: list('NGUON_CTRA', ANNEX, SOURCE_PAID),
    PP_VO_CAM: list('PP_VO_CAM', ANNEX, ANAESTHESIA),
    MA_LYDO_CT: list('MA_LYDO_CT', ANNEX, TRANSFER_REASON),
    MA_KHUVUC: list('MA_KHUVUC', ANNEX, LIVING_AREAS),
    MA_XANG_DAU: list(
      'MA_XANG_DAU',
      v.categories === 'qd3276' ? cite('QĐ 3276/QĐ-BYT năm 2025', 'Phụ lục 2', 'H') : QD5937(8),
      FUEL,
    ),
    MA_CSKCB_THUOC: list('MA_CSKCB_THUOC', ANNEX, OUTSIDE_FACILITY),
    NHOM_DOI_TUONG: list(
      'NHOM_DOI_TUONG',
      v.from < '2025' ? ANNEX : QD3176,
      v.from < '2025' ? HIV_GROUPS_4750 : HIV_GROUPS_3176,
    ),
    OBJECT_GROUP: list('hai ký tự đầu của mã thẻ', cite('QĐ 1351/QĐ-BHXH năm 2015', 'Điều 2', 'M'), OBJECT_GROUPS),
    CARD_PREFIX_2015: list(
      'đối tượng và mức hưởng trên thẻ cũ',
      cite('QĐ 1351/QĐ-BHXH năm 2015', 'chuyển đổi mã thẻ', 'M'),
      PREFIX_2015,
    ),
    CARD_CHECK: {
      field: 'maKetQua',
      source: cite('Cổng tiếp nhận dữ liệu giám định BHYT', 'tra cứu thẻ', 'M'),
      columns: ['code', 'vi', 'en', 'action'],
      rows: CARD_CHECK,
    },
  };
}

const QD824 = cite('QĐ 824/QĐ-BYT năm 2023', 'Phụ lục 1, 2', 'M');
const variants: Variant[] = [
  { from: '2023-07-01', categories: 'qd824', forms16: false, outcome8: false, group19: false, sources: [QD824] },
  { from: '2024-07-01', categories: 'qd824', forms16: false, outcome8: true, group19: true, sources: [QD824, ANNEX] },
  { from: '2025-01-01', categories: 'qd824', forms16: false, outcome8: true, group19: true, sources: [QD824, QD3176] },
  {
    from: '2025-07-01',
    categories: 'qd3276',
    forms16: false,
    outcome8: true,
    group19: true,
    transition: true,
    sources: [cite('QĐ 3276/QĐ-BYT năm 2025', 'Phụ lục 1, 2', 'H')],
  },
  {
    from: '2026-01-01',
    categories: 'qd3276',
    forms16: false,
    outcome8: true,
    group19: true,
    sources: [cite('QĐ 3276/QĐ-BYT năm 2025', 'Phụ lục 1, 2', 'H')],
  },
  {
    from: '2026-08-01',
    categories: 'qd3276',
    forms16: true,
    outcome8: true,
    group19: true,
    sources: [cite('QĐ 1804/QĐ-BYT năm 2026', 'Phụ lục 01', 'M')],
  },
];

export function listEditions(): Edition<ListsPack>[] {
  return chain(
    variants.map((v) => ({
      subject: 'bhyt-lists',
      edition: v.from,
      validFrom: v.from,
      validTo: null,
      knownFrom: KNOWN_FROM,
      source: v.sources,
      data: lists(v),
    })),
  );
}

if (import.meta.main) for (const edition of listEditions()) writePack(edition);
