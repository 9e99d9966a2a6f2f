/** From what is typed to what it means: the functions of the server, run while the fingers move. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import type { Result } from '@mach/base/result.ts';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { deltaCheck, type LabPerson, pickRange, rangeText } from '@mach/vn/clinical/lab-ranges.ts';
import { parseResult } from '@mach/vn/clinical/lab-result.ts';
import type { ResultRow } from '../contract.ts';
import { CREATININE, EGFR, egfrOf } from '../rules/egfr.ts';
import type { Item } from '../rules/tests.ts';
import { type UnitFacts, unitChoices } from '../rules/units.ts';
import { type JudgedValue, judge, numberOf, type ReadValue, readValue, shownNumber } from '../rules/values.ts';
import { chosen, comparatorOf } from './sheet.ts';

/** One answer to an open question: what is shown, and what is typed in its stead. */
export interface Choice {
  readonly label: string;
  readonly typed: string;
}

export interface ReadLine {
  readonly item: Item;
  readonly typed: string;
  readonly reading: Result<ReadValue, Issue> | undefined;
  readonly judged: JudgedValue | undefined;
  /** Both readings, where the number can be read in two ways or has one of two units. */
  readonly choices: readonly Choice[] | undefined;
  /** Any other fault, with what to do about it. */
  readonly fault: Issue | undefined;
  /** Range for the person before anything is typed. */
  readonly range: string;
  readonly change: { difference: string; exceeds: boolean } | undefined;
}

export interface LineFacts {
  readonly pack: LabPack;
  readonly person: LabPerson | undefined;
  /** Whether the text is what stands already: its unit was answered for when it was typed. */
  readonly isKept?: (item: string) => boolean;
  readonly ageYears: number | undefined;
  readonly at: string;
}

export function readLines(
  items: readonly Item[],
  typed: Readonly<Record<string, string>>,
  previous: ReadonlyMap<string, ResultRow>,
  facts: LineFacts,
): ReadLine[] {
  const lines = items.map((item) => readLine(item, typed[item.code] ?? '', previous.get(item.code), facts));
  const creatinine = lines.find((line) => line.item.code === CREATININE)?.judged;
  return lines.map((line) => (line.item.code === EGFR ? computed(line, creatinine, facts) : line));
}

function readLine(item: Item, typed: string, before: ResultRow | undefined, facts: LineFacts): ReadLine {
  const { pack, person } = facts;
  const range = person ? rangeText(pickRange(pack.ranges.get(item.code), person), item.analyte.decimals) : '';
  const empty = {
    item,
    typed,
    reading: undefined,
    judged: undefined,
    choices: undefined,
    fault: undefined,
    range,
    change: undefined,
  };
  if (typed.trim() === '' || item.computed) return empty;
  const reading = readValue(typed, item.analyte, pack, item.code, unitFacts(item.code, before, facts));
  if (!reading.ok) {
    const choices = choicesOf(reading.error.code, typed, item, pack);
    return { ...empty, reading, choices, fault: choices ? undefined : reading.error };
  }
  const judged = judge(pack, item.analyte, reading.value, person);
  return { ...empty, reading, judged, change: changeOf(item, judged, before, facts) };
}

function unitFacts(item: string, before: ResultRow | undefined, facts: LineFacts): UnitFacts | undefined {
  if (facts.isKept?.(item)) return undefined;
  const { person, at } = facts;
  const last = before && plainNumber(before);
  return {
    ageDays: person?.ageDays,
    at,
    ...(before && last ? { previous: { value: last, at: before.at ?? at } } : {}),
  };
}

/** The number of a row; undefined where the analyser was out of its range. */
function plainNumber(row: ResultRow): Decimal | undefined {
  return row.number === null || /[<>≤≥]/.test(row.text ?? '') ? undefined : Decimal.of(String(row.number));
}

function choicesOf(code: string, typed: string, item: Item, pack: LabPack): Choice[] | undefined {
  if (code === 'result-unit')
    return unitChoices(typed, item.analyte, pack).map((choice) => ({ label: choice, typed: choice }));
  const asked = code === 'result-ambiguous' ? parseResult(typed, item.analyte) : undefined;
  if (!asked || asked.ok) return undefined;
  return asked.choices?.map((choice) => ({
    label: formatClinical(choice),
    typed: chosen(choice, comparatorOf(typed)),
  }));
}

/** eGFR as the server will compute it, before it is sent. */
function computed(line: ReadLine, creatinine: JudgedValue | undefined, facts: LineFacts): ReadLine {
  const value = creatinine && egfrOf(creatinine.value, { ageYears: facts.ageYears, sex: facts.person?.sex });
  if (value?.kind !== 'quantity') return line;
  const text = shownNumber(value.value, line.item.analyte.decimals);
  return { ...line, judged: judge(facts.pack, line.item.analyte, { value, text }, facts.person) };
}

function changeOf(
  item: Item,
  judged: JudgedValue,
  before: ResultRow | undefined,
  { pack, at }: LineFacts,
): ReadLine['change'] {
  const now = numberOf(judged.value);
  const then = before && plainNumber(before);
  if (now === undefined || !before || !then) return undefined;
  const difference = now.sub(then);
  const sign = difference.isNegative() ? '−' : difference.isZero() ? '' : '+';
  const rule = deltaCheck(pack, item.code, { value: now, at }, { value: then, at: before.at ?? at });
  return {
    difference: `${sign}${shownNumber(difference.abs(), item.analyte.decimals)}`,
    exceeds: rule?.exceeds ?? false,
  };
}

/** Items without a value that a person has to give. */
export const openItems = (lines: readonly ReadLine[]): ReadLine[] =>
  lines.filter((line) => !line.item.computed && line.typed.trim() === '');

export const faultyItems = (lines: readonly ReadLine[]): ReadLine[] =>
  lines.filter((line) => line.reading !== undefined && !line.reading.ok);

export const criticalLines = (lines: readonly ReadLine[]): ReadLine[] => lines.filter((line) => line.judged?.critical);

/** `Kali 7,1 mmol/L`. */
export const criticalText = (line: ReadLine, language: 'vi' | 'en'): string =>
  [line.item.analyte.name[language], line.judged?.text, line.item.analyte.unit]
    .filter((p) => p !== undefined && p !== '')
    .join(' ');
