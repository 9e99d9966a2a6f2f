import type { Text } from '@mach/base/problem.ts';

/**
 * Hồ sơ BHYT (journeys §0.5). `draft` while the visit runs or its settlement was undone; `checked`: clean, waits for
 * the officer (automatic sending is off, or it was sent before); `sent`: signed and in the outbox.
 */
export const CLAIM_STATES = ['draft', 'has-findings', 'checked', 'signed', 'sent', 'received', 'returned'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** Where a finding is mended: the record, the field in it, and the workspace that opens it. */
export interface FindingSource {
  /** `Patient/…` */
  record: string;
  /** Path in that record, `address.ward`. */
  field: string;
  workspace: 'reception' | 'vitals' | 'outpatient' | 'lab' | 'imaging' | 'cashier' | 'claims';
}

/** One thing that the claim rules or the portal object to. */
export interface ClaimFinding {
  severity: 'error' | 'warning' | 'information';
  code: string;
  /** `XML2[3].TT_THAU` */
  field?: string;
  text: Text;
  remedy?: Text;
  /** Money that the fund may refuse because of it, đồng. */
  money: number;
  source?: FindingSource;
  /** Raised by the portal, not by our own rules. */
  portal: boolean;
}
