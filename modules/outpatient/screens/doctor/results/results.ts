/** Laboratory values and reports of a visit as the drawer shows them. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import { DIAGNOSTIC_GROUPS, type OrderState } from '@mach/encounter/contract.ts';
import type { ResultRow as LabValue } from '@mach/lab/contract.ts';
import { flagOf } from '@mach/ui/clinical/result.ts';
import type { ResultRow } from '@mach/ui/clinical/result-table.tsx';
import type { OrderRow } from '../../../contract.ts';

/** So many earlier values make the small curve, the present one among them. */
const TREND = 6;
const SHOWN = ['preliminary', 'final', 'corrected'];
const DONE: readonly OrderState[] = ['validated', 'seen'];

/** Twins in the unit that many still think in: factor from the house unit and decimals. */
const TWINS: Readonly<Record<string, { from: string; to: string; factor: string; decimals: number }>> = {
  // Molar mass of glucose 180.16 g/mol, of creatinine 113.12 g/mol.
  GLU: { from: 'mmol/L', to: 'mg/dL', factor: '18.016', decimals: 0 },
  CREA: { from: 'µmol/L', to: 'mg/dL', factor: '0.011312', decimals: 2 },
};

/** "8,10" as a number that can be compared; what is no plain number (`< 0,5`, words) stays as it is shown. */
function canonical(value: Pick<LabValue, 'text' | 'number'>): string {
  const shown = (value.text ?? '').replace(/[\s\u2009\u202f\u00a0](?=\d{3}(?!\d))/g, '').trim();
  if (/^-?\d+(,\d+)?$/.test(shown)) return shown.replace(',', '.');
  return value.text ?? (value.number === null ? '' : String(value.number));
}

function twin(value: LabValue): string | undefined {
  const rule = TWINS[value.item ?? ''];
  if (!rule || value.number === null || value.unit?.replace('μ', 'µ') !== rule.from) return undefined;
  const [whole = '', part = ''] = Decimal.of(String(value.number))
    .mul(rule.factor)
    .round(rule.decimals)
    .toString()
    .split('.');
  // Both units are shown as precisely as they are usually given.
  const decimals = rule.decimals === 0 ? '' : `,${part.padEnd(rule.decimals, '0')}`;
  return `${formatClinical(whole)}${decimals} ${rule.to}`;
}

/** Earlier numbers of the same item in the same unit, oldest first, with this one at the end. */
function trend(value: LabValue, all: readonly LabValue[]): number[] | undefined {
  if (value.number === null || value.item === null) return undefined;
  const numbers = all
    .filter(
      (o) => o.item === value.item && o.unit === value.unit && o.number !== null && (o.at ?? '') < (value.at ?? ''),
    )
    .sort(byTime)
    .map((o) => o.number as number)
    .slice(1 - TREND);
  return numbers.length > 0 ? [...numbers, value.number] : undefined;
}

const byTime = (a: LabValue, b: LabValue): number =>
  (a.at ?? '') < (b.at ?? '') ? -1 : (a.at ?? '') > (b.at ?? '') ? 1 : a.key < b.key ? -1 : 1;

export interface VisitResults {
  readonly rows: readonly ResultRow[];
  /** Imaging and functional reports of the visit, with what they conclude. */
  readonly reports: readonly OrderRow[];
  /** Validated, not marked as seen: ids of orders. */
  readonly unseen: readonly string[];
  /** Diagnostic orders that still have no validated result. */
  readonly pending: readonly OrderRow[];
}

const isDiagnostic = (order: OrderRow): boolean =>
  order.group !== null && DIAGNOSTIC_GROUPS.includes(order.group) && order.state !== 'cancelled';

export interface ResultWords {
  readonly preliminary: string;
  readonly callBack: string;
  readonly state: (state: OrderState) => string;
}

/** Everything of one visit: values, reports, what is unseen and what is still to come. */
export function visitResults(
  orders: readonly OrderRow[],
  values: readonly LabValue[],
  encounter: string,
  criticalReports: ReadonlySet<string>,
  words: ResultWords,
): VisitResults {
  const own = orders.filter((order) => order.encounter === encounter && isDiagnostic(order));
  const standing = values.filter((value) => SHOWN.includes(value.status) && value.text !== null);
  const byOrder = new Map(own.map((order) => [order.key, order]));
  const shown = standing.filter((value) => value.encounter === encounter).sort(byTime);
  const rows = shown.map((value): ResultRow => {
    const order = byOrder.get(value.order ?? '');
    const called = value.critical && order?.report != null && criticalReports.has(order.report);
    const shownAs = shownValue(value, standing);
    return {
      ...shownAs,
      test: value.status === 'preliminary' ? `${shownAs.test} (${words.preliminary})` : shownAs.test,
      panel: order?.name ?? undefined,
      fresh: order?.state === 'validated',
      callBack: called ? words.callBack : undefined,
    };
  });
  const withValues = new Set(shown.map((value) => value.order));
  const waiting = own.filter((order) => !DONE.includes(order.state));
  const pending = waiting.filter((order) => !withValues.has(order.key));
  return {
    rows: [
      ...rows,
      ...pending.map(
        (order): ResultRow => ({
          key: order.key,
          test: order.name ?? order.service ?? '',
          expected: words.state(order.state),
        }),
      ),
    ],
    reports: own.filter((order) => order.conclusion !== null && DONE.includes(order.state)),
    unseen: own.filter((order) => order.state === 'validated').map((order) => order.key),
    pending: waiting,
  };
}

function shownValue(value: LabValue, all: readonly LabValue[]): ResultRow {
  return {
    key: value.key,
    test: value.name ?? value.item ?? '',
    value: canonical(value),
    flag: flagOf(value.flag ?? undefined),
    unit: value.unit ?? undefined,
    twin: twin(value),
    reference: value.range ?? undefined,
    trend: trend(value, all),
    previous: value.previous === null ? undefined : canonical({ text: value.previous, number: null }),
    at: value.at ?? undefined,
    corrected:
      value.correctedFrom === null ? undefined : { value: value.correctedFrom, at: value.issued ?? value.at ?? '' },
  };
}

/** The newest value of every item before this visit, newest first: what a doctor looks at before ordering again. */
export function earlierResults(values: readonly LabValue[], encounter: string): ResultRow[] {
  const standing = values.filter(
    (value) => ['final', 'corrected'].includes(value.status) && value.encounter !== encounter,
  );
  const newest = new Map<string, LabValue>();
  for (const value of standing.sort(byTime)) newest.set(value.item ?? value.name ?? value.key, value);
  return [...newest.values()]
    .sort((a, b) => byTime(b, a))
    .map((value) => ({ ...shownValue(value, standing), panel: undefined }));
}

/** Words that put a value into a note: `/hba1c` → "HbA1c 8,1 % (24/11/2026)". */
export function dataWords(
  values: readonly LabValue[],
  fold: (text: string) => string,
  date: (instant: string) => string,
): { words: string[]; text: string }[] {
  const newest = new Map<string, LabValue>();
  for (const value of values.filter((v) => SHOWN.includes(v.status) && v.text !== null).sort(byTime))
    newest.set(value.item ?? value.key, value);
  return [...newest.values()].map((value) => {
    const unit = value.unit ? ` ${value.unit}` : '';
    const when = value.at ? ` (${date(value.at)})` : '';
    const words = [value.item ?? '', value.name ?? '']
      .map((word) => fold(word).replace(/[^a-z0-9]/g, ''))
      .filter((word) => word !== '');
    return { words, text: `${value.name ?? value.item} ${value.text}${unit}${when}` };
  });
}
