import { z } from 'zod';
import { REQUEST_KINDS } from './rules/rights.ts';

const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const line = (max: number) => z.string().trim().min(1).max(max);
const purpose = z.string().regex(/^[A-Z]{2,20}$/);
const day = z.iso.date();

/** Who speaks for the patient; `self` is the patient. */
export const RELATIONS = ['self', 'parent', 'spouse', 'child', 'guardian', 'representative'] as const;
const relation = z.enum(RELATIONS);

export const consentInput = z.strictObject({
  patient: id,
  purpose,
  /** No default: somebody said yes or no. */
  decision: z.enum(['permit', 'deny']),
  by: line(120),
  relation,
  how: z.enum(['paper', 'spoken', 'screen']),
  /** Last day on which it holds. */
  until: day.optional(),
});
export const openRequestInput = z.strictObject({
  patient: id,
  kind: z.enum(REQUEST_KINDS),
  detail: line(2000),
  by: line(120),
  relation,
  /** Paper that shows who asks, and for whom he may speak. */
  paper: z.string().trim().max(200).optional(),
  channel: z.enum(['desk', 'letter', 'online']),
  /** Day on which it came in, where that is not today. */
  receivedOn: day.optional(),
});
export const assignInput = z.strictObject({ request: id, account: z.string().min(1).max(60) });
export const answerInput = z.strictObject({ request: id, text: line(4000) });
export const extendInput = z.strictObject({ request: id, reason: line(500) });
export const deliverInput = z.strictObject({
  request: id,
  what: z.enum(['bundle', 'log', 'copy', 'correction']),
  note: line(500),
  /** SHA-256 of the file that was handed over, hex. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export const restrictInput = z.strictObject({
  request: id,
  purposes: z.array(purpose).max(10),
  /** Closes the record to all but those who treat the patient themselves, and the desks. */
  close: z.boolean(),
});
export const closeRequestInput = z.strictObject({
  request: id,
  outcome: z.enum(['granted', 'partly', 'refused', 'withdrawn']),
  letter: line(8000),
});
export const reviewUnusualInput = z.strictObject({
  id: z.uuid(),
  finding: z.enum(['justified', 'unjustified']),
  note: z.string().trim().max(1000).optional(),
});

export const watchInput = z.strictObject({ day });

export type ConsentInput = z.input<typeof consentInput>;
export type OpenRequestInput = z.input<typeof openRequestInput>;
export type DeliverInput = z.input<typeof deliverInput>;
export type RestrictInput = z.input<typeof restrictInput>;
export type CloseRequestInput = z.input<typeof closeRequestInput>;
export type ReviewUnusualInput = z.input<typeof reviewUnusualInput>;
