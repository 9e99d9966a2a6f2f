/** The bill of a visit from its records: one pure function, for the preview and for the settlement. */
import { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import {
  type ChargeFacts,
  chargeFacts,
  idOf,
  ORDER_LABELS,
  orderStateOf,
  payerOf,
  serviceGroupOf,
  visitCodeOf,
  visitStateOf,
} from '@mach/encounter/contract.ts';
import type { ChargeItem, Coverage, Encounter, ServiceRequest } from '@mach/fhir/types.ts';
import { cardCheckSince, cardNumberOf, visitBenefitInput } from '@mach/reception/contract.ts';
import type { BenefitFacility, BenefitInput } from '@mach/vn/bhyt/benefit.ts';
import type { BenefitPack } from '@mach/vn/bhyt/benefit-pack.ts';
import type { LineKind } from '@mach/vn/bhyt/line.ts';
import { billVisit, type BillLine as LineInput, type VisitBill } from '@mach/vn/bhyt/visit-bill.ts';
import type { Bill, BillLine } from '../contract.ts';

type Stored<T> = T & { id: string };

export interface VisitFacts {
  encounter: Stored<Encounter>;
  charges: readonly Stored<ChargeItem>[];
  orders: readonly Stored<ServiceRequest>[];
  /** Card of an insured visit. */
  coverage?: Stored<Coverage>;
  facility: BenefitFacility;
  /** Insured exams of the same day billed in other visits of the patient. */
  examsBefore: Readonly<Record<string, number>>;
  /** Co-paid in the year before this visit, đồng. */
  yearCoPayment: Decimal;
  pack: BenefitPack;
  packHash: string;
  /** Held in advance for the visit, whole đồng. */
  deposit: number;
  /** Now: a visit that has not ended is billed as of today. */
  at: string;
}

/** Kind of a line by its cost group (MA_NHOM). */
const KINDS: Readonly<Record<string, LineKind>> = {
  '1': 'lab',
  '2': 'imaging',
  '3': 'functional',
  '4': 'drug',
  '5': 'drug',
  '6': 'drug',
  '7': 'blood',
  '8': 'surgery',
  '9': 'procedure',
  '10': 'device',
  '11': 'device',
  '12': 'transport',
  '13': 'exam',
  '14': 'bed',
  '15': 'bed',
  '16': 'bed',
  '17': 'blood',
  '18': 'procedure',
};

export const kindOf = (costGroup: string): LineKind => KINDS[costGroup] ?? 'other';

/** A charge as the price model takes it. Not insured at all is another reason than paid by the patient's choice. */
export function lineInput(charge: ChargeFacts): LineInput {
  const insurable = !Decimal.of(charge.ratio).isZero();
  return {
    id: charge.id,
    at: charge.at,
    day: localDate(charge.at),
    kind: kindOf(charge.costGroup),
    quantity: charge.quantity,
    price: charge.unitPrice,
    ceiling: charge.ceiling,
    ratio: insurable ? charge.ratio : undefined,
    scope: insurable ? 1 : 2,
    paidByPatient: insurable && charge.payer === 'fee',
  };
}

/** Exams that took a place in the day's scale (100, 30, 10 %), by local day. */
export function examsByDay(charges: readonly ChargeFacts[]): Record<string, number> {
  const days: Record<string, number> = {};
  for (const charge of charges)
    if (charge.status === 'billed' && charge.payer === 'bhyt' && kindOf(charge.costGroup) === 'exam') {
      const day = localDate(charge.at);
      days[day] = (days[day] ?? 0) + 1;
    }
  return days;
}

/** First and last day of a visit, in Vietnam. */
export function visitDays(encounter: Encounter, at: string): { start: string; end: string } {
  return { start: localDate(encounter.period?.start ?? at), end: localDate(encounter.period?.end ?? at) };
}

const rightsOf = (facts: VisitFacts, coverage: Coverage): BenefitInput =>
  visitBenefitInput(
    facts.encounter,
    coverage,
    facts.facility,
    visitDays(facts.encounter, facts.at),
    facts.yearCoPayment.toString(),
  );

/** The bill, and the exact amounts of each line for the claim. */
export function computeBill(facts: VisitFacts): { computed: VisitBill; bill: Bill } {
  const { encounter, coverage } = facts;
  const charges = facts.charges
    .filter((item) => item.status === 'billable' || item.status === 'billed')
    .map(chargeFacts)
    .sort((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1));
  const insured = payerOf(encounter) === 'bhyt' && coverage !== undefined;
  const computed = billVisit(
    {
      lines: charges.map(lineInput),
      coverages: insured ? [{ id: coverage.id, input: rightsOf(facts, coverage) }] : [],
      examsBefore: facts.examsBefore,
    },
    facts.pack,
  );
  const amounts = new Map(computed.lines.map((line) => [line.id, line]));
  const lines = charges.map((charge): BillLine => {
    const line = amounts.get(charge.id);
    if (!line) throw new RangeError(`line ${charge.id} was not priced`);
    const { amounts: a } = line;
    return {
      chargeItem: charge.id,
      code: charge.code,
      of: charge.of,
      text: charge.text,
      costGroup: charge.costGroup,
      quantity: charge.quantity,
      unitPrice: a.donGiaBv.toString(),
      total: a.thanhTienBv.toString(),
      insured: a.thanhTienBh.toString(),
      insurer: a.bhtt.toString(),
      coPayment: a.bncct.toString(),
      ownPayment: a.bntt.toString(),
      other: a.nguonKhac.toString(),
      patientPays: a.patient.toString(),
      rate: a.mucHuong.toString(),
      why: line.why,
    };
  });
  const { totals, threshold } = computed;
  const bill: Bill = {
    encounter: encounter.id,
    patient: idOf(encounter.subject) ?? '',
    name: encounter.subject?.display ?? '',
    visitCode: visitCodeOf(encounter) ?? '',
    state: visitStateOf(encounter) ?? 'cancelled',
    payer: insured ? 'bhyt' : 'fee',
    lines,
    total: totals.total.toString(),
    insurerTotal: totals.insurance.toString(),
    coPayment: totals.coPayment.toString(),
    ownPayment: totals.ownPayment.toString(),
    otherSources: totals.otherSources.toString(),
    discount: totals.discount.toString(),
    insuredTotal: totals.insured.toString(),
    patientExact: totals.patient.toString(),
    patientTotal: totals.patientCash.toNumber(),
    rounding: totals.cashRounding.toString(),
    deposit: facts.deposit,
    ...(insured
      ? {
          benefit: shownBenefit(facts, coverage, computed),
          threshold: { total: threshold.total.toString(), limit: threshold.limit.toString(), below: threshold.below },
        }
      : {}),
    issues: [...computed.issues, ...visitIssues(facts, insured)],
  };
  return { computed, bill };
}

function shownBenefit(facts: VisitFacts, coverage: Stored<Coverage>, computed: VisitBill): Bill['benefit'] {
  const benefit = computed.benefits[0]?.benefit;
  if (!benefit) return undefined;
  return {
    coverage: coverage.id,
    card: cardNumberOf(coverage) ?? '',
    state: benefit.state,
    rate: benefit.rate,
    factor: benefit.factor,
    effectiveRate: benefit.effectiveRate,
    category: benefit.doiTuongKcb,
    properRoute: benefit.properRoute,
    reasons: benefit.reasons.map(({ rule, text, source, decisive }) => ({ rule, text, source, decisive })),
    verified: cardCheckSince(coverage, visitDays(facts.encounter, facts.at).start).status === 'verified',
    yearCoPayment: facts.yearCoPayment.toString(),
    pack: facts.packHash,
  };
}

/** What the cashier must know beside the money. */
function visitIssues(facts: VisitFacts, insured: boolean): Issue[] {
  const issues: Issue[] = [];
  if (payerOf(facts.encounter) === 'bhyt' && !insured)
    issues.push({
      severity: 'error',
      code: 'coverage-missing',
      field: 'coverage',
      text: {
        vi: 'Lượt khám BHYT nhưng không có thẻ: người bệnh trả đủ.',
        en: 'An insured visit without a card: the patient pays all.',
      },
      remedy: { vi: 'Nhờ tiếp đón gắn thẻ vào lượt khám.', en: 'Have reception attach the card.' },
    });
  if (insured && facts.coverage) issues.push(...cardIssues(facts.coverage, visitDays(facts.encounter, facts.at).start));
  for (const order of facts.orders) {
    const state = orderStateOf(order);
    const group = serviceGroupOf(order);
    if (group === 'exam' || (state !== 'signed' && state !== 'accepted' && state !== 'in-progress')) continue;
    const name = order.code?.text ?? '';
    issues.push({
      severity: 'warning',
      code: 'order-not-performed',
      field: `ServiceRequest/${order.id}`,
      text: {
        vi: `"${name}" đang "${ORDER_LABELS[state].vi}", chưa thực hiện nhưng vẫn nằm trong bảng kê.`,
        en: `"${name}" is "${ORDER_LABELS[state].en}": not performed, yet on the bill.`,
      },
      remedy: {
        vi: 'Chờ thực hiện, hoặc nhờ bác sĩ huỷ chỉ định.',
        en: 'Wait for it, or have the doctor cancel the order.',
      },
    });
  }
  return issues;
}

/** A card that the portal could not be asked about is honoured; one that it has refused will be refused again. */
function cardIssues(coverage: Coverage, visitDay: string): Issue[] {
  const { status, code } = cardCheckSince(coverage, visitDay);
  if (status === 'verified') return [];
  if (status === 'refused')
    return [
      {
        severity: 'error',
        code: 'card-refused',
        field: 'coverage',
        text: {
          vi: `Cổng giám định báo thẻ BHYT không dùng được${code === undefined ? '' : ` (mã ${code})`}: quỹ sẽ không trả hồ sơ này.`,
          en: `The portal says that the card cannot be used${code === undefined ? '' : ` (${code})`}: the fund will not pay this claim.`,
        },
        remedy: {
          vi: 'Nhờ tiếp đón kiểm tra lại thẻ trước khi thu; thẻ không hợp lệ thì chuyển sang thu phí.',
          en: 'Have reception look at the card before taking payment; without a valid card the patient pays.',
        },
      },
    ];
  return [
    {
      severity: 'warning',
      code: 'card-unverified',
      field: 'coverage',
      text: {
        vi: 'Thẻ BHYT chưa được cổng giám định xác thực: vẫn hưởng BHYT theo Điều 38 NĐ 188/2025, hồ sơ ghi dấu chưa xác thực.',
        en: 'The portal has not confirmed the card: insured all the same (NĐ 188/2025 Art. 38), and the file says so.',
      },
      remedy: {
        vi: 'Tra cứu lại thẻ; nếu cổng vẫn lỗi, giữ bằng chứng lỗi.',
        en: 'Check the card again; keep evidence if the portal still fails.',
      },
    },
  ];
}
