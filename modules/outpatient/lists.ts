/** Items of a set of vital signs that are numbers, by code of the `vitals` rule pack. Units as in the pack. */
export const VITAL_ITEMS = [
  'sbp',
  'dbp',
  'pulse',
  'temp',
  'resp',
  'spo2',
  'o2flow',
  'weight',
  'height',
  'length',
  'head',
  'waist',
  'muac',
  'pain',
  'glucose',
  'gcs',
] as const;
export type VitalItemCode = (typeof VITAL_ITEMS)[number];

/** Sections of the exam note, in the order of the form. */
export const NOTE_SECTIONS = ['reason', 'history', 'exam', 'plan', 'advice'] as const;
export type NoteSection = (typeof NOTE_SECTIONS)[number];
