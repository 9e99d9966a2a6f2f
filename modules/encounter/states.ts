/** State codes of the machines that the kernel owns (journeys §0.5). Screens, reports and views share them. */

/** Lượt khám. The last five are side exits. */
export const VISIT_STATES = [
  'booked',
  'arrived',
  'waiting',
  'in-exam',
  'awaiting-results',
  'results-ready',
  'concluded',
  'awaiting-payment',
  'settled',
  'closed',
  'left',
  'cancelled',
  'admitted',
  'transferred',
  'died',
] as const;
export type VisitState = (typeof VISIT_STATES)[number];

/** Chỉ định, once signed. A rejected specimen sends an order back to `signed`. */
export const ORDER_STATES = [
  'signed',
  'accepted',
  'in-progress',
  'performed',
  'preliminary',
  'validated',
  'seen',
  'cancelled',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];
/** Nobody waits for the result of an order in these. */
export const FINISHED_ORDER: readonly OrderState[] = ['validated', 'seen', 'cancelled'];

/** Đơn thuốc, once signed. `sent`: waiting for the national code. */
export const PRESCRIPTION_STATES = [
  'signed',
  'sent',
  'national-code',
  'partly-dispensed',
  'dispensed',
  'cancelled',
] as const;
export type PrescriptionState = (typeof PRESCRIPTION_STATES)[number];

/** Groups of services; of `lab`, `imaging`, `functional` the doctor awaits results. */
export const SERVICE_GROUPS = ['exam', 'lab', 'imaging', 'functional', 'procedure'] as const;
export type ServiceGroup = (typeof SERVICE_GROUPS)[number];
export const DIAGNOSTIC_GROUPS: readonly ServiceGroup[] = ['lab', 'imaging', 'functional'];

/** Chosen by the doctor at the end of the visit. */
export const OUTCOMES = ['home', 'revisit', 'admitted', 'transferred', 'died'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const PAYERS = ['bhyt', 'fee'] as const;
export type Payer = (typeof PAYERS)[number];

/** Why somebody goes before others (journeys a1). */
export const PRIORITY_REASONS = ['emergency', 'elderly', 'child', 'pregnant', 'disabled', 'merit'] as const;
export type PriorityReason = (typeof PRIORITY_REASONS)[number];

/** How an insured patient came, as the benefit decision knows it. */
export const ROUTES = ['right', 'referral', 'residence', 'revisit', 'donor', 'newborn', 'emergency', 'self'] as const;
