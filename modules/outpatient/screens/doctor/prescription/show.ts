/** A line of the prescription in the words of the screen. */

import type { Text } from '@mach/base/problem.ts';
import { clinicalNumber, type Medication, NBSP, type Translate } from '@mach/ui';
import { DAY_PARTS, type DayPart, frequencyText, type Meal } from '@mach/vn/clinical/dose.ts';
import type { texts } from '../texts.ts';
import { quantityOf, type RxLine } from './line.ts';

type T = Translate<(typeof texts)['vi']>;

const PARTS: Readonly<Record<DayPart, 'morning' | 'noon' | 'afternoon' | 'evening' | 'bedtime'>> = {
  morning: 'morning',
  noon: 'noon',
  afternoon: 'afternoon',
  evening: 'evening',
  bedtime: 'bedtime',
};
const MEALS: Readonly<Record<Meal, 'beforeMeal' | 'withMeal' | 'afterMeal'>> = {
  before: 'beforeMeal',
  with: 'withMeal',
  after: 'afterMeal',
};

/** The fixed word order of the medication line (design language §7.3), for the component that draws it. */
export function medicationOf(
  line: Pick<RxLine, 'drug' | 'dose' | 'route' | 'note' | 'quantity'>,
  t: T,
  pick: (text: Text) => string,
): Medication {
  const { drug, dose } = line;
  const daily = dose.byPart === undefined && dose.frequency.unit === 'day' && dose.frequency.period === 1;
  const total = quantityOf(line);
  const tail = [
    dose.byPart
      ? ''
      : DAY_PARTS.filter((part) => dose.parts?.includes(part))
          .map((part) => t(PARTS[part]))
          .join(' – '),
    dose.meal ? t(MEALS[dose.meal]) : '',
    dose.asNeeded ? pick(dose.asNeeded) : '',
  ].filter((word) => word !== '');
  const plan = dose.byPart
    ? t('eachDay', {
        plan: DAY_PARTS.flatMap((part) => {
          const amount = dose.byPart?.[part];
          return amount === undefined ? [] : [`${t(PARTS[part])} ${clinicalNumber(amount)}${NBSP}${dose.doseUnit}`];
        }).join(' – '),
      })
    : daily
      ? ''
      : pick(frequencyText(dose.frequency));
  const when = [plan, ...tail].filter((word) => word !== '').join(' ');
  return {
    name: drug.name,
    strength: drug.strength,
    form: drug.form,
    brand: drug.brand ?? undefined,
    route: line.route === drug.route ? drug.routeText : t('otherRoute', { route: line.route.replaceAll('-', ' ') }),
    dose: dose.byPart ? undefined : { value: dose.perDose, unit: dose.doseUnit },
    timesPerDay: daily ? dose.frequency.times : undefined,
    when: when === '' ? undefined : when,
    days: dose.days,
    total: total === undefined ? undefined : { value: total, unit: drug.unit },
    note: line.note,
    highAlert: drug.highAlert,
  };
}

/** A line as it is written by hand on paper: name and strength, each time, times a day, days, total. */
export function wordsOf(line: RxLine, t: T, pick: (text: Text) => string): string {
  const { name, strength, brand, route, dose, timesPerDay, when, days, total, note } = medicationOf(line, t, pick);
  const said = [
    route,
    dose && `${t('each')} ${clinicalNumber(dose.value)} ${dose.unit}`,
    timesPerDay === undefined ? undefined : t('timesADay', { n: timesPerDay }),
    when,
    days === undefined ? undefined : t('forDays', { n: days }),
    total && `${t('inTotal')} ${clinicalNumber(total.value)} ${total.unit}`,
    note,
  ];
  const what = [name, strength, brand && `(${brand})`].filter(Boolean).join(' ');
  return `${what}: ${said.filter(Boolean).join(', ')}`.replaceAll(NBSP, ' ');
}

/** Short words of a taking, to say what a changed line was: "500 mg · 1 viên × 2". */
export function shortOf(line: RxLine): string {
  const { dose, drug } = line;
  const amounts = dose.byPart
    ? Object.values(dose.byPart)
        .map((amount) => clinicalNumber(amount))
        .join('+')
    : clinicalNumber(dose.perDose);
  const rhythm = dose.byPart
    ? ''
    : dose.frequency.unit === 'day' && dose.frequency.period === 1
      ? ` × ${dose.frequency.times}`
      : ` ${frequencyText(dose.frequency).vi}`;
  return `${drug.strength.replaceAll(' ', NBSP)} · ${amounts}${NBSP}${dose.doseUnit}${rhythm}`;
}
