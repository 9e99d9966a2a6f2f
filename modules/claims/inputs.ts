import { z } from 'zod';

/** A FHIR id. */
const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);

const reason = z.string().trim().min(2).max(500);

export const checkCardInput = z.strictObject({
  /** Number on the card, 15, 12 or 10 characters. */
  card: z.string().trim().min(10).max(20),
  name: z.string().trim().min(1).max(255),
  /** yyyy, yyyy-MM or yyyy-MM-dd, as on the card. */
  birthDate: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/),
  /** Coverage that keeps the answer; without it the answer is only told. */
  coverage: recordId.optional(),
});

export const encounterInput = z.strictObject({ encounter: recordId });
export const sendClaimInput = z.strictObject({
  encounter: recordId,
  /** Required when the portal already holds a version of this claim. */
  reason: reason.optional(),
});
export const suspendClaimInput = z.strictObject({ encounter: recordId, reason });

export const recordAnswerInput = z.strictObject({
  message: z.string(),
  kind: z.string(),
  subject: z.string(),
  outcome: z.enum(['accepted', 'refused']),
  receipt: z.unknown(),
  issues: z.array(z.unknown()),
});

export type CheckCardInput = z.input<typeof checkCardInput>;
export type EncounterInput = z.input<typeof encounterInput>;
export type SendClaimInput = z.input<typeof sendClaimInput>;
export type SuspendClaimInput = z.input<typeof suspendClaimInput>;
export type RecordAnswerInput = z.input<typeof recordAnswerInput>;
