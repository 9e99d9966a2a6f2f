import type { Text } from '@mach/base/problem.ts';
import { commandRef } from '@mach/engine/command-ref.ts';
import type { CheckCardInput, EncounterInput, RecordAnswerInput, SendClaimInput, SuspendClaimInput } from './inputs.ts';

import type { ClaimFinding, ClaimState } from './state.ts';

export type * from './inputs.ts';
export * from './read.ts';
export * from './state.ts';

export const CLAIM_LABELS: Readonly<Record<ClaimState, Text>> = {
  draft: { vi: 'Nháp', en: 'Draft' },
  'has-findings': { vi: 'Có lỗi', en: 'Has findings' },
  checked: { vi: 'Đạt', en: 'Checked' },
  signed: { vi: 'Đã ký', en: 'Signed' },
  sent: { vi: 'Đã ký, đang gửi', en: 'Signed, being sent' },
  received: { vi: 'Đã tiếp nhận', en: 'Received' },
  returned: { vi: 'Bị trả lại', en: 'Returned' },
};

/** Name of the destination in the outbox. */
export const PORTAL = 'bhyt-portal';
export type PortalKind = 'check-in' | 'claim' | 'card-check';

export interface ClaimResult {
  claim: string;
  encounter: string;
  state: ClaimState;
  findings: ClaimFinding[];
  /** Id of the DocumentReference with the signed file, when one was made. */
  document?: string;
  /** Id of the outbox message, when one was sent. */
  message?: string;
}

/** What the card check says. Care never waits: silence is `unverified`, and the question is asked again in the background. */
export interface CheckCardResult {
  status: 'verified' | 'refused' | 'unverified';
  /** maKetQua of the portal. */
  code: string | null;
  text: Text | null;
  action: 'ok' | 'use-new' | 'fix' | 'refused' | 'retry' | null;
  checkedAt: string;
  holder?: {
    card: string;
    name: string;
    birthDate: string;
    gender: 'male' | 'female' | 'unknown';
    address: string;
    registeredFacility: string;
    validFrom: string;
    validTo: string | null;
    livingArea: string | null;
    fiveYearsFrom: string | null;
    /** Number of the card that replaces this one. */
    newCard: string | null;
  };
  /** Where what was typed and what the portal knows differ. */
  differences: { field: 'name' | 'birthDate'; given: string; portal: string }[];
  /** Stays known to the portal, newest first. */
  history: { facility: string; from: string; to: string; diagnosis: string; status: string }[];
}

export const checkCard = commandRef<CheckCardInput, CheckCardResult>('claims.checkCard');
/** Reaction on `encounter.opened` of insured visits, emergencies excepted: XML0. */
export const sendCheckIn = commandRef<EncounterInput, ClaimResult>('claims.sendCheckIn');
/** Reaction on `encounter.settled` of insured visits: tables, checks, and when clean: signature and outbox. */
export const prepareClaim = commandRef<EncounterInput, ClaimResult>('claims.prepareClaim');
/** By the system once a visit is closed: sends a claim that was held for its drugs. */
export const releaseClaim = commandRef<EncounterInput, { claim: string | null }>('claims.releaseClaim');
/** Gathers and checks again, after something was mended; sends nothing. */
export const recheckClaim = commandRef<EncounterInput, ClaimResult>('claims.recheckClaim');
/** Signs and sends a checked claim, or a corrected version of one that the portal has had. */
export const resendClaim = commandRef<SendClaimInput, ClaimResult>('claims.resendClaim');
/** Reaction on `encounter.unsettled`: the claim is a draft again; on `encounter.cancelled`: there is none any more. */
/** A result or note of a claimed visit was corrected: the file is made anew, and replaces the one that was sent. */
export const followCorrection = commandRef<SendClaimInput, { claim: string | null }>('claims.followCorrection');
export const suspendClaim = commandRef<SuspendClaimInput, { claim: string | null; state: ClaimState | null }>(
  'claims.suspendClaim',
);
/** Reaction on `exchange.answered` of the portal. */
export const recordAnswer = commandRef<RecordAnswerInput, { claim: string | null; state: ClaimState | null }>(
  'claims.recordAnswer',
);

export interface ClaimsEvents {
  'claims.prepared': { encounter: string; claim: string; state: ClaimState; findings: number };
  'claims.received': { encounter: string; claim: string; receipt: string };
  'claims.returned': { encounter: string; claim: string; code: string };
}

/** Row of `claims.list`: one insured visit, base Claim. */
export interface ClaimRow {
  key: string;
  patient: string;
  encounter: string;
  visitCode: string;
  name: string;
  birthDate: string | null;
  patientCode: string | null;
  card: string | null;
  state: ClaimState;
  /** 1 returned, 2 has findings, 3 checked, 4 sent, 5 draft, 6 received. */
  rank: number;
  /** Claimed from the fund, đồng. */
  money: number | null;
  /** Part of it that the findings put at risk, đồng. */
  atRisk: number;
  /** Full cost, đồng. */
  total: number | null;
  findings: number;
  errors: number;
  /** End of the visit. */
  endedAt: string | null;
  /** Clock of what comes next: sending, or answering a return. */
  deadline: string | null;
  sentAt: string | null;
  /** maGiaoDich of the portal. */
  receipt: string | null;
  receivedAt: string | null;
  /** State of the check-in (XML0): sent, received, returned, exempt. */
  checkIn: string | null;
  /** Version of the file, from 1. */
  version: number | null;
  document: string | null;
}
