import { z } from 'zod';

const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const reasonText = z.string().trim().min(2).max(500);
const shortText = z.string().trim().max(300);

/** `queue`: tickets of the reception; `receipt`: cash taken on paper; `note`: anything else that is entered later. */
export const SERIES = ['queue', 'receipt', 'note'] as const;

/** One number of a block, as it stands on the paper. */
export const paperNumber = z.strictObject({
  block: recordId,
  n: z.int().min(1).max(99_999_999),
  /** The number as it was written: refused when the block writes it differently. */
  number: z.string().trim().min(2).max(30),
});

export const takeNumbersInput = z.strictObject({
  series: z.enum(SERIES),
  /** The device: one browser profile at one desk. */
  desk: recordId,
});
export const showBlockInput = z.strictObject({
  /** The next number that the desk would write. */
  paper: paperNumber,
  desk: recordId,
});
export const giveBackInput = z.strictObject({
  block: recordId,
  /** The first number that no paper carries. */
  next: z.int().min(1),
});
export const voidNumberInput = z.strictObject({ paper: paperNumber, reason: reasonText });
export const spendNumberInput = z.strictObject({ paper: paperNumber, record: z.string().min(3).max(120) });
export const closeBlockInput = z.strictObject({ block: recordId, reason: reasonText });

export const keepNoteInput = z.strictObject({
  kind: z.enum(['prescription', 'act']),
  paper: paperNumber.optional(),
  /** Who it is about, as the desk knew it. */
  name: shortText.min(1),
  born: z.string().max(10).optional(),
  /** Ticket of the person, or visit code. */
  ticket: z.string().trim().max(40).optional(),
  encounter: recordId.optional(),
  title: shortText.min(1),
  text: z.string().trim().min(1).max(8000),
  /** Why it is a note and not done: the refusal of the server, or what the person says. */
  reason: z.string().trim().max(1000).optional(),
});
export const closeNoteInput = z.strictObject({ note: recordId, outcome: reasonText });

export type Series = (typeof SERIES)[number];
export type PaperNumber = z.infer<typeof paperNumber>;
export type TakeNumbersInput = z.input<typeof takeNumbersInput>;
export type ShowBlockInput = z.input<typeof showBlockInput>;
export type GiveBackInput = z.input<typeof giveBackInput>;
export type VoidNumberInput = z.input<typeof voidNumberInput>;
export type SpendNumberInput = z.input<typeof spendNumberInput>;
export type CloseBlockInput = z.input<typeof closeBlockInput>;
export type KeepNoteInput = z.input<typeof keepNoteInput>;
export type CloseNoteInput = z.input<typeof closeNoteInput>;
