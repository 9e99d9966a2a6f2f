import type { Text } from '@mach/base/problem.ts';
import type { Cite } from './pack.ts';

/** Professional level of a facility since 1 January 2025 (Law 51/2024). */
export type Level = 'initial' | 'basic' | 'specialised';
/** Hospital tier before 2025; still decides some rates of the levelled facilities. */
export type Tier = 'central' | 'province' | 'district' | 'commune';
export type CareClass = 'outpatient' | 'inpatient';

/** How the patient came. `self` is without any paper; `right` is the declared proper place. */
export type Route = 'right' | 'referral' | 'residence' | 'revisit' | 'donor' | 'newborn' | 'emergency' | 'self';

/** Conditions of a route row: every condition present must hold. */
export interface RouteWhen {
  routes?: readonly Route[];
  careClass?: CareClass;
  levels?: readonly Level[];
  formerTiers?: readonly Tier[];
  notFormerTiers?: readonly Tier[];
  /** Score of the facility: from (inclusive) to below (exclusive). */
  points?: { from?: number; below?: number; orProvisional?: boolean };
  /** Facility of the kind paid in full whatever the card says (commune station, family doctor…). */
  station?: boolean;
  registered?: boolean;
  sameProvince?: boolean;
  registeredTiers?: readonly Tier[];
  /** Card carries living area K1, K2 or K3. */
  area?: boolean;
  /** Disease of annex I or II of TT 01/2025/TT-BYT. */
  listedDisease?: 'I' | 'II';
}

export interface RouteRow {
  id: string;
  /** Patient category code (MA_DOITUONG_KCB) of this row. */
  code: string;
  when: RouteWhen;
  /** Percent of the benefit rate that is paid. */
  factor: number;
  /** Benefit rate that replaces the card's, e.g. 100 at a commune station. */
  rate?: number;
  /** Counts as a proper visit for the yearly co-payment exemption. */
  properRoute: boolean;
  text: Text;
  source: Cite;
}

export interface DigitRow {
  digit: string;
  percent: number;
  /** Patient transport is paid. */
  transport: boolean;
  text: Text;
  source: Cite;
}

/** Percent by order: `from` to `to` inclusive, `to` null is open. */
export interface ScaleStep {
  from: number;
  to: number | null;
  percent: number;
}

export interface Scale {
  steps: readonly ScaleStep[];
  text: Text;
  source: Cite;
}

export interface BenefitPack {
  /** Base salary / reference level, đồng a month. */
  baseSalary: { amount: number; source: Cite };
  /** Visits that cost less than this are paid in full. */
  smallVisit: { percentOfBase: number; amount: number; source: Cite };
  /** Five continuous years and a yearly co-payment above so many base salaries. */
  exemption: { months: number; amount: number; source: Cite };
  /** Cap of the devices of one procedure. */
  devicePackage: { months: number; amount: number; source: Cite };
  digits: readonly DigitRow[];
  /** Object groups paid also for items of scope 3 (army, police, cipher). */
  armedGroups: readonly string[];
  routes: readonly RouteRow[];
  exams: Scale;
  beds: Scale & { stretcher: number };
  surgery: { sameTeam: number; otherTeam: number; procedure: number; text: Text; source: Cite };
  stents: Scale;
  cardGraceDays: { days: number; source: Cite };
  papers: { referralWorkingDays: number; referralListedDays: number; revisitUses: number; source: Cite };
  /** `personal-or-general` knows ways (a), (b), (c) of QĐ 130; `in-order` is QĐ 3176. */
  otherSources: { model: 'personal-or-general' | 'in-order'; source: Cite };
  rounding: { unitPrice: number; money: number; source: Cite };
}

/** Percent of a scale for the n-th item (1-based); 0 past the end. */
export function scalePercent(scale: Pick<Scale, 'steps'>, n: number): number {
  const step = scale.steps.find((s) => n >= s.from && (s.to === null || n <= s.to));
  return step ? step.percent : 0;
}
