/**
 * How likely two records are of one person, from what both say. Pure.
 *
 * Evidence is added up as in record linkage (Fellegi and Sunter, 1969): each field that agrees or differs multiplies the odds
 * by how much oftener that happens within one person than between two. The frequencies are careful estimates for a district
 * of some hundred thousand people with Vietnamese names, not measurements; the percentage orders the rows and warns, it
 * decides nothing.
 */
import { compareNames } from '@mach/vn/names.ts';

export interface Particulars {
  name?: string;
  /** FHIR date, perhaps the year only. */
  birthDate?: string;
  sex?: string;
  phone?: string;
  wardCode?: string;
}

/** Odds before anything is compared: of those who register anew, one in twenty has been here; among 100,000 people. */
const BEFORE = 0.05 / 100_000;
/** [agrees, differs]: how much oftener within one person than between two. */
const SEX = [1.9, 0.02] as const;
const PHONE = [1_500, 0.5] as const;
const WARD = [40, 0.3] as const;
/** Spelt the same; spelt alike; different. Names repeat: a full name is shared by some in ten thousand. */
const NAME = { same: 6_000, similar: 700, different: 0.01 } as const;
/** A child that has no name yet goes by its mother's: twins share it, and the day. */
const UNNAMED = /^con b[àa] /iu;
const TWIN = 60;
/** The whole date; the year, where one side knows no more; different. */
const BIRTH = { day: 20_000, month: 700, year: 60, different: 0.02 } as const;

function birth(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  if (a.slice(0, length) !== b.slice(0, length)) return BIRTH.different;
  // The first of January stands for "day unknown" on many papers of the old.
  const isDay = length >= 10 && !a.endsWith('-01-01');
  return isDay ? BIRTH.day : length >= 7 ? BIRTH.month : BIRTH.year;
}

/** Per cent, 1 to 99: nothing but a person at the desk is certain. */
export function likeness(a: Particulars, b: Particulars): number {
  let odds = BEFORE;
  if (a.name && b.name) {
    const names = compareNames(a.name, b.name);
    odds *= names !== 'different' && UNNAMED.test(a.name) && UNNAMED.test(b.name) ? TWIN : NAME[names];
  }
  if (a.birthDate && b.birthDate) odds *= birth(a.birthDate, b.birthDate);
  const weigh = (x: string | undefined, y: string | undefined, [same, other]: readonly [number, number]): void => {
    if (x && y) odds *= x === y ? same : other;
  };
  weigh(a.sex, b.sex, SEX);
  weigh(a.phone, b.phone, PHONE);
  weigh(a.wardCode, b.wardCode, WARD);
  return Math.min(99, Math.max(1, Math.round((100 * odds) / (1 + odds))));
}
