/** What a visit will cost with what is not signed yet: the bill of the server, and the new lines on top of it. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import type { Bill } from '@mach/cashier/contract.ts';

/** An order or a drug that is about to be signed. */
export interface Unsigned {
  readonly key: string;
  readonly quantity: string;
  /** Price of one, đồng. */
  readonly price: number;
  /** Highest price that the fund recognises; null: the price. */
  readonly ceiling: number | null;
  /** TYLE_TT_BH, percent. */
  readonly ratio: number;
  readonly paidByPatient?: boolean;
  /** Of a drug the full price counts towards the limit of small visits, of a service the recognised one. */
  readonly drug?: boolean;
}

/** Shares in đồng, exact. */
export interface Shares {
  readonly total: Decimal;
  readonly insurance: Decimal;
  readonly patient: Decimal;
}

export interface Preview {
  readonly lines: ReadonlyMap<string, Shares>;
  /** The unsigned lines alone. */
  readonly added: Shares;
  /** The whole visit with them, the patient's part in whole đồng as the cashier takes it. */
  readonly visit: Shares;
  /** Percent that the fund pays now; 0 on a fee-paying visit. */
  readonly rate: Decimal;
  /** The visit leaves the range in which small visits are paid in full. */
  readonly crossesThreshold: boolean;
}

/** Money has two decimals, as in the claim's tables. */
const MONEY = 2;
const NONE: Shares = { total: Decimal.ZERO, insurance: Decimal.ZERO, patient: Decimal.ZERO };

/** Recognised cost of a line before the rate. */
function recognised(line: Unsigned): Decimal {
  if (line.paidByPatient) return Decimal.ZERO;
  return capped(line).mul(line.quantity).mul(line.ratio).div(100, MONEY);
}

/** What counts towards the limit of small visits, before the ratio of the item. */
function towardsLimit(line: Unsigned): Decimal {
  if (line.paidByPatient || line.ratio === 0) return Decimal.ZERO;
  return (line.drug ? Decimal.of(line.price) : capped(line)).mul(line.quantity).round(MONEY);
}

function capped(line: Unsigned): Decimal {
  const price = Decimal.of(line.price);
  const cap = line.ceiling === null ? price : Decimal.of(line.ceiling);
  return cap.lt(price) ? cap : price;
}

function sharesOf(total: Decimal, insured: Decimal, rate: Decimal): Shares {
  const insurance = insured.mul(rate).div(100, MONEY);
  return { total, insurance, patient: total.sub(insurance) };
}

/**
 * Adds unsigned lines to a bill. `deskRate` is the percent that was decided at the desk without looking at the cost: it
 * holds as soon as the visit is no small one any more, and then for the lines that are on the bill already too.
 */
export function preview(bill: Bill | undefined, deskRate: number | undefined, unsigned: readonly Unsigned[]): Preview {
  const benefit = bill?.payer === 'bhyt' ? bill.benefit : undefined;
  const added = Decimal.sum(unsigned.map(towardsLimit));
  const below = bill?.threshold?.below === true;
  const crosses =
    benefit !== undefined &&
    below &&
    Decimal.of(bill?.threshold?.total ?? 0)
      .add(added)
      .gte(bill?.threshold?.limit ?? 0);
  const rate = Decimal.of(
    benefit === undefined ? 0 : crosses ? (deskRate ?? benefit.effectiveRate) : benefit.effectiveRate,
  );

  const lines = new Map(
    unsigned.map((line): [string, Shares] => {
      const total = Decimal.of(line.price).mul(line.quantity).round(MONEY);
      return [line.key, sharesOf(total, benefit === undefined ? Decimal.ZERO : recognised(line), rate)];
    }),
  );
  const sum = (all: readonly Shares[]): Shares => ({
    total: Decimal.sum(all.map((s) => s.total)),
    insurance: Decimal.sum(all.map((s) => s.insurance)),
    patient: Decimal.sum(all.map((s) => s.patient)),
  });
  const own = sum([...lines.values()]);
  const before = bill === undefined ? NONE : crosses ? sum(bill.lines.map((l) => again(l, rate))) : billed(bill);
  const visit = sum([before, own]);
  return {
    lines,
    added: own,
    visit: { ...visit, patient: visit.patient.round(0) },
    rate,
    crossesThreshold: crosses,
  };
}

const billed = (bill: Bill): Shares => ({
  total: Decimal.of(bill.total),
  insurance: Decimal.of(bill.insurerTotal),
  patient: Decimal.of(bill.patientExact),
});

/** A line of the bill at another rate; what others pay or waive stays with them. */
function again(line: Bill['lines'][number], rate: Decimal): Shares {
  const insurance = Decimal.of(line.insured).mul(rate).div(100, MONEY);
  const shift = Decimal.of(line.insurer).sub(insurance);
  return { total: Decimal.of(line.total), insurance, patient: Decimal.of(line.patientPays).add(shift) };
}
