/**
 * Writes rulepacks/bhyt-xml: the field tables of the insurance claim, by date,
 * from the official sheets (QĐ 130 with QĐ 4750, the portal's validation sheet)
 * and the later changes listed in bhyt-xml-tables.ts.
 * Run: node scripts/rulepacks/bhyt-xml.ts
 */
import type { Cite, Edition } from '../../packages/vn/bhyt/pack.ts';
import type { Mandatory, TableName, XmlField, XmlPack } from '../../packages/vn/xml/pack.ts';
import { chain, cite, KNOWN_FROM, writePack } from './bhyt-write.ts';
import { type OfficialField, officialFields, type PortalField, portalFields, shortMeaning } from './bhyt-xml-csv.ts';
import {
  CHANGES_1931,
  CHANGES_3176,
  CHANGES_TWO_TIER,
  type Change,
  CONDITIONS,
  codesOfField,
  FRAMES,
  formatOf,
  scaleOf,
} from './bhyt-xml-tables.ts';

const COLUMNS = ['name', 'type', 'max', 'mandatory', 'format', 'scale', 'codes', 'sameAsTable1', 'meaning'] as const;

/** Fields that the field sheet lacks although both decisions and the portal have them. */
const MISSING: (OfficialField & { after: string })[] = [
  { table: 'XML1', name: 'NHOM_MAU', type: 'S', max: 5, meaning: 'nhóm máu, nếu có', after: 'GIOI_TINH' },
  { table: 'XML2', name: 'NGAY_TH_YL', type: 'S', max: 12, meaning: 'thời điểm thực hiện y lệnh', after: 'NGAY_YL' },
];

const SAME = /giống thông tin này ở bảng 1|Sử dụng thông tin tại trường/i;

function mandatoryOf(key: string, portal: PortalField | undefined): Mandatory {
  return CONDITIONS[key] ?? (portal?.mandatory.startsWith('x') ? 'always' : 'no');
}

function baseField(field: OfficialField, portal: PortalField | undefined): XmlField {
  const key = `${field.table} ${field.name}`;
  return {
    name: field.name,
    type: field.type,
    max: field.max,
    mandatory: mandatoryOf(key, portal),
    format: formatOf(field.table, field.name, field.max),
    scale: field.type === 'N' ? scaleOf(field.name) : null,
    codes: codesOfField(field.name),
    sameAsTable1: SAME.test(portal?.check ?? '') || SAME.test(field.meaning),
    meaning: shortMeaning(field.meaning || (portal?.meaning ?? '')),
  };
}

function changed(table: TableName, field: XmlField, changes: Record<string, Change>): XmlField | undefined {
  const change = changes[`${table} ${field.name}`];
  if (!change) return field;
  if (change.drop) return undefined;
  const { rename, drop: _drop, ...rest } = change;
  const name = rename ?? field.name;
  const next = { ...field, ...rest, name };
  if (rename || change.max !== undefined) next.format = formatOf(table, name, next.max) ?? null;
  if (rename) next.sameAsTable1 = false;
  return next;
}

/** Tables under the decisions up to `layers`, in annex order. */
function tables(layers: readonly Record<string, Change>[]): XmlPack['tables'] {
  const portal = portalFields();
  const all: OfficialField[] = [];
  for (const field of officialFields()) {
    all.push(field);
    all.push(...MISSING.filter((m) => m.table === field.table && m.after === field.name));
  }
  const entries = (Object.keys(FRAMES) as TableName[]).map((table) => {
    let fields = all.filter((f) => f.table === table).map((f) => baseField(f, portal.get(`${table} ${f.name}`)));
    for (const layer of layers) fields = fields.flatMap((f) => changed(table, f, layer) ?? []);
    const rows = fields.map((f) => COLUMNS.map((column) => f[column]));
    return [table, { ...FRAMES[table], fields: { columns: [...COLUMNS], rows } }] as const;
  });
  return Object.fromEntries(entries) as unknown as XmlPack['tables'];
}

const ANNEX = cite('QĐ 130/QĐ-BYT năm 2023, QĐ 4750/QĐ-BYT năm 2023', 'Bảng check-in và Bảng 1–15', 'H');
const PORTAL = cite('Cổng tiếp nhận dữ liệu giám định BHYT', 'bảng kiểm tra theo QĐ 4750', 'H');
const QD3176 = cite('QĐ 3176/QĐ-BYT năm 2024', 'Bảng 1–15', 'H');
const TWO_TIER = cite('Luật 72/2025/QH15; QĐ 19/2025/QĐ-TTg', 'bỏ cấp huyện', 'M');
const QD1931 = cite('QĐ 1931/QĐ-BYT ngày 29/06/2026', 'MUC_HUONG tối đa 4 ký tự', 'M');

const variants: { from: string; standard: string; layers: Record<string, Change>[]; source: Cite[] }[] = [
  { from: '2024-07-01', standard: 'QĐ 4750', layers: [], source: [ANNEX, PORTAL] },
  { from: '2025-01-01', standard: 'QĐ 3176', layers: [CHANGES_3176], source: [QD3176, ANNEX, PORTAL] },
  {
    from: '2025-07-01',
    standard: 'QĐ 3176',
    layers: [CHANGES_3176, CHANGES_TWO_TIER],
    source: [TWO_TIER, QD3176, ANNEX, PORTAL],
  },
  {
    from: '2026-07-01',
    standard: 'QĐ 3176, QĐ 1931',
    layers: [CHANGES_3176, CHANGES_TWO_TIER, CHANGES_1931],
    source: [QD1931, TWO_TIER, QD3176, ANNEX, PORTAL],
  },
];

export function xmlEditions(): Edition<XmlPack>[] {
  return chain(
    variants.map((v) => ({
      subject: 'bhyt-xml',
      edition: v.from,
      validFrom: v.from,
      validTo: null,
      knownFrom: KNOWN_FROM,
      source: v.source,
      data: {
        standard: v.standard,
        moneyOrder: {
          default: 'annex' as const,
          orders: {
            annex: {},
            'fund-first': { XML2: ['T_BHTT', 'T_BNCCT', 'T_BNTT'], XML3: ['T_BHTT', 'T_BNTT', 'T_BNCCT'] },
          },
        },
        tables: tables(v.layers),
      },
    })),
  );
}

if (import.meta.main) for (const edition of xmlEditions()) writePack(edition);
