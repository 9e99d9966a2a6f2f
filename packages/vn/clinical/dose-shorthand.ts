import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical, parseClinicalNumber } from '@mach/base/number-input.ts';
import type { Text } from '@mach/base/problem.ts';
import type { DayPart, Frequency, Meal } from './dose.ts';
import { type Token, tokenize } from './dose-tokens.ts';

export interface Amount {
  value: string;
  unit: string;
}

/** What could be read; the screen shows it beside what was typed and the prescriber accepts or changes it. */
export interface DoseSuggestion {
  /** Words before the first number: the drug. */
  drug: string;
  strength?: Amount;
  route?: string;
  perDose?: Amount;
  frequency?: Frequency;
  byPart?: Partial<Record<DayPart, string>>;
  parts: DayPart[];
  meal?: Meal;
  days?: number;
  asNeeded?: string;
  /** Words that were not understood: shown, never dropped. */
  rest: string[];
}

export interface DoseQuestion {
  text: Text;
  /** The readings, as canonical decimals. */
  choices?: [string, string];
}

export type ShorthandResult = { ok: true; suggestion: DoseSuggestion } | { ok: false; question: DoseQuestion };

interface State extends DoseSuggestion {
  masses: Amount[];
  counts: Amount[];
  /** Units beside the amounts of a day plan. */
  planUnits: string[];
}

/**
 * Reads a dose as doctors type it: "1v x 2 sáng chiều 30n", "ceftriaxon 1g tmc 12h 7n", "sáng 2v chiều 1v 10 ngày".
 * A number that can be read in two ways ("1.000") is never guessed: the answer is a question. What is not there stays
 * undefined; nothing is filled in.
 */
export function parseDoseShorthand(text: string): ShorthandResult {
  const state: State = { drug: '', parts: [], rest: [], masses: [], counts: [], planUnits: [] };
  const tokens = tokenize(text);
  for (let i = 0; i < tokens.length; ) {
    const used = read(tokens, i, state);
    if (typeof used !== 'number') return { ok: false, question: used };
    i += used;
  }
  return finish(state);
}

/** Reads what begins at `i`; gives the number of tokens used, or a question. */
function read(tokens: readonly Token[], i: number, state: State): number | DoseQuestion {
  const token = tokens[i];
  if (token === undefined) return 1;
  switch (token.kind) {
    case 'number':
      return readNumber(tokens, i, token, state);
    case 'times':
      return readTimes(tokens, i, state);
    case 'every':
      return readEvery(tokens, i, token, state);
    case 'part':
      return readPart(tokens, i, token.part, state);
    case 'meal':
      state.meal = token.meal;
      return 1;
    case 'route':
      state.route = token.route;
      return 1;
    case 'asNeeded':
      state.asNeeded = token.text;
      return 1;
    case 'word':
      keepWord(token.text, state);
      return 1;
    default:
      return 1;
  }
}

/** Before anything else was read a word belongs to the drug; later it is shown as not understood. */
function keepWord(text: string, state: State): void {
  if (onlyDrugSoFar(state)) state.drug = `${state.drug} ${text}`.trim();
  else state.rest.push(text);
}

function onlyDrugSoFar(state: State): boolean {
  return (
    state.masses.length === 0 &&
    state.counts.length === 0 &&
    state.byPart === undefined &&
    state.frequency === undefined &&
    state.days === undefined &&
    state.rest.length === 0 &&
    state.parts.length === 0 &&
    state.route === undefined
  );
}

function readNumber(
  tokens: readonly Token[],
  i: number,
  token: Extract<Token, { kind: 'number' }>,
  state: State,
): number | DoseQuestion {
  const next = tokens[i + 1];
  const follows =
    next?.kind === 'unit' || next?.kind === 'days' || next?.kind === 'hours' || next?.kind === 'timesWord';
  const split = splitNumber(tokens, i, token.text);
  if (split) return split;
  if (!follows && onlyDrugSoFar(state) && state.drug !== '' && !isAmbiguous(token.text)) {
    // "omega 3", "insulin 30/70": a bare number after the name is part of the name.
    keepWord(token.text, state);
    return 1;
  }
  const value = numberOf(token.text);
  if ('text' in value) return value;
  if (next?.kind === 'unit') {
    if (value.amount.lte(0)) return zeroQuestion(token.text);
    (next.mass ? state.masses : state.counts).push({ value: value.amount.toString(), unit: next.unit });
    return 2;
  }
  if (next?.kind === 'days') return setDays(state, value.amount, next.length, token.text);
  if (next?.kind === 'hours') return setEveryHours(state, value.amount, token.text);
  if (next?.kind === 'timesWord') return setTimes(state, value.amount, token.text, 2);
  state.rest.push(token.text);
  return 1;
}

/** "x 3", "x 3 lần", "x3/ngày", "x 5 ngày", "x 2v". */
function readTimes(tokens: readonly Token[], i: number, state: State): number | DoseQuestion {
  const next = tokens[i + 1];
  if (next?.kind !== 'number') return 1;
  const value = numberOf(next.text);
  if ('text' in value) return value;
  const after = tokens[i + 2];
  if (after?.kind === 'days') {
    const used = setDays(state, value.amount, after.length, next.text);
    return typeof used === 'number' ? 3 : used;
  }
  if (after?.kind === 'unit') return 1;
  return setTimes(state, value.amount, next.text, after?.kind === 'timesWord' ? 3 : 2);
}

/** "ngày 2 lần", "mỗi 8 giờ", "cách 12h", "tuần 1 lần". */
function readEvery(
  tokens: readonly Token[],
  i: number,
  token: Extract<Token, { kind: 'every' }>,
  state: State,
): number | DoseQuestion {
  const next = tokens[i + 1];
  if (next?.kind !== 'number') {
    if (token.unit) state.rest.push(token.text);
    return 1;
  }
  const value = numberOf(next.text);
  if ('text' in value) return value;
  const after = tokens[i + 2];
  if (after?.kind === 'hours') {
    const used = setEveryHours(state, value.amount, next.text);
    return typeof used === 'number' ? 3 : used;
  }
  if (token.unit && after?.kind === 'timesWord') {
    const used = setTimes(state, value.amount, next.text, 3);
    if (typeof used === 'number' && state.frequency) state.frequency.unit = token.unit;
    return used;
  }
  return 1;
}

/** "sáng chiều", or with amounts "sáng 2v chiều 1v", "sáng 2 chiều 1". */
function readPart(tokens: readonly Token[], i: number, part: DayPart, state: State): number | DoseQuestion {
  if (!state.parts.includes(part)) state.parts.push(part);
  const next = tokens[i + 1];
  if (next?.kind !== 'number') return 1;
  const after = tokens[i + 2];
  if (after?.kind === 'days' || after?.kind === 'hours' || after?.kind === 'timesWord') return 1;
  if (after?.kind === 'unit' && after.mass) return 1;
  // "1v sáng 30": after a dose a bare number is no second dose.
  if (after?.kind !== 'unit' && state.counts.length > 0) return 1;
  const value = numberOf(next.text);
  if ('text' in value) return value;
  if (value.amount.lte(0)) return zeroQuestion(next.text);
  state.byPart = { ...state.byPart, [part]: value.amount.toString() };
  if (after?.kind === 'unit') {
    state.planUnits.push(after.unit);
    return 3;
  }
  return 2;
}

function numberOf(text: string): { amount: Decimal } | DoseQuestion {
  const fraction = /^(\d+)\/(\d+)$/.exec(text);
  if (fraction?.[1] && fraction[2]) {
    const below = Decimal.of(fraction[2]);
    if (below.isZero()) return zeroQuestion(text);
    const amount = Decimal.of(fraction[1]).div(below, 6);
    if (amount.mul(below).eq(fraction[1])) return { amount };
    return unclear(text);
  }
  const parsed = parseClinicalNumber(text);
  if (parsed.ok) return { amount: parsed.value };
  if (parsed.reason === 'ambiguous' && parsed.choices) {
    const [small, large] = parsed.choices.map((choice) => formatClinical(choice));
    return {
      text: { vi: `"${text}" là ${small} hay ${large}?`, en: `Is "${text}" ${small} or ${large}?` },
      choices: parsed.choices,
    };
  }
  return unclear(text);
}

/** "1 500mg": one number with a thousands space, or two? */
function splitNumber(tokens: readonly Token[], i: number, head: string): DoseQuestion | undefined {
  const [tail, unit] = [tokens[i + 1], tokens[i + 2]];
  if (tail?.kind !== 'number' || unit?.kind !== 'unit') return undefined;
  if (!/^[1-9]\d{0,2}$/.test(head) || !/^\d{3}$/.test(tail.text)) return undefined;
  const whole = head + tail.text;
  return {
    text: {
      vi: `"${head} ${tail.text}" là ${formatClinical(whole)} hay hai số?`,
      en: `Is "${head} ${tail.text}" ${formatClinical(whole)} or two numbers?`,
    },
    choices: [Decimal.of(tail.text).toString(), whole],
  };
}

function isAmbiguous(text: string): boolean {
  const parsed = parseClinicalNumber(text);
  return !parsed.ok && parsed.reason === 'ambiguous';
}

function unclear(text: string): DoseQuestion {
  return { text: { vi: `Chưa hiểu số "${text}".`, en: `The number "${text}" is not understood.` } };
}

function zeroQuestion(text: string): DoseQuestion {
  return { text: { vi: `Liều "${text}" phải lớn hơn 0.`, en: `The dose "${text}" must be more than 0.` } };
}

function wholeNumber(amount: Decimal, most: number): number | undefined {
  return amount.isInteger() && amount.gte(1) && amount.lte(most) ? amount.toNumber() : undefined;
}

function setDays(state: State, amount: Decimal, length: number, typed: string): number | DoseQuestion {
  const n = wholeNumber(amount, 400);
  if (n === undefined) return unclear(typed);
  state.days = n * length;
  return 2;
}

function setEveryHours(state: State, amount: Decimal, typed: string): number | DoseQuestion {
  const n = wholeNumber(amount, 168);
  if (n === undefined) return unclear(typed);
  state.frequency = { times: 1, period: n, unit: 'hour' };
  return 2;
}

function setTimes(state: State, amount: Decimal, typed: string, used: number): number | DoseQuestion {
  const n = wholeNumber(amount, 24);
  if (n === undefined) return unclear(typed);
  state.frequency = { times: n, period: 1, unit: 'day' };
  return used;
}

/**
 * One countable amount is the dose and a mass beside it the strength; a mass alone is the dose. Two different amounts
 * of one kind outside a day plan cannot both be the dose: that is asked.
 */
function finish(state: State): ShorthandResult {
  const { masses, counts, planUnits, ...suggestion } = state;
  if (counts.length > 1) return twoDoses(counts);
  const count = counts[0];
  const plan = suggestion.byPart ? Object.keys(suggestion.byPart).length : suggestion.parts.length;
  const mismatch = suggestion.asNeeded ? undefined : timesQuestion(suggestion.frequency, plan);
  if (mismatch) return mismatch;
  if (suggestion.byPart) {
    const units = [...new Set(planUnits)];
    // "1v sáng 2v chiều": which amount belongs to which part of the day is not certain.
    if (count || units.length > 1 || plan !== suggestion.parts.length) return planQuestion();
    suggestion.frequency = undefined;
    if (units[0] !== undefined) suggestion.perDose = { value: largest(suggestion.byPart), unit: units[0] };
  } else if (count) suggestion.perDose = count;
  if (suggestion.perDose) {
    if (masses.length > 1) return twoDoses(masses);
    suggestion.strength = masses[0];
  } else if (masses.length === 1) suggestion.perDose = masses[0];
  else if (masses.length === 2) [suggestion.strength, suggestion.perDose] = masses;
  else if (masses.length > 2) return twoDoses(masses);
  const { frequency, parts } = suggestion;
  if (!frequency && !suggestion.byPart && parts.length > 0) {
    suggestion.frequency = { times: parts.length, period: 1, unit: 'day' };
  }
  return { ok: true, suggestion };
}

/** "x 3 sáng chiều": the number of times and the parts of the day disagree. */
function timesQuestion(frequency: Frequency | undefined, parts: number): ShorthandResult | undefined {
  if (frequency?.unit !== 'day' || parts === 0 || parts === frequency.times) return undefined;
  const { times } = frequency;
  const vi = `${times} lần một ngày nhưng nêu ${parts} buổi: đúng là mấy lần?`;
  const en = `${times} times a day but ${parts} parts of the day are named: which is right?`;
  return { ok: false, question: { text: { vi, en }, choices: [String(times), String(parts)] } };
}

function largest(byPart: Partial<Record<DayPart, string>>): string {
  return Object.values(byPart).reduce((a, b) => (Decimal.of(b).gt(a) ? b : a));
}

function planQuestion(): ShorthandResult {
  const vi = 'Chưa rõ mỗi buổi dùng bao nhiêu. Gõ "sáng 1v chiều 2v".';
  const en = 'The amount for each part of the day is not clear. Type "sáng 1v chiều 2v".';
  return { ok: false, question: { text: { vi, en } } };
}

function twoDoses(amounts: readonly Amount[]): ShorthandResult {
  const list = amounts.map((a) => `${formatClinical(a.value)} ${a.unit}`).join(', ');
  return {
    ok: false,
    question: { text: { vi: `Có nhiều liều: ${list}. Liều nào đúng?`, en: `Several doses: ${list}. Which is right?` } },
  };
}
