import { z } from 'zod';
import { IMAGE_LIMITS } from './rules/image.ts';

/** A FHIR id. */
export const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
export const reasonText = z.string().trim().min(2).max(500);
/** Code of a test item in the `lab` rule pack: `GLU`, `U-ACR`. */
export const itemCode = z.string().min(1).max(40);

/**
 * What names the person: id, patient code, citizen number, card number, visit code, or a card's whole QR code. At sampling and
 * on the table it is scanned from the person's own paper, never filled in by the program itself.
 */
export const scannedText = z.string().trim().min(1).max(200);

/** Second identifier that the person said aloud and that was found to agree. */
export const READ_BACK = ['birth-date', 'name', 'cccd'] as const;

export const collectSpecimenInput = z.strictObject({
  orders: z.array(recordId).min(1).max(60),
  /** First identifier, scanned. */
  patient: scannedText,
  readBack: z.enum(READ_BACK),
  /** What the person answered; left out where nothing asks for it. */
  fasting: z.boolean().optional(),
  /** Colour codes of the tubes that were filled, scanned one by one: another tube than the tests need is refused. */
  tubes: z.array(z.string().min(1).max(40)).max(30).optional(),
  note: z.string().trim().max(500).optional(),
});

export const receiveSpecimenInput = z.strictObject({
  /** Code on the label. */
  specimen: z.string().trim().min(1).max(40),
});

export const rejectSpecimenInput = z.strictObject({
  order: recordId,
  reason: reasonText,
  /** Reject the tube, with every order on it that has no validated result. Default: this order alone. */
  wholeTube: z.boolean().optional(),
});

export const enterResultsInput = z.strictObject({
  order: recordId,
  /** The person as the sample names them (patient code, visit code, id …): another person than the order's is refused. */
  patient: scannedText,
  /** Code on the label, where it was scanned: must be the order's own tube. */
  specimen: z.string().trim().min(1).max(40).optional(),
  values: z
    .array(
      z.strictObject({
        item: itemCode,
        /** As typed or sent: `7,2`, `< 0.5`, `âm tính`, `1/80`. */
        value: z.string().max(4000),
        note: z.string().trim().max(500).optional(),
      }),
    )
    .min(1)
    .max(60),
  /** Analyser, where one made the results. */
  device: z.string().trim().max(80).optional(),
});

/** Who was told of critical values, and that they said them back. */
export const callBackInput = z.strictObject({
  /** Name of the person that was reached. */
  to: z.string().trim().min(2).max(120),
  readBack: z.literal(true),
  /** When it was said; default: now. */
  at: z.iso.datetime({ offset: true }).optional(),
  note: z.string().trim().max(500).optional(),
});

export const validateResultsInput = z.strictObject({
  order: recordId,
  /** Required when a value is critical. */
  callback: callBackInput.optional(),
  /** Why items stay without a result. */
  incompleteReason: reasonText.optional(),
  conclusion: z.string().trim().max(4000).optional(),
});

export const correctResultInput = z.strictObject({
  order: recordId,
  item: itemCode,
  value: z.string().max(4000),
  reason: reasonText,
  /** Required when the corrected value is critical. */
  callback: callBackInput.optional(),
});

/** Answers to the safety questions of a technique: pregnancy, contrast, creatinine, metal … */
export const safetyAnswer = z.strictObject({
  question: z.string().min(1).max(40),
  answer: z.enum(['no', 'yes', 'unknown']),
  note: z.string().trim().max(500).optional(),
});

export const startImagingInput = z.strictObject({
  order: recordId,
  patient: scannedText,
  safety: z.array(safetyAnswer).max(20).optional(),
});

/** Base64 of one picture: its bytes decide what it is. */
export const keepImageInput = z.strictObject({
  order: recordId,
  /** The person that the desk shows: another person than the order's is refused. */
  patient: scannedText,
  data: z
    .string()
    .min(64)
    .max(Math.ceil(IMAGE_LIMITS.bytes / 3) * 4),
});

/** Pictures in the order in which they are shown. */
export const reportImages = z
  .array(z.strictObject({ media: recordId, caption: z.string().trim().max(200).optional() }))
  .max(IMAGE_LIMITS.images);

export const reportImagingInput = z.strictObject({
  order: recordId,
  /** The person as scanned; when given, another person than the order's is refused. */
  patient: scannedText.optional(),
  findings: z.string().trim().min(1).max(20_000),
  conclusion: z.string().trim().min(1).max(4000),
  recommendation: z.string().trim().max(4000).optional(),
  images: reportImages.optional(),
  /** A finding that cannot wait. */
  critical: z.boolean().optional(),
  callback: callBackInput.optional(),
});

export const correctReportInput = z.strictObject({
  order: recordId,
  findings: z.string().trim().min(1).max(20_000),
  conclusion: z.string().trim().min(1).max(4000),
  recommendation: z.string().trim().max(4000).optional(),
  /** Left out, the pictures stand. */
  images: reportImages.optional(),
  reason: reasonText,
});

export const acknowledgeCriticalInput = z.strictObject({
  /** Id of the Task. */
  task: recordId,
  note: z.string().trim().max(500).optional(),
});

export type CollectSpecimenInput = z.input<typeof collectSpecimenInput>;
export type ReceiveSpecimenInput = z.input<typeof receiveSpecimenInput>;
export type RejectSpecimenInput = z.input<typeof rejectSpecimenInput>;
export type EnterResultsInput = z.input<typeof enterResultsInput>;
export type CallBackInput = z.input<typeof callBackInput>;
export type ValidateResultsInput = z.input<typeof validateResultsInput>;
export type CorrectResultInput = z.input<typeof correctResultInput>;
export type StartImagingInput = z.input<typeof startImagingInput>;
export type KeepImageInput = z.input<typeof keepImageInput>;
export type ReportImagingInput = z.input<typeof reportImagingInput>;
export type CorrectReportInput = z.input<typeof correctReportInput>;
export type AcknowledgeCriticalInput = z.input<typeof acknowledgeCriticalInput>;
export type ReadBack = (typeof READ_BACK)[number];
