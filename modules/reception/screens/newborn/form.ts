/** What stands in a newborn's form, and what of it is missing or wrong. Pure. */
import { fromLocal, isDate, localDate } from '@mach/base';
import type { RegisterNewbornInput } from '../../contract.ts';
import { isNewborn, newbornName } from '../../newborn.ts';
import { emptyPerson, fieldsOf, type PersonDraft } from '../person-draft.ts';

export interface NewbornDraft {
  readonly mother: { readonly id: string; readonly name: string; readonly detail: string } | null;
  /** The mother has no record: her name, where the child lives, who answers for it. */
  readonly alone: boolean;
  readonly motherName: string;
  readonly home: PersonDraft;
  readonly sex: RegisterNewbornInput['sex'] | null;
  readonly date: string;
  /** Four digits as typed. */
  readonly time: string;
  /** Grams. */
  readonly weight: string;
  readonly children: number;
  readonly order: number;
  readonly name: string;
  readonly birthPaper: string;
  readonly card: string;
}

export const emptyNewborn = (now: string): NewbornDraft => ({
  mother: null,
  alone: false,
  motherName: '',
  home: emptyPerson,
  sex: null,
  date: localDate(now),
  time: '',
  weight: '',
  children: 1,
  order: 1,
  name: '',
  birthPaper: '',
  card: '',
});

/** `0825`, `8:25`, `8h25` → `08:25`; undefined where it is no time of a day. */
export function timeOf(text: string): string | undefined {
  const match = /^(\d{1,2})[:hg. ]?(\d{2})$/.exec(text.trim());
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || hour > 23 || minute > 59) return undefined;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** The instant of birth; undefined while date or time is missing. */
export function bornAtOf({ date, time }: Pick<NewbornDraft, 'date' | 'time'>): string | undefined {
  const hour = timeOf(time);
  return hour === undefined || date.length !== 10 || !isDate(date) ? undefined : fromLocal(date, hour);
}

export type TimeFault = 'future' | 'daysOver' | undefined;
export function timeFault(draft: Pick<NewbornDraft, 'date' | 'time'>, now: string): TimeFault {
  const at = bornAtOf(draft);
  if (at === undefined) return undefined;
  return at > now ? 'future' : isNewborn(at, now) ? undefined : 'daysOver';
}

/** `TE101KT00012345` however it is spaced; undefined where it is none. */
export function cardOf(text: string): string | undefined {
  const number = text.toUpperCase().replaceAll(/[\s.–-]/g, '');
  return /^TE1\d{2}KT\d{8}$/.test(number) ? number : undefined;
}

export const nameOf = ({ name, mother, alone, motherName, children, order }: NewbornDraft): string => {
  if (name.trim() !== '') return name.trim();
  const of = alone ? motherName.trim() : (mother?.name ?? '');
  return of === '' ? '' : newbornName(of, { children, order });
};

/** The fields that are empty and must not be, in the order of the form. */
export type Gap = 'mother' | 'sex' | 'birthDate' | 'birthTime' | 'weight';
export function gapsOf(draft: NewbornDraft): Gap[] {
  return [
    ...(nameOf(draft) === '' || (!draft.alone && draft.mother === null) ? (['mother'] as const) : []),
    ...(draft.sex === null ? (['sex'] as const) : []),
    ...(draft.date === '' ? (['birthDate'] as const) : []),
    ...(timeOf(draft.time) === undefined ? (['birthTime'] as const) : []),
    ...(draft.weight === '' ? (['weight'] as const) : []),
  ];
}

/** What is sent; undefined while something is missing or cannot be. */
export function inputOf(draft: NewbornDraft, now: string): RegisterNewbornInput | undefined {
  const bornAt = bornAtOf(draft);
  const card = cardOf(draft.card);
  if (gapsOf(draft).length > 0 || draft.sex === null || bornAt === undefined || timeFault(draft, now)) return undefined;
  if (draft.card.trim() !== '' && card === undefined) return undefined;
  const { provinceCode, wardCode, addressLine, guardian } = fieldsOf(draft.home);
  const { children, order } = draft;
  return {
    ...(draft.alone
      ? {
          ...(draft.motherName.trim() ? { motherName: draft.motherName.trim() } : {}),
          person: {
            ...(provinceCode ? { provinceCode } : {}),
            ...(wardCode ? { wardCode } : {}),
            ...(addressLine ? { addressLine } : {}),
            ...(guardian ? { guardian } : {}),
          },
        }
      : { mother: draft.mother?.id }),
    sex: draft.sex,
    bornAt,
    weight: Math.round(Number(draft.weight)),
    ...(children > 1 ? { children, order } : {}),
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
    ...(draft.birthPaper.trim() ? { birthPaper: draft.birthPaper.trim() } : {}),
    ...(card ? { temporaryCard: card } : {}),
  };
}
