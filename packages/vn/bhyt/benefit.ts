/**
 * Decides what share of a visit the health-insurance fund pays.
 * Sources and certainty: rulepacks/bhyt-benefit/SOURCE.md; every reason carries its own.
 */
import { Decimal, type DecimalInput } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import type { Issue, Text } from '@mach/base/problem.ts';
import { formatDate } from '@mach/base/time.ts';
import type { BenefitPack, CareClass, Level, Route, RouteRow, RouteWhen, Tier } from './benefit-pack.ts';
import { type BenefitCard, type CardState, checkCard } from './card.ts';
import type { Cite } from './pack.ts';
import { type Papers, routeByPapers } from './papers.ts';

export interface BenefitFacility {
  /** 5-character code. */
  code: string;
  /** Codes that count as the same registered place. */
  affiliates?: readonly string[];
  level?: Level;
  formerTier?: Tier;
  /** Score of the professional grading. */
  points?: number;
  /** Provisionally graded basic. */
  provisional?: boolean;
  /** Commune station, family doctor and the like (code 1.2). */
  station?: boolean;
}

export interface BenefitVisit {
  /** First day, yyyy-MM-dd: picks the edition of the pack too. */
  date: string;
  /** Last day, yyyy-MM-dd; today while the stay runs. */
  end?: string;
  careClass: CareClass;
  route: Route;
  papers?: Papers;
  listedDisease?: 'I' | 'II';
  /** Public holidays, for the working days of a referral slip. */
  holidays?: readonly string[];
  /** Cost of the visit within the insured scope, đồng; absent while unknown. */
  insuredTotal?: DecimalInput;
}

export interface BenefitInput {
  card?: BenefitCard;
  facility: BenefitFacility;
  visit: BenefitVisit;
  /** Co-payment of the calendar year before this visit, đồng. */
  yearCoPayment?: DecimalInput;
}

export interface Reason {
  rule: string;
  text: Text;
  source: string;
  certainty: Cite['certainty'];
  /** True for the rules that set the result. */
  decisive: boolean;
}

export interface Benefit {
  state: CardState | 'no-card';
  /** Benefit rate of the person, percent. */
  rate: number;
  /** Share of that rate which the route leaves, percent. */
  factor: number;
  /** rate × factor / 100: the claim's MUC_HUONG. */
  effectiveRate: number;
  reasons: Reason[];
  /** Patient category code for the claim (MA_DOITUONG_KCB). */
  doiTuongKcb: string;
  /** Patient transport is paid. */
  transport: boolean;
  /** Items of scope 3 are paid (army, police, cipher). */
  armedScope: boolean;
  /** The route is a proper one: co-payments count and the yearly exemption may apply. */
  properRoute: boolean;
  /** Co-payment that the year still takes before the exemption starts; absent when it cannot apply. */
  exemptionAfter?: string;
  /** Last day that the fund pays. */
  paysUntil?: string;
  issues: Issue[];
}

function matches(when: RouteWhen, input: BenefitInput, card: BenefitCard, route: Route): boolean {
  const { facility, visit } = input;
  const registered =
    card.registeredFacility === facility.code || (facility.affiliates ?? []).includes(card.registeredFacility);
  if (when.registered !== undefined && when.registered !== registered) return false;
  if (when.routes && !when.routes.includes(route)) return false;
  if (when.careClass && when.careClass !== visit.careClass) return false;
  if (when.levels && (!facility.level || !when.levels.includes(facility.level))) return false;
  if (when.formerTiers && (!facility.formerTier || !when.formerTiers.includes(facility.formerTier))) return false;
  if (when.notFormerTiers && facility.formerTier && when.notFormerTiers.includes(facility.formerTier)) return false;
  if (when.station !== undefined && when.station !== (facility.station ?? false)) return false;
  if (when.sameProvince && card.registeredFacility.slice(0, 2) !== facility.code.slice(0, 2)) return false;
  if (when.registeredTiers && (!card.registeredTier || !when.registeredTiers.includes(card.registeredTier))) {
    return false;
  }
  if (when.area && !card.area) return false;
  if (when.listedDisease && when.listedDisease !== visit.listedDisease) return false;
  return !when.points || pointsFit(when.points, facility);
}

function pointsFit(want: NonNullable<RouteWhen['points']>, facility: BenefitFacility): boolean {
  if (want.orProvisional && facility.provisional) return true;
  const points = facility.points;
  if (points === undefined) return false;
  return (want.from === undefined || points >= want.from) && (want.below === undefined || points < want.below);
}

const reasonOf = (rule: string, text: Text, source: Cite): Reason => ({
  rule,
  text,
  source: `${source.document}, ${source.article}`,
  certainty: source.certainty,
  decisive: false,
});

/** A rate the person may have, with the rule that gives it. */
interface RateRule {
  percent: number;
  reason: Reason;
}

function personRates(input: BenefitInput, card: BenefitCard, pack: BenefitPack, proper: boolean): RateRule[] {
  const rates: RateRule[] = [];
  const digit = pack.digits.find((d) => d.digit === card.digit);
  if (digit) rates.push({ percent: digit.percent, reason: reasonOf(`digit-${digit.digit}`, digit.text, digit.source) });
  const total = input.visit.insuredTotal;
  const small = pack.smallVisit;
  if (total !== undefined && Decimal.of(total).lt(small.amount)) {
    const text = {
      vi: `tổng chi phí ${formatMoney(total)} dưới ${small.percentOfBase} % lương cơ sở (${formatMoney(small.amount)})`,
      en: `visit of ${formatMoney(total)} is below ${small.percentOfBase} % of the base salary (${formatMoney(small.amount)})`,
    };
    rates.push({ percent: 100, reason: reasonOf('small-visit', text, small.source) });
  }
  const date = input.visit.date;
  if (
    proper &&
    card.exemptFrom !== undefined &&
    card.exemptFrom <= date &&
    card.exemptFrom.slice(0, 4) === date.slice(0, 4)
  ) {
    const on = formatDate(card.exemptFrom);
    const text = { vi: `miễn cùng chi trả từ ${on} đến hết năm`, en: `co-payment exempt from ${on} to the year's end` };
    rates.push({ percent: 100, reason: reasonOf('exempt-certificate', text, pack.exemption.source) });
  }
  if (proper && fiveYears(card, date) && Decimal.of(input.yearCoPayment ?? 0).gt(pack.exemption.amount)) {
    const paid = formatMoney(input.yearCoPayment ?? 0);
    const text = {
      vi: `đủ 5 năm liên tục và đã cùng chi trả ${paid}, trên ${pack.exemption.months} tháng lương cơ sở`,
      en: `five continuous years and ${paid} co-paid, over ${pack.exemption.months} base salaries`,
    };
    rates.push({ percent: 100, reason: reasonOf('five-years-exempt', text, pack.exemption.source) });
  }
  return rates;
}

const fiveYears = (card: BenefitCard, date: string): boolean =>
  card.fiveYearsFrom !== undefined && card.fiveYearsFrom <= date;

/** All matching rules are worked out; the highest rate wins and every rule is listed with its source. */
export function decideBenefit(input: BenefitInput, pack: BenefitPack): Benefit {
  const { card, visit } = input;
  if (!card) {
    return nothing(
      'no-card',
      { vi: 'Không khám chữa bệnh bằng BHYT.', en: 'Not a health-insurance visit.' },
      'information',
    );
  }
  const end = visit.end ?? visit.date;
  const checked = checkCard(card, visit.date, end, pack.cardGraceDays.days);
  if (checked.state !== 'valid' && checked.state !== 'expires-during-stay') {
    return nothing(checked.state, checked.text, 'error');
  }
  const digit = pack.digits.find((d) => d.digit === card.digit);
  if (!digit) {
    const text = {
      vi: `Mức hưởng "${card.digit}" trên thẻ không hợp lệ.`,
      en: `Benefit digit "${card.digit}" is unknown.`,
    };
    return nothing('unknown-digit', text, 'error');
  }
  const { route, issues } = routeByPapers(visit.route, visit.papers, visit.date, pack, visit.holidays);
  if (checked.state === 'expires-during-stay') {
    issues.push({ severity: 'warning', code: 'card-expires-during-stay', field: 'card.validTo', text: checked.text });
  }
  if (end.slice(0, 4) !== visit.date.slice(0, 4) && (card.exemptFrom !== undefined || fiveYears(card, end))) {
    issues.push(yearEndIssue(end));
  }

  const rows = pack.routes.filter((row) => matches(row.when, input, card, route));
  const proper = rows.some((row) => row.properRoute);
  const rates = personRates(input, card, pack, proper);
  const best = (row: RouteRow) => Math.max(row.rate ?? 0, ...rates.map((r) => r.percent));
  const score = (row: RouteRow) => (best(row) * row.factor) / 100;
  // First row from the top among those with the highest result: the category code must agree with the rate claimed.
  const winner = rows.reduce<RouteRow | undefined>((w, row) => (!w || score(row) > score(w) ? row : w), undefined);
  if (!winner) issues.push(noRouteIssue());

  const rate = winner ? best(winner) : Math.max(...rates.map((r) => r.percent));
  const factor = winner?.factor ?? 0;
  const byRow = winner?.rate === rate;
  const reasons: Reason[] = [
    ...rates.map((r) => ({ ...r.reason, decisive: !byRow && r.percent === rate })),
    ...rows.map((row) => ({ ...reasonOf(row.id, row.text, row.source), decisive: row === winner })),
  ];
  const left = Decimal.of(pack.exemption.amount).sub(input.yearCoPayment ?? 0);
  return {
    state: checked.state,
    rate,
    factor,
    effectiveRate: (rate * factor) / 100,
    reasons,
    doiTuongKcb: winner?.code ?? '9',
    transport: digit.transport,
    armedScope: card.group !== undefined && pack.armedGroups.includes(card.group),
    properRoute: proper,
    exemptionAfter: proper && fiveYears(card, visit.date) ? (left.isNegative() ? '0' : left.toString()) : undefined,
    paysUntil: checked.paysUntil,
    issues,
  };
}

function nothing(state: Benefit['state'], text: Text, severity: Issue['severity']): Benefit {
  return {
    state,
    rate: 0,
    factor: 0,
    effectiveRate: 0,
    reasons: [{ rule: `card-${state}`, text, source: 'Luật BHYT', certainty: 'H', decisive: true }],
    doiTuongKcb: '9',
    transport: false,
    armedScope: false,
    properRoute: false,
    issues: [{ severity, code: state === 'no-card' ? state : `card-${state}`, field: 'card', text }],
  };
}

const yearEndIssue = (end: string): Issue => ({
  severity: 'warning',
  code: 'exemption-splits-at-year-end',
  field: 'visit.end',
  text: {
    vi: `Đợt điều trị kéo sang năm ${end.slice(0, 4)}: miễn cùng chi trả tính riêng từng năm.`,
    en: `The stay runs into ${end.slice(0, 4)}: the exemption is counted year by year.`,
  },
  remedy: { vi: 'Tách chi phí tại 01/01.', en: 'Split the costs at 1 January.' },
});

const noRouteIssue = (): Issue => ({
  severity: 'warning',
  code: 'no-route-rule',
  field: 'visit.route',
  text: {
    vi: 'Không có quy định nào cho trường hợp này: quỹ không trả.',
    en: 'No rule covers this case: the fund does not pay.',
  },
  remedy: {
    vi: 'Kiểm tra cấp chuyên môn, điểm xếp cấp, tuyến cũ của cơ sở và cách đến của người bệnh.',
    en: "Check the facility's level, points and former tier, and how the patient came.",
  },
});
