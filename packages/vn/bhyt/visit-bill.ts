/** The bill of a whole visit: every line's shares, the three totals and the reasons. */
import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import { type Issue, refuse } from '@mach/base/problem.ts';
import { type Benefit, type BenefitInput, decideBenefit } from './benefit.ts';
import type { BenefitPack } from './benefit-pack.ts';
import { explainLine } from './explain.ts';
import { type LineAmounts, type LineCost, type LineNote, lineCost, type PriceLine, priceLine } from './line.ts';
import { shareLimit } from './package-limit.ts';
import { examRatio, type ServiceFacts, serviceRatio, stentRatio } from './service-ratio.ts';

export interface BillLine extends PriceLine, ServiceFacts {
  id: string;
  /** Order or execution time, UTC instant: exams of a day rank by it. */
  at: string;
  /** Local day, yyyy-MM-dd. */
  day: string;
  /** Coverage that pays; the first one when absent. */
  coverage?: string;
  /** Device package of one procedure (GOI_VTYT): capped as a whole. */
  devicePackage?: string;
  /** MA_PTTT: 1 fee for service, 2 capitation, 3 case. */
  paymentMethod?: 1 | 2 | 3;
}

export interface BillInput {
  lines: readonly BillLine[];
  /** Coverage periods of the visit, in order; none means a fee-paying visit. */
  coverages: readonly { id: string; input: BenefitInput }[];
  /** Exams of the same days already charged in other visits here. */
  examsBefore?: Readonly<Record<string, number>>;
}

export interface BilledLine {
  id: string;
  amounts: LineAmounts;
  /** "Vì sao": one reason a row, in both languages. */
  why: LineNote[];
  /** Goes into the claim: executed, not consumed in a service, not free. */
  claimed: boolean;
}

export interface BillTotals {
  total: Decimal;
  insurance: Decimal;
  coPayment: Decimal;
  ownPayment: Decimal;
  otherSources: Decimal;
  discount: Decimal;
  /** Co-payment + own payment − discount, exact. */
  patient: Decimal;
  /** What is taken in cash: whole đồng. */
  patientCash: Decimal;
  /** patientCash − patient. */
  cashRounding: Decimal;
  /** Recognised cost (T_TONGCHI_BH). */
  insured: Decimal;
  /** Fund's part of fee-for-service lines (T_BHTT_GDV). */
  insuranceFeeForService: Decimal;
}

export interface VisitBill {
  benefits: { id: string; benefit: Benefit }[];
  /** Cost compared with 15 % of the base salary. */
  threshold: { total: Decimal; limit: Decimal; below: boolean };
  lines: BilledLine[];
  totals: BillTotals;
  issues: Issue[];
}

/** Order that ranks lines in time, whatever order they arrive in. */
const byTime = (a: BillLine, b: BillLine): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

interface Working {
  line: BillLine;
  notes: LineNote[];
  coverage: string | undefined;
}

export function billVisit(input: BillInput, pack: BenefitPack): VisitBill {
  if (new Set(input.lines.map((l) => l.id)).size !== input.lines.length) {
    throw refuse(
      422,
      'duplicate-line',
      { vi: 'Hai dòng chi phí trùng mã.', en: 'Two lines share an id.' },
      { field: 'lines' },
    );
  }
  const ordered = withRatios([...input.lines].sort(byTime), input, pack);
  const first = new Map(input.coverages.map((c) => [c.id, decideBenefit(c.input, pack)]));
  for (const working of ordered) applyGrace(working, first);
  const total = Decimal.sum(ordered.map((w) => costOf(w, first, pack).threshold));
  const limit = Decimal.of(pack.smallVisit.amount);
  // The threshold needs the rates only to know what is insured at all; the final decision then knows the total.
  const benefits = new Map(
    input.coverages.map((c) => {
      const visit = { ...c.input.visit, insuredTotal: total };
      return [c.id, decideBenefit({ ...c.input, visit }, pack)];
    }),
  );
  const amounts = priceAll(ordered, benefits, pack);
  const byId = new Map(ordered.map((w) => [w.line.id, billed(w, benefits, amounts)]));
  const lines = input.lines.flatMap((line) => byId.get(line.id) ?? []);
  const issues = [...benefits.values()].flatMap((b) => b.issues);
  return {
    benefits: [...benefits].map(([id, benefit]) => ({ id, benefit })),
    threshold: { total, limit, below: total.lt(limit) },
    lines,
    totals: totalsOf(lines, input.lines),
    issues,
  };
}

/** Ranks the exams of each day and sets the service and stent ratios. */
function withRatios(sorted: readonly BillLine[], input: BillInput, pack: BenefitPack): Working[] {
  const exams = new Map<string, number>(Object.entries(input.examsBefore ?? {}));
  const fallback = input.coverages[0]?.id;
  return sorted.map((line) => {
    const notes: LineNote[] = [];
    const next = { ...line };
    const live = !line.consumed && !line.notExecuted && !line.free;
    let ratio = serviceRatio(line, pack);
    if (line.kind === 'exam' && live && line.scope === 1 && !line.paidByPatient) {
      const n = (exams.get(line.day) ?? 0) + 1;
      exams.set(line.day, n);
      ratio = examRatio(n, pack);
    }
    if (line.serviceRatio === undefined) {
      next.serviceRatio = ratio.percent;
      if (ratio.text) notes.push({ code: 'service-ratio', text: ratio.text });
    }
    if (line.stentNumber !== undefined) {
      const stent = stentRatio(line.stentNumber, pack);
      next.ratio = Decimal.of(line.ratio ?? 100)
        .mul(stent.percent)
        .div(100, 2);
      if (stent.text) notes.push({ code: 'stent', text: stent.text });
    }
    return { line: next, notes, coverage: line.coverage ?? fallback };
  });
}

/** A line after the last day that the card is honoured is the patient's own. */
function applyGrace(working: Working, benefits: ReadonlyMap<string, Benefit>): void {
  const until = working.coverage === undefined ? undefined : benefits.get(working.coverage)?.paysUntil;
  if (until === undefined || working.line.day <= until) return;
  working.line = { ...working.line, paidByPatient: true };
  working.notes.push({
    code: 'after-card-grace',
    text: { vi: `sau ngày quỹ còn trả (${until})`, en: `after the last paid day (${until})` },
  });
}

const NO_BENEFIT = { effectiveRate: 0, transport: false, armedScope: false };

function ratesOf(working: Working, benefits: ReadonlyMap<string, Benefit>) {
  return (working.coverage === undefined ? undefined : benefits.get(working.coverage)) ?? NO_BENEFIT;
}

/** Lines of a fee-paying visit are outside the fund's scope. */
function scoped(working: Working): BillLine {
  return working.coverage === undefined ? { ...working.line, paidByPatient: true } : working.line;
}

const costOf = (working: Working, benefits: ReadonlyMap<string, Benefit>, pack: BenefitPack): LineCost =>
  lineCost(scoped(working), ratesOf(working, benefits), pack);

/** Recognised amounts of the lines of each device package, cut to 45 base salaries. */
function packageShares(ordered: readonly Working[], benefits: ReadonlyMap<string, Benefit>, pack: BenefitPack) {
  const groups = new Map<string, Working[]>();
  for (const working of ordered) {
    const name = working.line.devicePackage;
    if (name !== undefined && working.line.kind === 'device') groups.set(name, [...(groups.get(name) ?? []), working]);
  }
  const shares = new Map<string, Decimal>();
  for (const group of groups.values()) {
    const parts = group.map((w) => costOf(w, benefits, pack).thanhTienBh);
    const limit = Decimal.of(pack.devicePackage.amount);
    if (Decimal.sum(parts).lte(limit)) continue;
    for (const [i, share] of shareLimit(parts, limit).entries()) {
      const working = group[i];
      if (!working) continue;
      shares.set(working.line.id, share);
      const months = pack.devicePackage.months;
      working.notes.push({
        code: 'device-package-limit',
        text: {
          vi: `gói vật tư chỉ tính đến ${months} tháng lương cơ sở`,
          en: `device package capped at ${months} base salaries`,
        },
      });
    }
  }
  return shares;
}

function priceAll(ordered: readonly Working[], benefits: ReadonlyMap<string, Benefit>, pack: BenefitPack) {
  const shares = packageShares(ordered, benefits, pack);
  const paid = new Map<string, Decimal>();
  const result = new Map<string, LineAmounts>();
  for (const working of ordered) {
    const benefit = working.coverage === undefined ? undefined : benefits.get(working.coverage);
    const before = working.coverage === undefined ? Decimal.ZERO : (paid.get(working.coverage) ?? Decimal.ZERO);
    const left = exemptionLeft(benefit, before);
    // Past the yearly limit a line is exempt as a whole; the line that reaches it keeps its rate and is capped.
    const exempt = left?.isZero() === true && benefit !== undefined;
    const rates = exempt ? { ...benefit, effectiveRate: benefit.factor } : ratesOf(working, benefits);
    const amounts = priceLine(scoped(working), rates, pack, {
      insured: shares.get(working.line.id),
      coPayment: exempt ? undefined : left,
    });
    if (exempt && !amounts.thanhTienBh.isZero()) working.notes.push(YEAR_LIMIT);
    if (working.coverage !== undefined) paid.set(working.coverage, before.add(amounts.bncct));
    result.set(working.line.id, amounts);
  }
  return result;
}

const YEAR_LIMIT: LineNote = {
  code: 'year-limit-reached',
  text: {
    vi: 'đã cùng chi trả quá 6 tháng lương cơ sở trong năm',
    en: 'over six base salaries co-paid this year',
  },
};

/** Co-payment still open before the year's exemption, for people with five continuous years. */
function exemptionLeft(benefit: Benefit | undefined, before: Decimal): Decimal | undefined {
  if (benefit?.exemptionAfter === undefined) return undefined;
  const left = Decimal.of(benefit.exemptionAfter).sub(before);
  return left.isNegative() ? Decimal.ZERO : left;
}

function billed(
  working: Working,
  benefits: ReadonlyMap<string, Benefit>,
  all: ReadonlyMap<string, LineAmounts>,
): BilledLine {
  const amounts = all.get(working.line.id);
  if (!amounts) throw new RangeError(`line ${working.line.id} was not priced`);
  const benefit = working.coverage === undefined ? undefined : benefits.get(working.coverage);
  const claimed = !working.line.consumed && !working.line.notExecuted && !working.line.free;
  return { id: working.line.id, amounts, why: explainLine(amounts, working.notes, benefit), claimed };
}

function totalsOf(lines: readonly BilledLine[], inputs: readonly BillLine[]): BillTotals {
  const method = new Map(inputs.map((l) => [l.id, l.paymentMethod ?? 1]));
  const sum = (pick: (a: LineAmounts) => DecimalInput) => Decimal.sum(lines.map((l) => pick(l.amounts)));
  const patient = sum((a) => a.patient);
  const patientCash = patient.round(0);
  return {
    total: sum((a) => a.thanhTienBv),
    insurance: sum((a) => a.bhtt),
    coPayment: sum((a) => a.bncct),
    ownPayment: sum((a) => a.bntt),
    otherSources: sum((a) => a.nguonKhac),
    discount: sum((a) => a.discount),
    patient,
    patientCash,
    cashRounding: patientCash.sub(patient),
    insured: sum((a) => a.thanhTienBh),
    insuranceFeeForService: Decimal.sum(lines.filter((l) => method.get(l.id) === 1).map((l) => l.amounts.bhtt)),
  };
}
