/**
 * A line of a prescription that is being written: from typed shorthand to what the server takes. Pure.
 * texts:record — the shorthand is Vietnamese in every display language.
 */
import { formatClinical, parseClinicalNumber } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import { DAY_PARTS, type DayPart, type Dose, dispenseQuantity, frequencyText } from '@mach/vn/clinical/dose.ts';
import { doseFromSuggestion } from '@mach/vn/clinical/dose-convert.ts';
import { type DoseQuestion, type DoseSuggestion, parseDoseShorthand } from '@mach/vn/clinical/dose-shorthand.ts';
import type { DrugCodeRow, PrescribeLineInput } from '../../../contract.ts';

/** `new`: typed now · `continued`: carried from an earlier prescription as it was · `changed`: carried and altered. */
export type LineState = 'new' | 'continued' | 'changed';

export interface RxLine {
  readonly key: string;
  readonly drug: DrugCodeRow;
  readonly dose: Dose;
  /** Route code; the drug's own unless typed. */
  readonly route: string;
  readonly note?: string;
  /** Total by hand, in the dispensing unit, with its reason. */
  readonly quantity?: string;
  readonly quantityReason?: string;
  readonly state: LineState;
  /** What the carried line said before it was changed. */
  readonly before?: string;
  /** Day of the prescription that it was carried from, yyyy-MM-dd. */
  readonly carriedFrom?: string;
  readonly paidByPatient?: boolean;
}

/** Parts of a line that typing decides. */
export type LineDraft = Pick<RxLine, 'dose' | 'route' | 'note' | 'quantity'>;

export interface LineQuestion {
  readonly text: Text;
  /** What to type instead, for each reading; chosen by one key. */
  readonly answers: readonly { readonly label: string; readonly typed: string }[];
}

export type ReadTyped =
  | { readonly ok: true; readonly draft: LineDraft; readonly rest: readonly string[] }
  | { readonly ok: false; readonly questions: readonly LineQuestion[]; readonly empty: boolean };

/** Applied to a cream, "2 lần 7n" is a dose: each time is one application. */
const APPLICATION = 'lần';

/** The dispensing facts of a code row in the form of the dose functions. */
const product = (drug: DrugCodeRow) => ({
  doseUnit: drug.doseUnit,
  unit: drug.unit,
  strength: drug.strength,
  doseUnitsPerUnit: drug.doseUnitsPerUnit ?? undefined,
  amount: drug.amount ?? undefined,
  amountUnit: drug.amountUnit ?? undefined,
});

/**
 * Reads the shorthand of one line for a chosen product. Days may come from the whole prescription when the line itself
 * names none. Words that were not understood are given back: they become a note only when the doctor says so.
 */
export function readTypedLine(typed: string, drug: DrugCodeRow, days: number | undefined): ReadTyped {
  const { text, quantity } = cutQuantity(typed, drug);
  if (text.trim() === '') return { ok: false, questions: [], empty: true };
  const read = readDose(text);
  if (!read.ok) return { ok: false, questions: [asked(read.question, typed)], empty: false };
  const said = complete(read.suggestion, drug, days);
  const result = doseFromSuggestion(said, product(drug));
  if (!result.ok) return { ok: false, questions: result.questions.map((q) => asked(q, typed)), empty: false };
  if (result.dose.days > 90) return { ok: false, questions: [tooManyDays(result.dose.days)], empty: false };
  const counted = quantity ?? dispenseQuantity(result.dose, product(drug))?.toString();
  if (counted === undefined) return { ok: false, questions: [howMany(drug)], empty: false };
  return {
    ok: true,
    draft: { dose: result.dose, route: read.suggestion.route ?? drug.route, quantity },
    rest: read.suggestion.rest,
  };
}

/**
 * The shorthand reader expects a drug name first and takes short words before the first number as part of it. Here the
 * drug is chosen already: a first number and a sign stand for it, so that "tối 1v" and "x 2" are read as a dose.
 */
function readDose(text: string): ReturnType<typeof parseDoseShorthand> {
  const read = parseDoseShorthand(`${DRUG_STANDS.join(' ')} ${text}`);
  if (!read.ok) return read;
  return { ok: true, suggestion: { ...read.suggestion, rest: read.suggestion.rest.slice(DRUG_STANDS.length) } };
}
const DRUG_STANDS = ['0', '?'] as const;

function complete(said: DoseSuggestion, drug: DrugCodeRow, days: number | undefined): DoseSuggestion {
  const application = drug.doseUnit === APPLICATION && said.perDose === undefined && said.byPart === undefined;
  return {
    ...said,
    perDose: application ? { value: '1', unit: APPLICATION } : said.perDose,
    days: said.days ?? days,
  };
}

/** "= 2 tuýp" at the end is the total: creams cannot be counted from the dose. */
function cutQuantity(typed: string, drug: DrugCodeRow): { text: string; quantity?: string } {
  const found = /=\s*(\d{1,4})\s*(\p{L}*)\s*$/u.exec(typed);
  const [, number, unit = ''] = found ?? [];
  if (!found || number === undefined || Number(number) === 0) return { text: typed };
  if (unit !== '' && !drug.unit.startsWith(unit.toLowerCase())) return { text: typed };
  return { text: typed.slice(0, found.index), quantity: String(Number(number)) };
}

function asked(question: DoseQuestion, typed: string): LineQuestion {
  return { text: question.text, answers: answers(question, typed) };
}

/** For "1.000" the text with either reading in its place; nothing where the place is not certain. */
function answers(question: DoseQuestion, typed: string): LineQuestion['answers'] {
  const { choices } = question;
  if (!choices) return [];
  for (const { 0: number, index } of typed.matchAll(/\d[\d.,]*\d/g)) {
    const read = parseClinicalNumber(number);
    if (read.ok || read.reason !== 'ambiguous' || read.choices?.join() !== choices.join()) continue;
    return choices.map((choice) => ({
      label: formatClinical(choice),
      typed: typed.slice(0, index) + choice.replace('.', ',') + typed.slice(index + number.length),
    }));
  }
  const spaced = /([1-9]\d{0,2}) (\d{3})(?!\d)/.exec(typed);
  if (!spaced || `${spaced[1]}${spaced[2]}` !== choices[1]) return [];
  return [
    { label: formatClinical(choices[1]), typed: typed.replace(spaced[0], choices[1]) },
    { label: formatClinical(choices[0]), typed: typed.replace(spaced[0], choices[0]) },
  ];
}

const howMany = (drug: DrugCodeRow): LineQuestion => ({
  text: {
    vi: `Tổng cộng bao nhiêu ${drug.unit}? Gõ thêm "= 1 ${drug.unit}".`,
    en: `How many ${drug.unit} in all? Add "= 1 ${drug.unit}".`,
  },
  answers: [],
});

const tooManyDays = (days: number): LineQuestion => ({
  text: { vi: `${days} ngày: một đơn nhiều nhất 90 ngày.`, en: `${days} days: a prescription lasts 90 at most.` },
  answers: [],
});

/** "30n" alone sets the days of the whole prescription. */
export function daysForAll(typed: string): number | undefined {
  const found = /^\s*(\d{1,2})\s*(n|ng|ngày|ngay|t|tuần|tuan)\s*$/iu.exec(typed.normalize('NFC'));
  if (!found) return undefined;
  const days = Number(found[1]) * (/^t/i.test(found[2] ?? '') ? 7 : 1);
  return days >= 1 && days <= 90 ? days : undefined;
}

/** The line with other days; a total that was typed by hand no longer fits and is computed again. */
export function withDays(line: RxLine, days: number): RxLine {
  if (line.dose.days === days) return line;
  const countable = line.drug.doseUnitsPerUnit !== null;
  return {
    ...line,
    dose: { ...line.dose, days },
    quantity: countable ? undefined : line.quantity,
    quantityReason: countable ? undefined : line.quantityReason,
  };
}

/** Units to hand out: typed, or computed from the dose. */
export const quantityOf = (line: Pick<RxLine, 'quantity' | 'dose' | 'drug'>): string | undefined =>
  line.quantity ?? dispenseQuantity(line.dose, product(line.drug))?.toString();

/** The dose as shorthand again, for editing: reading it gives the same dose. */
export function typedOf(line: Pick<RxLine, 'dose' | 'route' | 'drug' | 'quantity'>): string {
  const { dose, drug } = line;
  const number = (amount: string): string => amount.replace('.', ',');
  const parts: string[] = [];
  if (line.route !== drug.route) parts.push(ROUTE_WORDS[line.route] ?? '');
  if (dose.byPart) {
    for (const part of DAY_PARTS) {
      const amount = dose.byPart[part];
      if (amount !== undefined) parts.push(`${PART_WORDS[part]} ${number(amount)} ${dose.doseUnit}`);
    }
  } else {
    if (dose.doseUnit !== APPLICATION) parts.push(`${number(dose.perDose)} ${dose.doseUnit}`);
    parts.push(rhythm(dose));
    parts.push(...(dose.parts ?? []).map((part) => PART_WORDS[part]));
  }
  if (dose.meal) parts.push(MEAL_WORDS[dose.meal]);
  if (dose.asNeeded) parts.push(dose.asNeeded.vi);
  const said = parts.filter((part) => part !== '').join(' ');
  const total = line.quantity === undefined ? '' : ` = ${line.quantity} ${drug.unit}`;
  // The comma keeps "1 lần, 1 ngày" from being read as "1 lần 1 ngày", once a day.
  return `${said}, ${dose.days} ngày${total}`;
}

const PART_WORDS: Readonly<Record<DayPart, string>> = {
  morning: 'sáng',
  noon: 'trưa',
  afternoon: 'chiều',
  evening: 'tối',
  bedtime: 'trước khi ngủ',
};
const MEAL_WORDS = { before: 'trước ăn', with: 'trong bữa ăn', after: 'sau ăn' } as const;
const ROUTE_WORDS: Readonly<Record<string, string>> = {
  'tiem-tinh-mach': 'tiêm tĩnh mạch',
  'truyen-tinh-mach': 'truyền tĩnh mạch',
  'tiem-bap': 'tiêm bắp',
  'tiem-duoi-da': 'tiêm dưới da',
  'khi-dung': 'khí dung',
  'nho-mat': 'nhỏ mắt',
  uong: 'uống',
  boi: 'bôi',
};

function rhythm({ frequency, parts }: Dose): string {
  const { times, period, unit } = frequency;
  if (unit === 'day' && period === 1) return parts?.length === times ? `x ${times}` : `x ${times} lần`;
  return frequencyText(frequency).vi;
}

/** The line as the command takes it. */
export function toInput(line: RxLine): PrescribeLineInput {
  const { dose, drug } = line;
  const daily = dose.frequency.unit === 'day' && dose.frequency.period === 1;
  const parts = dose.parts && dose.parts.length === dose.frequency.times ? [...dose.parts] : undefined;
  const rhythmOf = dose.byPart
    ? { slots: { ...dose.byPart } }
    : daily
      ? { perDose: dose.perDose, timesPerDay: dose.frequency.times, ...(parts && parts.length > 0 ? { parts } : {}) }
      : { perDose: dose.perDose, frequency: { ...dose.frequency } };
  return {
    drug: drug.code,
    doseUnit: dose.doseUnit,
    ...rhythmOf,
    days: dose.days,
    ...(dose.meal ? { meal: dose.meal } : {}),
    ...(dose.asNeeded ? { asNeeded: dose.asNeeded.vi } : {}),
    ...(line.route === drug.route ? {} : { route: line.route }),
    ...(line.note ? { note: line.note } : {}),
    ...(line.quantity === undefined ? {} : { quantity: line.quantity }),
    ...(line.quantityReason ? { quantityReason: line.quantityReason } : {}),
    ...(line.paidByPatient ? { paidByPatient: true } : {}),
  };
}

/** Whether two lines give the same drug in the same way; days apart. */
export function sameTaking(a: Pick<RxLine, 'drug' | 'dose' | 'route'>, b: typeof a): boolean {
  const plain = ({ drug, dose, route }: typeof a): string =>
    JSON.stringify([
      drug.code,
      route,
      dose.perDose,
      dose.frequency.times,
      dose.frequency.period,
      dose.frequency.unit,
      DAY_PARTS.map((part) => dose.byPart?.[part] ?? ''),
      DAY_PARTS.filter((part) => dose.parts?.includes(part)),
      dose.meal ?? '',
      dose.asNeeded?.vi ?? '',
    ]);
  return plain(a) === plain(b);
}
