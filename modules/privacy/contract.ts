import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  CloseRequestInput,
  ConsentInput,
  DeliverInput,
  OpenRequestInput,
  RestrictInput,
  ReviewUnusualInput,
} from './inputs.ts';
import type { RequestKind } from './rules/rights.ts';

export type { RequestKind };

/** Sees what needs a review, exports the log, keeps the register. */
export const PRIVACY = 'privacy.review';
/** Is told whose data stand under a restriction. */
export const SEE_RESTRICTIONS = 'privacy.see-restrictions';
/** Records what patients agree to, purpose by purpose. */
export const CONSENT = 'privacy.consent';
/** Takes in what somebody asks for about his data. */
export const OPEN_REQUEST = 'privacy.open-request';
/** Works on such requests and answers them. */
export const REQUESTS = 'privacy.requests';

export interface ConsentResult {
  consent: string;
}
export interface RequestResult {
  request: string;
  code: string;
  /** Instants. */
  answerBy: string;
  dueBy: string;
}

/** Row of `privacy.consents`: every decision that was recorded; the active one of a purpose holds. */
export interface ConsentRow {
  key: string;
  patientId: string;
  purpose: string;
  decision: 'permit' | 'deny';
  status: 'active' | 'inactive';
  at: string;
  by: string | null;
  relation: string | null;
  how: 'paper' | 'spoken' | 'screen' | null;
  recordedBy: string | null;
  until: string | null;
}

/** Row of `privacy.requests`. */
export interface RequestRow {
  key: string;
  code: string;
  kind: RequestKind;
  status: 'requested' | 'accepted' | 'in-progress' | 'completed' | 'rejected' | 'cancelled';
  patientId: string;
  patientName: string | null;
  by: string;
  relation: string | null;
  channel: string | null;
  detail: string;
  receivedAt: string;
  answerBy: string;
  answeredAt: string | null;
  dueBy: string;
  extended: string | null;
  account: string | null;
  accountName: string | null;
  outcome: 'granted' | 'partly' | 'refused' | 'withdrawn' | null;
  letter: string | null;
  closedAt: string | null;
  /** `yes` while the restriction that was asked for is in force. */
  restricts: string | null;
}

export const recordConsent = commandRef<ConsentInput, ConsentResult>('privacy.recordConsent');
export const openRequest = commandRef<OpenRequestInput, RequestResult>('privacy.openRequest');
export const assignRequest = commandRef<{ request: string; account: string }, { request: string }>(
  'privacy.assignRequest',
);
/** The first answer within the working days: that it came in, who works on it, until when. */
export const answerRequest = commandRef<{ request: string; text: string }, { request: string }>(
  'privacy.answerRequest',
);
export const extendRequest = commandRef<{ request: string; reason: string }, { dueBy: string }>(
  'privacy.extendRequest',
);
/** Something was done or handed over. */
export const deliver = commandRef<DeliverInput, { request: string }>('privacy.deliver');
export const restrict = commandRef<RestrictInput, { request: string; consents: string[] }>('privacy.restrict');
export const liftRestriction = commandRef<{ request: string; reason: string }, { request: string }>(
  'privacy.liftRestriction',
);
export const closeRequest = commandRef<CloseRequestInput, { request: string }>('privacy.closeRequest');
export const reviewUnusual = commandRef<ReviewUnusualInput, { id: string }>('privacy.reviewUnusual');
/** Looks through the audit of a local day `yyyy-MM-dd`. */
export const watch = commandRef<{ day: string }, { day: string }>('privacy.watch');
