import type { RulePack, RulePacks } from '@mach/engine';
import { type CodeSystem, type Concept, codeSystem, type PropertyValue } from '@mach/fhir/terminology/code-system.ts';
import type { AdminUnitsData } from '@mach/vn/codes/admin.ts';
import type { IcdData } from '@mach/vn/codes/icd-entries.ts';
import { listCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import type { ServicesData } from '@mach/vn/codes/services.ts';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';

/** A list of a rule pack as a code system; every edition of the pack is a version. */
export interface PackSystem {
  readonly url: string;
  readonly name: string;
  readonly title: string;
  readonly subject: string;
  concepts(pack: RulePack): Concept[];
  /** Another name by which a version is known: the circular's number. */
  alias?(pack: RulePack): string;
}

/** Roles of a text in FHIR: a synonym, as SNOMED CT names it. */
const SYNONYM = { system: 'http://snomed.info/sct', code: '900000000000013009', display: 'Synonym' };

function concept(
  code: string,
  vi: string,
  more: Partial<Concept> & { en?: string; synonyms?: readonly string[] } = {},
): Concept {
  const { en, synonyms = [], ...rest } = more;
  return {
    code,
    display: vi,
    designations: [
      ...(en ? [{ language: 'en', value: en }] : []),
      ...synonyms.map((value) => ({ language: 'vi', use: SYNONYM, value })),
    ],
    properties: [],
    parents: [],
    isAbstract: false,
    isInactive: false,
    ...rest,
  };
}

const property = (code: string, value: PropertyValue | null | undefined): { code: string; value: PropertyValue }[] =>
  value === null || value === undefined || value === '' ? [] : [{ code, value }];

/** Chapters, blocks, categories and codes; the flags of the list as properties. */
function icd(pack: RulePack): Concept[] {
  const { data } = pack as RulePack<IcdData>;
  const inclusions = new Map<string, { vi: string[]; en: string[] }>();
  if (data.inclusions)
    for (const r of records(data.inclusions, 'code', 'lang', 'text')) {
      const own = inclusions.get(textCell(r.code)) ?? { vi: [], en: [] };
      inclusions.set(textCell(r.code), own);
      own[r.lang === 'en' ? 'en' : 'vi'].push(textCell(r.text));
    }
  const out: Concept[] = [];
  for (const r of records(data.chapters, 'chapter', 'range', 'vi', 'en'))
    out.push(
      concept(textCell(r.chapter), textCell(r.vi), {
        en: textCell(r.en),
        isAbstract: true,
        properties: property('range', textCell(r.range)),
      }),
    );
  for (const r of records(data.blocks, 'block', 'chapter', 'parent', 'vi', 'en'))
    out.push(
      concept(textCell(r.block), textCell(r.vi), {
        en: textCell(r.en),
        isAbstract: true,
        parents: [textCell(r.parent) || textCell(r.chapter)],
      }),
    );
  const codes = [...records(data.codes, 'code', 'mark', 'vi', 'en', 'block', 'flags')];
  const known = new Set(codes.map((r) => textCell(r.code)));
  for (const r of codes) {
    const code = textCell(r.code);
    const own = inclusions.get(code);
    out.push({
      ...concept(code, textCell(r.vi), { en: textCell(r.en), synonyms: own?.vi ?? [] }),
      parents: [above(code, known) ?? textCell(r.block)],
      properties: [
        ...property('mark', textCell(r.mark)),
        ...[...textCell(r.flags)].flatMap((f) => property('flag', data.flagKeys[f] ?? f)),
      ],
    });
  }
  return out;
}

/** The nearest coarser code that the list has: S06.00 → S06.0 → S06. */
function above(code: string, known: ReadonlySet<string>): string | undefined {
  for (let short = code.slice(0, -1); short.length >= 3; short = short.slice(0, -1)) {
    const shorter = short.endsWith('.') ? short.slice(0, -1) : short;
    if (known.has(shorter)) return shorter;
  }
  return undefined;
}

/** A plain table: a code, its Vietnamese name, perhaps an English one. */
function table(
  rows: Table,
  display = 'vi',
  more: (get: (column: string) => unknown) => Partial<Concept> = () => ({}),
): Concept[] {
  const at = (name: string): number => rows.columns.indexOf(name);
  const [code, vi, en] = [at('code'), at(display), at('en')];
  return rows.rows.map((row) => {
    const get = (column: string): unknown => row[at(column)];
    return concept(String(row[code]), String(row[vi] ?? ''), {
      ...(en >= 0 && row[en] ? { en: String(row[en]) } : {}),
      ...more(get),
    });
  });
}

type Tables = Readonly<Record<string, Table>>;
const tables = (pack: RulePack): Tables => pack.data as Tables;

function named(pack: RulePack, name: string, display?: string, more?: Parameters<typeof table>[2]): Concept[] {
  const rows = tables(pack)[name];
  return rows ? table(rows, display, more) : [];
}

function services(pack: RulePack): Concept[] {
  const { data } = pack as RulePack<ServicesData>;
  const kind =
    (value: string) =>
    (get: (column: string) => unknown): Partial<Concept> => ({
      properties: [
        ...property('kind', value),
        ...property('costGroup', get('group') as string),
        ...property('level', get('level') as string),
        ...property('class', get('class') as string),
      ],
    });
  return [
    ...table(data.services, 'name', kind('technique')),
    ...table(data.exams, 'vi', kind('exam')),
    ...table(data.beds, 'vi', kind('bed')),
  ];
}

const units = (pack: RulePack): AdminUnitsData => pack.data as AdminUnitsData;
const unitName = (get: (column: string) => unknown): Partial<Concept> => ({
  display: `${String(get('type'))} ${String(get('name'))}`,
  properties: [...property('province', get('province') as string), ...property('district', get('district') as string)],
});

const BHYT: Readonly<Record<string, readonly [url: string, title: string]>> = {
  MA_DOITUONG_KCB: [CS.bhytVisitCategory, 'Đối tượng đến khám chữa bệnh BHYT'],
  MA_LOAI_KCB: [CS.treatmentKind, 'Loại hình khám chữa bệnh'],
  MA_LOAI_RV: [CS.leaveKind, 'Loại ra viện'],
  KET_QUA_DTRI: [CS.treatmentResult, 'Kết quả điều trị'],
  MA_NHOM: [CS.costGroup, 'Nhóm chi phí'],
  OBJECT_GROUP: [CS.bhytGroup, 'Nhóm đối tượng trên thẻ BHYT'],
  ...Object.fromEntries(
    (
      [
        ['DUONG_DUNG', 'Đường dùng thuốc'],
        ['MA_TAI_NAN', 'Tai nạn, thương tích'],
        ['GIOI_TINH', 'Giới tính'],
        ['PHAM_VI', 'Phạm vi thanh toán'],
        ['MA_PTTT', 'Phương thức thanh toán'],
        ['NGUON_CTRA', 'Nguồn chi trả'],
        ['PP_VO_CAM', 'Phương pháp vô cảm'],
        ['MA_LYDO_CT', 'Lý do chuyển tuyến'],
        ['MA_KHUVUC', 'Khu vực sinh sống'],
        ['MA_XANG_DAU', 'Xăng dầu vận chuyển'],
        ['MA_CSKCB_THUOC', 'Nguồn thuốc'],
        ['NHOM_DOI_TUONG', 'Nhóm đối tượng ưu tiên'],
        ['CARD_CHECK', 'Kết quả tra cứu thẻ BHYT'],
      ] as const
    ).map(([list, title]) => [list, [`${FHIR_BASE}/cs/bhyt/${list}`, title] as const]),
  ),
};

export const PACK_SYSTEMS: readonly PackSystem[] = [
  {
    url: CS.icd10,
    name: 'ICD10VN',
    title: 'ICD-10, bản tiếng Việt của Bộ Y tế',
    subject: 'icd10',
    concepts: icd,
    alias: (pack) => (pack as RulePack<{ list: string }>).data.list,
  },
  {
    url: CS.icd9cm,
    name: 'ICD9CM',
    title: 'ICD-9-CM tập 3: thủ thuật',
    subject: 'services',
    concepts: (p) => named(p, 'icd9'),
  },
  {
    url: CS.service,
    name: 'DichVuKyThuat',
    title: 'Dịch vụ kỹ thuật, khám, giường',
    subject: 'services',
    concepts: services,
  },
  {
    url: CS.province,
    name: 'TinhThanh',
    title: 'Tỉnh, thành phố',
    subject: 'admin-units',
    concepts: (p) => table(units(p).provinces, 'name', unitName),
  },
  {
    url: CS.ward,
    name: 'XaPhuong',
    title: 'Xã, phường, đặc khu',
    subject: 'admin-units',
    concepts: (p) => table(units(p).wards, 'name', unitName),
  },
  {
    url: CS.district,
    name: 'QuanHuyen',
    title: 'Quận, huyện (bỏ từ 01/07/2025)',
    subject: 'admin-units',
    concepts: (p) => {
      const rows = units(p).districts ?? units(p).former?.districts;
      return rows ? table(rows, 'name', unitName) : [];
    },
  },
  {
    url: CS.ethnic,
    name: 'DanToc',
    title: 'Dân tộc',
    subject: 'ethnic-groups',
    concepts: (p) =>
      named(p, 'groups', 'name', (get) => ({
        designations: listCell(get('otherNames') as never).map((value) => ({ language: 'vi', use: SYNONYM, value })),
      })),
  },
  {
    url: CS.occupation,
    name: 'NgheNghiep',
    title: 'Nghề nghiệp',
    subject: 'occupations',
    concepts: (p) => named(p, 'qd34', 'name'),
  },
  {
    url: CS.labIndex,
    name: 'ChiSoXetNghiem',
    title: 'Chỉ số xét nghiệm',
    subject: 'lab',
    concepts: (p) =>
      named(p, 'analytes', 'vi', (get) => ({
        properties: [...property('loinc', get('loinc') as string), ...property('ucum', get('ucum') as string)],
      })),
  },
  {
    url: CS.drug,
    name: 'Thuoc',
    title: 'Danh mục thuốc',
    subject: 'formulary',
    concepts: (p) =>
      named(p, 'items', 'display', (get) => ({
        display: [get('display'), get('strength'), get('form')].filter((part) => typeof part === 'string').join(' '),
        properties: property('atc', get('atc') as string),
      })),
  },
  { url: CS.route, name: 'DuongDung', title: 'Đường dùng', subject: 'formulary', concepts: (p) => named(p, 'routes') },
  ...Object.entries(BHYT).map(
    ([list, [url, title]]): PackSystem => ({
      url,
      name: list,
      title,
      subject: 'bhyt-lists',
      concepts: (p) => named(p, list),
    }),
  ),
];

const byUrl = new Map(PACK_SYSTEMS.map((s) => [s.url, s]));

/**
 * The code system of a rule pack: the version that is named, else the edition in force on the day.
 * @param date local date, yyyy-MM-dd
 */
export function packSystem(
  packs: RulePacks,
  url: string,
  version: string | undefined,
  date: string,
): CodeSystem | undefined {
  const system = byUrl.get(url);
  if (!system) return undefined;
  const day = version === undefined ? date : dayOf(packs, system, version);
  if (day === undefined) return undefined;
  try {
    return packs.derived(system.subject, day, `fhir.code-system:${url}`, (pack) =>
      codeSystem(
        { url, version: pack.edition, name: system.name, title: system.title, language: 'vi' },
        system.concepts(pack),
      ),
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function editionOn(packs: RulePacks, subject: string, day: string): string | undefined {
  try {
    return packs.meta(subject, day).edition;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What the rule packs have: every list with its editions, and the one in force on the day. */
export function packVersions(
  packs: RulePacks,
  date: string,
): { url: string; title: string; versions: { code: string; isDefault: boolean }[] }[] {
  return PACK_SYSTEMS.map(({ url, title, subject }) => {
    const now = editionOn(packs, subject, date);
    const codes = new Set([...packs.editions(subject).map((e) => e.edition), ...(now === undefined ? [] : [now])]);
    return { url, title, versions: [...codes].map((code) => ({ code, isDefault: code === now })) };
  });
}

/** A day on which the edition of that name is in force. */
function dayOf(packs: RulePacks, system: PackSystem, version: string): string | undefined {
  for (const meta of packs.editions(system.subject)) {
    if (meta.edition === version) return meta.validFrom;
    if (system.alias?.(packs.at(system.subject, meta.validFrom)) === version) return meta.validFrom;
  }
  // What a facility says differently makes an edition of its own from the day on which it does.
  const days = packs.slices(system.subject).map((slice) => slice.validFrom);
  return days.find((day) => editionOn(packs, system.subject, day) === version);
}
