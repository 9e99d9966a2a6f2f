/**
 * Price model of one charged line and its shares, as in tables 2 and 3 of the
 * claim: total = fund + co-payment + own payment + other sources, exactly.
 */
import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import { refuse, type Text } from '@mach/base/problem.ts';
import type { BenefitPack } from './benefit-pack.ts';

export type LineKind =
  | 'drug'
  | 'blood'
  | 'device'
  | 'exam'
  | 'bed'
  | 'surgery'
  | 'procedure'
  | 'lab'
  | 'imaging'
  | 'functional'
  | 'transport'
  | 'other';

/** Money of other payers for one line, đồng (T_NGUONKHAC_*). */
export interface OtherSources {
  stateBudget?: DecimalInput;
  foreign?: DecimalInput;
  domestic?: DecimalInput;
  rest?: DecimalInput;
  /**
   * `personal`: helps this patient alone, taken from the own payment, then the co-payment, then the fund.
   * `general`: pays a share of the item before the split (until 31 December 2024).
   * `co-payment`: takes over exactly the co-payment (antiretrovirals); the amounts above are ignored.
   */
  mode: 'personal' | 'general' | 'co-payment';
}

export interface PriceLine {
  kind: LineKind;
  quantity: DecimalInput;
  /** Price of one unit without VAT, đồng. */
  price: DecimalInput;
  /** Surcharge of one unit, đồng. */
  extra?: DecimalInput;
  /** VAT, percent. */
  vat?: DecimalInput;
  /** Highest price that the fund recognises for one unit, đồng. */
  ceiling?: DecimalInput;
  /** Insurance ratio of the item, percent (TYLE_TT_BH). */
  ratio?: DecimalInput;
  /** Service ratio, percent (TYLE_TT_DV): repeated exam, shared bed, added surgery. */
  serviceRatio?: DecimalInput;
  /** 1 paid by the fund, 2 by the patient, 3 by the fund for the armed forces. */
  scope: 1 | 2 | 3;
  otherSources?: OtherSources;
  /** Amount that the facility waives of the own payment, đồng. */
  discount?: DecimalInput;
  /** Price lowered to the ceiling: no difference is charged. */
  noDifference?: boolean;
  /** Full hospital price although the service ratio is below 100: only the insured part is lowered (QĐ 3176). */
  fullHospitalPrice?: boolean;
  /** Used up inside a service, not executed, free of charge or charged to the patient by choice. */
  consumed?: boolean;
  notExecuted?: boolean;
  free?: boolean;
  paidByPatient?: boolean;
}

export interface LineRates {
  /** MUC_HUONG, percent. */
  effectiveRate: DecimalInput;
  transport: boolean;
  armedScope: boolean;
}

export interface LineNote {
  code: string;
  text: Text;
}

/** Amounts of a line, named after the claim's fields. */
export interface LineAmounts {
  soLuong: Decimal;
  donGiaBv: Decimal;
  donGiaBh: Decimal;
  tyLeTtDv: Decimal;
  tyLeTtBh: Decimal;
  mucHuong: Decimal;
  thanhTienBv: Decimal;
  thanhTienBh: Decimal;
  nguonKhacNsnn: Decimal;
  nguonKhacVtnn: Decimal;
  nguonKhacVttn: Decimal;
  nguonKhacCl: Decimal;
  nguonKhac: Decimal;
  bntt: Decimal;
  bncct: Decimal;
  bhtt: Decimal;
  /** Part of the own payment that the facility waives. */
  discount: Decimal;
  /** Own payment + co-payment − discount. */
  patient: Decimal;
  notes: LineNote[];
}

const HUNDRED = Decimal.of(100);
const min = (a: Decimal, b: Decimal): Decimal => (a.lt(b) ? a : b);
const notNegative = (d: Decimal): Decimal => (d.isNegative() ? Decimal.ZERO : d);

/** Why the fund pays nothing for the line, or undefined when it may pay. */
export function notInsured(line: PriceLine, rates: LineRates): LineNote | undefined {
  if (line.paidByPatient) {
    return note('paid-by-patient', 'người bệnh tự chọn chi trả', 'charged to the patient by choice');
  }
  if (line.scope === 2) return note('outside-scope', 'ngoài phạm vi BHYT', 'outside the insured scope');
  if (line.scope === 3 && !rates.armedScope) {
    return note('armed-forces-only', 'chỉ trả cho quân đội, công an, cơ yếu', 'paid for the armed forces only');
  }
  if (line.kind === 'transport' && !rates.transport) {
    return note('transport-not-paid', 'mức hưởng này không được trả vận chuyển', 'transport not paid at this digit');
  }
  return undefined;
}

const note = (code: string, vi: string, en: string): LineNote => ({ code, text: { vi, en } });

/** Unit price = (price + surcharge) × (1 + VAT), rounded half away from zero. */
export function unitPrice(line: PriceLine, pack: BenefitPack): Decimal {
  const withVat = Decimal.of(line.price)
    .add(line.extra ?? 0)
    .mul(HUNDRED.add(line.vat ?? 0))
    .div(100, pack.rounding.unitPrice);
  if (line.noDifference && line.ceiling !== undefined) return min(withVat, priceCap(line, pack));
  return withVat;
}

const priceCap = (line: PriceLine, pack: BenefitPack): Decimal =>
  Decimal.of(line.ceiling ?? 0).round(pack.rounding.unitPrice);

/** Cost before any payer, and the part of it that the fund recognises. */
export interface LineCost {
  donGiaBv: Decimal;
  donGiaBh: Decimal;
  thanhTienBv: Decimal;
  thanhTienBh: Decimal;
  /** Recognised cost before the insurance ratio: what counts towards the 15 % threshold. */
  threshold: Decimal;
  tyLeTtDv: Decimal;
  tyLeTtBh: Decimal;
  blocked?: LineNote;
}

/** Prices × quantities of a line; money rounded once, at the end of each product. */
export function lineCost(line: PriceLine, rates: LineRates, pack: BenefitPack): LineCost {
  const money = pack.rounding.money;
  const quantity = Decimal.of(line.quantity);
  checkInputs(line);
  const donGiaBv = unitPrice(line, pack);
  const tyLeTtDv = Decimal.of(line.serviceRatio ?? 100);
  const blocked = notInsured(line, rates);
  const tyLeTtBh = blocked ? Decimal.ZERO : Decimal.of(line.ratio ?? 100);
  const donGiaBh = line.ceiling === undefined ? donGiaBv : min(donGiaBv, priceCap(line, pack));
  if (line.consumed || line.notExecuted || line.free) {
    const zero = Decimal.ZERO;
    return { donGiaBv, donGiaBh, thanhTienBv: zero, thanhTienBh: zero, threshold: zero, tyLeTtDv, tyLeTtBh, blocked };
  }
  const scaled = quantity.mul(donGiaBv).mul(tyLeTtDv);
  const full = quantity
    .mul(donGiaBv)
    .mul(100)
    .sub(quantity.mul(donGiaBh).mul(HUNDRED.sub(tyLeTtDv)));
  const insured = quantity.mul(donGiaBh).mul(tyLeTtDv);
  const capped = line.kind === 'drug' || line.kind === 'blood' || line.kind === 'device' ? scaled : insured;
  return {
    donGiaBv,
    donGiaBh,
    thanhTienBv: (line.fullHospitalPrice ? full : scaled).div(100, money),
    thanhTienBh: insured.mul(tyLeTtBh).div(10000, money),
    threshold: blocked ? Decimal.ZERO : capped.div(100, money),
    tyLeTtDv,
    tyLeTtBh,
    blocked,
  };
}

function checkInputs(line: PriceLine): void {
  const amounts = { quantity: line.quantity, price: line.price, extra: line.extra, ceiling: line.ceiling };
  for (const [field, value] of Object.entries(amounts)) {
    if (value !== undefined && Decimal.of(value).isNegative()) {
      throw refuse(
        422,
        'negative-amount',
        { vi: 'Số lượng và giá không được âm.', en: 'Amounts must not be negative.' },
        { field },
      );
    }
  }
  for (const field of ['ratio', 'serviceRatio'] as const) {
    const value = Decimal.of(line[field] ?? 100);
    if (value.isNegative() || value.gt(100)) {
      throw refuse(
        422,
        'ratio-out-of-range',
        { vi: 'Tỷ lệ phải từ 0 đến 100.', en: 'Ratios run from 0 to 100.' },
        { field },
      );
    }
  }
}

/** Limits that the visit puts on a line after its cost is known. */
export interface LineLimits {
  /** Recognised amount after a package cap, at most `thanhTienBh`. */
  insured?: Decimal;
  /** Highest co-payment of the line (yearly exemption reached inside it). */
  coPayment?: Decimal;
}

/** Shares of one line. Their sum is the line's total to the last unit, and none is negative. */
export function priceLine(line: PriceLine, rates: LineRates, pack: BenefitPack, limits: LineLimits = {}): LineAmounts {
  const money = pack.rounding.money;
  const cost = lineCost(line, rates, pack);
  const notes: LineNote[] = lineNotes(line, cost);
  const total = cost.thanhTienBv;
  let insured = min(limits.insured ?? cost.thanhTienBh, min(cost.thanhTienBh, total));
  const mucHuong = cost.blocked ? Decimal.ZERO : Decimal.of(rates.effectiveRate);

  const source = otherMoney(line.otherSources);
  const general = line.otherSources?.mode === 'general' && pack.otherSources.model === 'personal-or-general';
  let given = min(source.sum, total);
  if (source.sum.gt(total)) {
    notes.push(
      note(
        'other-source-over-total',
        'nguồn khác vượt thành tiền, chỉ tính đến thành tiền',
        'other source above the total is cut to it',
      ),
    );
  }
  if (general && !total.isZero()) insured = insured.mul(total.sub(given)).div(total, money);
  const base = general ? total.sub(given) : total;

  let bhtt = insured.mul(mucHuong).div(100, money);
  let bncct = insured.sub(bhtt);
  let bntt = base.sub(insured);
  if (limits.coPayment && bncct.gt(limits.coPayment)) {
    bncct = limits.coPayment.round(money);
    bhtt = insured.sub(bncct);
    notes.push(
      note(
        'co-payment-limit-reached',
        'đã đủ 6 tháng lương cơ sở cùng chi trả trong năm',
        "the year's co-payment limit is reached",
      ),
    );
  }
  if (line.otherSources?.mode === 'co-payment') {
    given = bncct;
    bncct = Decimal.ZERO;
  } else if (!general) {
    let left = given;
    const take = (part: Decimal): Decimal => {
      const used = min(left, part);
      left = left.sub(used);
      return part.sub(used);
    };
    bntt = take(bntt);
    bncct = take(bncct);
    bhtt = take(bhtt);
  }
  const discount = min(notNegative(Decimal.of(line.discount ?? 0)).round(money), bntt);
  const split = splitSources(source, given);
  return {
    soLuong: Decimal.of(line.quantity),
    donGiaBv: cost.donGiaBv,
    donGiaBh: cost.donGiaBh,
    tyLeTtDv: cost.tyLeTtDv,
    tyLeTtBh: cost.tyLeTtBh,
    mucHuong,
    thanhTienBv: total,
    thanhTienBh: insured,
    ...split,
    nguonKhac: given,
    bntt,
    bncct,
    bhtt,
    discount,
    patient: bntt.add(bncct).sub(discount),
    notes,
  };
}

function lineNotes(line: PriceLine, cost: LineCost): LineNote[] {
  const notes: LineNote[] = [];
  if (line.consumed) notes.push(note('consumed', 'hao phí, đã nằm trong giá dịch vụ', 'used up inside a service'));
  if (line.notExecuted) notes.push(note('not-executed', 'không thực hiện', 'not executed'));
  if (line.free) notes.push(note('free', 'miễn phí', 'free of charge'));
  if (cost.blocked) notes.push(cost.blocked);
  else if (cost.donGiaBh.lt(cost.donGiaBv)) {
    notes.push(
      note(
        'price-difference',
        'giá bệnh viện cao hơn giá BHYT, chênh lệch người bệnh trả',
        'the difference above the insured price is the own payment',
      ),
    );
  }
  if (!cost.blocked && cost.tyLeTtBh.lt(100)) {
    notes.push(note('insurance-ratio', `BHYT tính ${cost.tyLeTtBh} % của mục này`, `insured at ${cost.tyLeTtBh} %`));
  }
  return notes;
}

interface SourceMoney {
  nsnn: Decimal;
  vtnn: Decimal;
  vttn: Decimal;
  cl: Decimal;
  sum: Decimal;
}

function otherMoney(sources: OtherSources | undefined): SourceMoney {
  const part = (d: DecimalInput | undefined) => notNegative(Decimal.of(d ?? 0)).round(2);
  const nsnn = part(sources?.stateBudget);
  const vtnn = part(sources?.foreign);
  const vttn = part(sources?.domestic);
  const cl = part(sources?.rest);
  return { nsnn, vtnn, vttn, cl, sum: Decimal.sum([nsnn, vtnn, vttn, cl]) };
}

/** The four source fields add up to `given`, filled in their order in the claim. */
function splitSources(source: SourceMoney, given: Decimal) {
  let left = given;
  const upTo = (part: Decimal): Decimal => {
    const used = min(part, left);
    left = left.sub(used);
    return used;
  };
  const nguonKhacNsnn = upTo(source.nsnn);
  const nguonKhacVtnn = upTo(source.vtnn);
  const nguonKhacVttn = upTo(source.vttn);
  return { nguonKhacNsnn, nguonKhacVtnn, nguonKhacVttn, nguonKhacCl: left };
}
