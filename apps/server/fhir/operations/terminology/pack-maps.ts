import type { RulePack, RulePacks } from '@mach/engine';
import type { JsonObject } from '@mach/fhir/json.ts';
import type { AdminUnitsData } from '@mach/vn/codes/admin.ts';
import type { IcdData } from '@mach/vn/codes/icd-entries.ts';
import { listCell, records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import type { ServicesData } from '@mach/vn/codes/services.ts';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';

interface Target {
  code?: string;
  equivalence: string;
  comment?: string;
}
interface PackMap {
  readonly name: string;
  readonly subject: string;
  readonly source: string;
  readonly target: string;
  build(pack: RulePack, packs: RulePacks): { code: string; target: Target[] }[];
}

const CERTAINTY: Readonly<Record<string, string>> = { H: 'chắc chắn cao', M: 'chắc chắn vừa', L: 'chắc chắn thấp' };

/** The edition before this one. */
function before(pack: RulePack, packs: RulePacks): RulePack | undefined {
  const day = packs
    .editions(pack.subject)
    .map((e) => e.validFrom)
    .filter((d) => d < pack.validFrom)
    .sort()
    .at(-1);
  return day === undefined ? undefined : packs.at(pack.subject, day);
}

/** Codes of the edition before → this one: the same code where it is still there, else its successors, else none. */
function icdEditions(pack: RulePack, packs: RulePacks): { code: string; target: Target[] }[] {
  const old = before(pack, packs) as RulePack<IcdData> | undefined;
  if (!old) return [];
  const { data } = pack as RulePack<IcdData>;
  const known = new Set([...records(data.codes, 'code')].map((r) => textCell(r.code)));
  const replaced = new Map(
    data.replaced
      ? [...records(data.replaced, 'code', 'successors', 'certainty')].map((r) => [textCell(r.code), r] as const)
      : [],
  );
  return [...records(old.data.codes, 'code')].map(({ code: cell }) => {
    const code = textCell(cell);
    if (known.has(code)) return { code, target: [{ code, equivalence: 'equal' }] };
    const successors = replaced.get(code);
    if (!successors) return { code, target: [{ equivalence: 'unmatched' }] };
    const comment = CERTAINTY[textCell(successors.certainty)];
    return {
      code,
      target: listCell(successors.successors).map((next) => ({
        code: next,
        equivalence: 'inexact',
        ...(comment === undefined ? {} : { comment }),
      })),
    };
  });
}

/** How the area of an old ward stands to the new one, by the letter of the official table. */
const PART: Readonly<Record<string, string>> = { U: 'equal', W: 'wider', P: 'inexact', A: 'inexact', N: 'inexact' };

function wards(pack: RulePack): { code: string; target: Target[] }[] {
  const { conversions } = (pack as RulePack<AdminUnitsData>).data;
  const found = new Map<string, Target[]>();
  if (conversions)
    for (const r of records(conversions, 'from', 'to', 'part')) {
      const list = found.get(textCell(r.from)) ?? [];
      found.set(textCell(r.from), list);
      list.push({ code: textCell(r.to), equivalence: PART[textCell(r.part)] ?? 'inexact' });
    }
  return [...found].map(([code, target]) => ({ code, target }));
}

/** A column of a table that names the code of another system. */
function column(rows: Table | undefined, name: string, equivalence: string): { code: string; target: Target[] }[] {
  if (!rows) return [];
  const [from, to] = [rows.columns.indexOf('code'), rows.columns.indexOf(name)];
  return rows.rows.flatMap((row) => {
    const cell = row[to] ?? [];
    const codes = (Array.isArray(cell) ? cell : [cell]).filter((c) => typeof c === 'string' && c !== '');
    return codes.length > 0
      ? [{ code: String(row[from]), target: codes.map((code) => ({ code: String(code), equivalence })) }]
      : [];
  });
}

const tablesOf = (pack: RulePack): Readonly<Record<string, Table | undefined>> => pack.data as never;

const MAPS: readonly PackMap[] = [
  { name: 'icd10-editions', subject: 'icd10', source: CS.icd10, target: CS.icd10, build: icdEditions },
  {
    name: 'service-icd9',
    subject: 'services',
    source: CS.service,
    target: CS.icd9cm,
    build: (p) => column((p as RulePack<ServicesData>).data.services, 'icd9', 'relatedto'),
  },
  { name: 'ward-2025', subject: 'admin-units', source: CS.ward, target: CS.ward, build: wards },
  {
    name: 'lab-index-loinc',
    subject: 'lab',
    source: CS.labIndex,
    target: CS.loinc,
    build: (p) => column(tablesOf(p).analytes, 'loinc', 'equivalent'),
  },
  {
    name: 'route-bhyt',
    subject: 'formulary',
    source: CS.route,
    target: `${FHIR_BASE}/cs/bhyt/DUONG_DUNG`,
    build: (p) => column(tablesOf(p).routes, 'xml2', 'equivalent'),
  },
];

const urlOf = (map: PackMap): string => `${FHIR_BASE}/ConceptMap/${map.name}`;

function resourceOf(map: PackMap, packs: RulePacks, date: string): JsonObject | undefined {
  try {
    return packs.derived(map.subject, date, `fhir.concept-map:${map.name}`, (pack): JsonObject => {
      const old = map.source === map.target ? before(pack, packs) : undefined;
      return {
        resourceType: 'ConceptMap',
        url: urlOf(map),
        version: pack.edition,
        name: map.name.replaceAll('-', '_'),
        status: 'active',
        group: [
          {
            source: map.source,
            ...(old ? { sourceVersion: old.edition } : {}),
            target: map.target,
            ...(map.target === CS.loinc ? {} : { targetVersion: pack.edition }),
            element: map.build(pack, packs),
          },
        ],
      };
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The concept map of the rule packs with that URL, in the edition in force on the day. */
export function packMap(packs: RulePacks, url: string, date: string): JsonObject | undefined {
  const map = MAPS.find((m) => urlOf(m) === url);
  return map && resourceOf(map, packs, date);
}

/** Those that lead from one system to another. */
export function packMapsOf(packs: RulePacks, source: string, target: string | undefined, date: string): JsonObject[] {
  return MAPS.filter((m) => m.source === source && (target === undefined || m.target === target)).flatMap((m) => {
    const resource = resourceOf(m, packs, date);
    return resource ? [resource] : [];
  });
}
