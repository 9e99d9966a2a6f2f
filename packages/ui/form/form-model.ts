import type { Text } from '../texts/texts.ts';

export type FormValue = string | boolean | readonly FormValues[];
export type FormValues = Readonly<Record<string, FormValue>>;

/** One question of a form. Types follow FHIR Questionnaire; a group repeats when it has `most`. */
export interface FormItem {
  readonly id: string;
  readonly label: Text;
  readonly type: 'text' | 'long' | 'number' | 'choice' | 'tick' | 'date' | 'group' | 'computed' | 'words';
  readonly required?: boolean;
  readonly hint?: Text;
  readonly unit?: string;
  readonly range?: { readonly soft?: readonly [number, number]; readonly hard?: readonly [number, number] };
  readonly options?: readonly { readonly value: string; readonly label: Text }[];
  /** Asked only while another answer is this one. */
  readonly when?: { readonly item: string; readonly is: string | boolean };
  readonly items?: readonly FormItem[];
  /** The most times that a group may be filled; without it the group stands once. */
  readonly most?: number;
  /** What the machine works out of the other answers of the same level. */
  readonly compute?: (values: FormValues) => string | undefined;
}

/** A form as the registry holds it: a number, a version, and the date from which it is in force. */
export interface FormDefinition {
  readonly number: string;
  readonly version: string;
  readonly from: string;
  readonly title: Text;
  readonly items: readonly FormItem[];
}

/** Whether an item is asked, given the answers beside it. */
export function isAsked(item: FormItem, values: FormValues): boolean {
  return item.when === undefined || values[item.when.item] === item.when.is;
}

/** The answers of a group: one set where it does not repeat. */
export function setsOf(value: FormValue | undefined): readonly FormValues[] {
  return Array.isArray(value) ? value : [];
}

export interface Gap {
  /** Path of the field: `drugs.1.dose`. */
  readonly path: string;
  readonly label: Text;
}

/** What is required, asked, and not answered, in reading order. Words that are only spaces are no answer. */
export function gapsOf(items: readonly FormItem[], values: FormValues, at = ''): readonly Gap[] {
  return items.flatMap((item) => {
    const path = `${at}${item.id}`;
    if (!isAsked(item, values)) return [];
    if (item.type === 'group') {
      const sets = item.most === undefined ? [setsOf(values[item.id])[0] ?? {}] : setsOf(values[item.id]);
      const missing = item.required && sets.length === 0 ? [{ path, label: item.label }] : [];
      return [...missing, ...sets.flatMap((set, i) => gapsOf(item.items ?? [], set, `${path}.${i}.`))];
    }
    const value = values[item.id];
    const answered = typeof value === 'string' ? value.trim() !== '' : value === true;
    return item.required && !answered ? [{ path, label: item.label }] : [];
  });
}
