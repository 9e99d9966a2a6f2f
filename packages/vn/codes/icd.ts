import type { Issue, Text } from '@mach/base/problem.ts';
import type { IcdData } from './icd-entries.ts';
import { coversDate, listCell, numberCell, type RulePack, records, textCell } from './pack.ts';

/** The rules of one edition, ready to be asked. Build it once per edition. */
export interface IcdRules {
  readonly pack: IcdEdition;
  readonly codes: ReadonlyMap<string, IcdCode>;
  /** Finer codes under a code, in the order of the list. */
  readonly finer: ReadonlyMap<string, readonly string[]>;
  /** Dagger (†) partners of an asterisk (*) code. */
  readonly daggersOf: ReadonlyMap<string, readonly string[]>;
  readonly replacedBy: ReadonlyMap<string, readonly string[]>;
}

/** What the rules say of the edition they come from; its tables are let go. */
export type IcdEdition = Pick<RulePack<unknown>, 'edition' | 'validFrom' | 'validTo'> &
  Pick<IcdData, 'list' | 'ageRule'>;

export interface IcdCode {
  readonly code: string;
  readonly mark: '' | '†' | '*';
  readonly text: Text;
  readonly block: string;
  readonly flags: ReadonlySet<string>;
  readonly ages: readonly AgeBand[];
}

/** Inclusive limits; days for the newborn bands, completed years for the others. */
export interface AgeBand {
  band: string;
  minDays?: number;
  maxDays?: number;
  minYears?: number;
  maxYears?: number;
  text: string;
}

export function compileIcd(pack: RulePack<IcdData>): IcdRules {
  const { data } = pack;
  const bands = new Map<string, AgeBand>();
  for (const r of records(data.ageBands, 'band', 'minDays', 'maxDays', 'minYears', 'maxYears', 'vi'))
    bands.set(textCell(r.band), {
      band: textCell(r.band),
      minDays: numberCell(r.minDays),
      maxDays: numberCell(r.maxDays),
      minYears: numberCell(r.minYears),
      maxYears: numberCell(r.maxYears),
      text: textCell(r.vi),
    });
  const ages = new Map<string, AgeBand[]>();
  for (const r of records(data.ages, 'band', 'code')) {
    const band = bands.get(textCell(r.band));
    if (band) push(ages, textCell(r.code), band);
  }
  const codes = new Map<string, IcdCode>();
  // Fifteen thousand codes carry a few dozen combinations of flags and a few dozen blocks.
  const flagSets = new Map<string, ReadonlySet<string>>();
  const flagsOf = (letters: string): ReadonlySet<string> => {
    const known = flagSets.get(letters) ?? new Set([...letters].map((f) => data.flagKeys[f] ?? f));
    flagSets.set(letters, known);
    return known;
  };
  const anyAge: readonly AgeBand[] = [];
  for (const r of records(data.codes, 'code', 'mark', 'vi', 'en', 'block', 'flags')) {
    const code = textCell(r.code);
    const mark = textCell(r.mark);
    codes.set(code, {
      code,
      mark: mark === '†' || mark === '*' ? mark : '',
      text: { vi: textCell(r.vi), en: textCell(r.en) },
      block: textCell(r.block),
      flags: flagsOf(textCell(r.flags)),
      ages: ages.get(code) ?? anyAge,
    });
  }
  const daggersOf = new Map<string, string[]>();
  for (const r of records(data.pairs, 'dagger', 'asterisk')) push(daggersOf, textCell(r.asterisk), textCell(r.dagger));
  const replacedBy = new Map<string, readonly string[]>();
  if (data.replaced)
    for (const r of records(data.replaced, 'code', 'successors'))
      replacedBy.set(textCell(r.code), listCell(r.successors));
  const { edition, validFrom, validTo } = pack;
  const { list, ageRule } = data;
  return {
    pack: { edition, validFrom, validTo, list, ageRule },
    codes,
    finer: finerCodes(codes.keys()),
    daggersOf,
    replacedBy,
  };
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Children by one level: "E11" has "E11.0"…, "S06.0" has "S06.00", "S06.01". */
function finerCodes(codes: Iterable<string>): Map<string, string[]> {
  const finer = new Map<string, string[]>();
  for (const code of codes)
    if (code.length > 3) push(finer, code.length === 5 ? code.slice(0, 3) : code.slice(0, -1), code);
  return finer;
}

/** "e11.9", "E119", "G01*" as the list writes the code: "E11.9", "G01". */
export function normalizeIcd(written: string): string {
  const bare = written
    .trim()
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return bare.length > 3 ? `${bare.slice(0, 3)}.${bare.slice(3)}` : bare;
}

export interface DiagnosisContext {
  /** Main diagnosis (bệnh chính) rather than an accompanying one. */
  principal: boolean;
  sex?: 'male' | 'female' | 'unknown';
  /** Completed days since birth on the day of the event. */
  ageDays?: number;
  /** Completed years, where the caller knows the birth date; else reckoned from the days. */
  ageYears?: number;
  /** Day of the event (end of the visit), yyyy-MM-dd. */
  date: string;
  /** Set when a cause of death is coded. */
  causeOfDeath?: boolean;
}

/** Mean length of a Gregorian year. */
const DAYS_PER_YEAR = 365.2425;
const MOST_LISTED = 12;

/**
 * What speaks against the use of a code in this place: unknown or replaced code, finer code required, may not be
 * principal, sex, age, mortality coding only. Errors are rules of the edition; warnings are advice.
 */
export function checkDiagnosis(code: string, context: DiagnosisContext, rules: IcdRules): Issue[] {
  const { pack } = rules;
  const written = normalizeIcd(code);
  const known = rules.codes.get(written);
  const issues: Issue[] = [];
  if (!coversDate(pack, context.date)) issues.push(wrongEdition(written, context.date, pack));
  if (known === undefined) return [...issues, unknownCode(written, rules)];
  if (known.flags.has('more-specific-exists')) issues.push(tooCoarse(known, rules));
  if (known.flags.has('mortality-only') && !context.causeOfDeath) issues.push(mortalityOnly(known));
  if (context.principal && known.flags.has('not-principal')) issues.push(notPrincipal(known, rules));
  else if (context.principal && known.flags.has('discouraged-principal')) issues.push(discouraged(known));
  issues.push(...sexIssues(known, context), ...ageIssues(known, context, rules));
  return issues;
}

const named = (c: IcdCode): Text => ({ vi: `${c.code} "${c.text.vi}"`, en: `${c.code} "${c.text.en}"` });

function listed(codes: readonly string[], rules: IcdRules): Text {
  const shown = codes.slice(0, MOST_LISTED);
  const more = codes.length > shown.length ? ' …' : '';
  const line = (pick: (t: Text) => string): string =>
    shown.map((c) => `${c} ${pick(rules.codes.get(c)?.text ?? { vi: '', en: '' })}`.trim()).join('; ') + more;
  return { vi: line((t) => t.vi), en: line((t) => t.en) };
}

function wrongEdition(code: string, date: string, pack: IcdEdition): Issue {
  return {
    severity: 'error',
    code: 'icd-edition-not-in-force',
    text: {
      vi: `Mã ${code} được kiểm tra theo danh mục ${pack.list}, không áp dụng cho ngày ${date}.`,
      en: `Code ${code} was checked against ${pack.list}, which is not in force on ${date}.`,
    },
  };
}

function unknownCode(code: string, rules: IcdRules): Issue {
  const successors = rules.replacedBy.get(code) ?? [];
  const category = code.slice(0, 3);
  const near = successors.length > 0 ? successors : (rules.finer.get(category) ?? []);
  const list = listed(near, rules);
  return {
    severity: 'error',
    code: successors.length > 0 ? 'icd-code-replaced' : 'icd-code-unknown',
    text: {
      vi: `Mã ${code} không có trong danh mục ${rules.pack.list}.`,
      en: `Code ${code} is not in the list ${rules.pack.list}.`,
    },
    remedy:
      near.length > 0
        ? { vi: `Chọn mã thay thế: ${list.vi}.`, en: `Choose instead: ${list.en}.` }
        : { vi: 'Tìm lại theo tên bệnh.', en: 'Search again by the name of the condition.' },
  };
}

function tooCoarse(code: IcdCode, rules: IcdRules): Issue {
  const list = listed(rules.finer.get(code.code) ?? [], rules);
  const name = named(code);
  return {
    severity: 'error',
    code: 'icd-more-specific-exists',
    text: {
      vi: `Không dùng mã ${name.vi} vì đã có mã chi tiết hơn.`,
      en: `Code ${name.en} may not be used because more specific codes exist.`,
    },
    remedy: { vi: `Chọn một mã chi tiết: ${list.vi}.`, en: `Choose a more specific code: ${list.en}.` },
  };
}

function mortalityOnly(code: IcdCode): Issue {
  const name = named(code);
  return {
    severity: 'error',
    code: 'icd-mortality-only',
    text: {
      vi: `Mã ${name.vi} chỉ dùng để mã hóa nguyên nhân tử vong.`,
      en: `Code ${name.en} is for coding causes of death only.`,
    },
    remedy: { vi: 'Chọn mã bệnh cho lần khám, chữa bệnh.', en: 'Choose a code for the condition treated.' },
  };
}

function notPrincipal(code: IcdCode, rules: IcdRules): Issue {
  const name = named(code);
  const daggers = rules.daggersOf.get(code.code) ?? [];
  const list = listed(daggers, rules);
  return {
    severity: 'error',
    code: 'icd-not-principal',
    text: {
      vi: `Mã ${name.vi} không được dùng làm bệnh chính.`,
      en: `Code ${name.en} may not be the principal diagnosis.`,
    },
    remedy:
      daggers.length > 0
        ? {
            vi: `Chọn bệnh nguyên nhân (†) làm bệnh chính và ghi mã này ở bệnh kèm theo: ${list.vi}.`,
            en: `Make the underlying disease (†) principal and list this code as accompanying: ${list.en}.`,
          }
        : {
            vi: 'Chọn bệnh chính khác và ghi mã này ở bệnh kèm theo.',
            en: 'Choose another principal diagnosis and list this code as accompanying.',
          },
  };
}

function discouraged(code: IcdCode): Issue {
  const name = named(code);
  return {
    severity: 'warning',
    code: 'icd-discouraged-principal',
    text: {
      vi: `Mã ${name.vi} không khuyến khích dùng làm bệnh chính.`,
      en: `Code ${name.en} is discouraged as the principal diagnosis.`,
    },
    remedy: {
      vi: 'Nếu đã rõ bệnh gây ra tình trạng này, hãy chọn bệnh đó làm bệnh chính.',
      en: 'If the disease behind this condition is known, make that disease principal.',
    },
  };
}

function sexIssues(code: IcdCode, { sex }: DiagnosisContext): Issue[] {
  const wanted = code.flags.has('female-only') ? 'female' : code.flags.has('male-only') ? 'male' : undefined;
  if (wanted === undefined || sex === wanted) return [];
  const name = named(code);
  const only = wanted === 'female' ? { vi: 'nữ', en: 'women' } : { vi: 'nam', en: 'men' };
  // Without a recorded sex nothing contradicts the code; the record is incomplete, which is worth saying.
  const unknown = sex === undefined || sex === 'unknown';
  return [
    {
      severity: unknown ? 'warning' : 'error',
      code: 'icd-sex',
      text: { vi: `Mã ${name.vi} chỉ dùng cho người bệnh ${only.vi}.`, en: `Code ${name.en} is for ${only.en} only.` },
      remedy: {
        vi: 'Kiểm tra giới tính của người bệnh hoặc chọn mã khác.',
        en: "Check the patient's sex or choose another code.",
      },
    },
  ];
}

function ageIssues(code: IcdCode, context: DiagnosisContext, rules: IcdRules): Issue[] {
  const { ageDays } = context;
  const years = context.ageYears ?? (ageDays === undefined ? undefined : Math.floor(ageDays / DAYS_PER_YEAR));
  const { basis, binding } = rules.pack.ageRule;
  const failing = code.ages.filter((band) => !fits(band, ageDays, years));
  // A code may stand in several bands ("trên 27 ngày", "1 tuổi trở lên"): each is a limit of its own.
  return failing.map((band) => {
    const name = named(code);
    return {
      severity: binding ? ('error' as const) : ('warning' as const),
      code: 'icd-age',
      text: {
        vi: `Mã ${name.vi} không phù hợp tuổi người bệnh: ${band.text} (${basis}).`,
        en: `Code ${name.en} does not fit the patient's age: ${band.text} (${basis}).`,
      },
      remedy: {
        vi: 'Kiểm tra ngày sinh của người bệnh hoặc chọn mã khác.',
        en: 'Check the date of birth or choose another code.',
      },
    };
  });
}

function fits(band: AgeBand, days: number | undefined, years: number | undefined): boolean {
  const within = (value: number | undefined, min?: number, max?: number): boolean =>
    value === undefined || ((min === undefined || value >= min) && (max === undefined || value <= max));
  return within(days, band.minDays, band.maxDays) && within(years, band.minYears, band.maxYears);
}
