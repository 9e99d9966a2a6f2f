import { OUTCOMES } from '@mach/encounter/contract.ts';
import { z } from 'zod';
import { NOTE_SECTIONS, VITAL_ITEMS, type VitalItemCode } from './lists.ts';
import { EFFORTS, REFILLS } from './rules/pews.ts';

/*
 * Numbers that people type arrive as they were typed ("7,2", "36.5"): the handler reads them, and refuses what can be
 * read in two ways ("1.000").
 */

const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const typedNumber = z.string().trim().min(1).max(20);
const shortText = z.string().trim().min(1).max(500);
const reasonText = z.string().trim().min(2).max(500);
const longText = z.string().max(20_000);

const vitalNumbers = Object.fromEntries(VITAL_ITEMS.map((code) => [code, typedNumber.optional()])) as Record<
  VitalItemCode,
  z.ZodOptional<typeof typedNumber>
>;

export const recordVitalsInput = z.strictObject({
  encounter: recordId,
  values: z.strictObject(vitalNumbers),
  /** ACVPU: A alert, C new confusion, V voice, P pain, U unresponsive. */
  consciousness: z.enum(['A', 'C', 'V', 'P', 'U']).optional(),
  /** On oxygen now; undefined: not said (NEWS2 then lacks it). A flow above zero means yes. */
  oxygen: z.boolean().optional(),
  /** SpO₂ scale 2 of NEWS2: only on a doctor's written decision. */
  spo2Scale: z.union([z.literal(1), z.literal(2)]).optional(),
  /** Pregnant, or gave birth within six weeks. */
  pregnant: z.boolean().optional(),
  /** Of children: capillary refill under 3 seconds or not, effort of breathing. */
  refill: z.enum(REFILLS).optional(),
  effort: z.enum(EFFORTS).optional(),
  /** Items whose unusual value was looked at again and is right: `['sbp']`. */
  confirmed: z.array(z.string().min(1).max(20)).max(30).optional(),
  note: shortText.optional(),
});

export const withdrawVitalsInput = z.strictObject({
  /** Id of the set (`panel` of the result). */
  panel: recordId,
  reason: reasonText,
});

const sectionTexts = z.strictObject({
  reason: longText.optional(),
  history: longText.optional(),
  exam: longText.optional(),
  plan: longText.optional(),
  advice: longText.optional(),
});

export const saveNoteInput = z.strictObject({
  encounter: recordId,
  /** Sections that are not named stay as they are; an empty text takes a section away. */
  sections: sectionTexts,
  /** Sections carried over from an earlier visit and not yet touched; the full list each time. */
  carried: z.array(z.enum(NOTE_SECTIONS)).optional(),
  /** Version that was edited (`version` of the last answer): another one meanwhile is a conflict. */
  basedOn: z.string().min(1).max(20).optional(),
});

export const correctNoteInput = z.strictObject({
  encounter: recordId,
  sections: sectionTexts,
  reason: reasonText,
});

export const allergyItemInput = z.strictObject({
  /** As told: "penicillin", "tôm". */
  substance: z.string().trim().min(1).max(200),
  /** Ingredient key of the formulary when the substance is a drug. */
  ingredient: z.string().trim().min(1).max(200).optional(),
  kind: z.enum(['medication', 'food', 'environment', 'biologic']).default('medication'),
  criticality: z.enum(['low', 'high', 'unable-to-assess']).optional(),
  /** What happened: "phản vệ", "mề đay". */
  reaction: shortText.optional(),
  severity: z.enum(['mild', 'moderate', 'severe']).optional(),
  /** `yyyy`, `yyyy-MM` or a date. */
  since: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
    .optional(),
});

export const recordAllergiesInput = z
  .strictObject({
    patient: recordId,
    encounter: recordId.optional(),
    /** Asked: none known. */
    none: z.literal(true).optional(),
    items: z.array(allergyItemInput).min(1).max(30).optional(),
    /** Allergies that turned out wrong. */
    refuted: z
      .array(z.strictObject({ allergy: recordId, reason: reasonText }))
      .max(30)
      .optional(),
  })
  .refine((v) => v.none === true || v.items !== undefined || (v.refuted?.length ?? 0) > 0, {
    path: ['items'],
    message: 'one of none, items, refuted',
  })
  .refine((v) => !(v.none === true && v.items !== undefined), { path: ['none'], message: 'either none or items' });

export const orderInput = z.strictObject({
  encounter: recordId,
  items: z
    .array(
      z.strictObject({
        service: z.string().min(1).max(40),
        priority: z.enum(['routine', 'urgent', 'stat']).optional(),
        /** Question to the one who performs. For imaging the reason of the visit stands in when there is none. */
        question: shortText.optional(),
        quantity: z.int().min(1).max(99).optional(),
        paidByPatient: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(60),
});

export const diagnoseInput = z.strictObject({
  encounter: recordId,
  diagnoses: z
    .array(
      z.strictObject({
        code: z.string().trim().min(3).max(10),
        text: shortText.optional(),
        principal: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(13),
});

export const prescribeLineInput = z.strictObject({
  /** Code of the formulary. */
  drug: z.string().min(1).max(80),
  /** Amount of one intake; not needed when `slots` say it. */
  perDose: typedNumber.optional(),
  /** Unit of the amounts; only the drug's own dose unit is taken. */
  doseUnit: z.string().min(1).max(30).optional(),
  timesPerDay: z.int().min(1).max(24).optional(),
  /** Rhythm that is not a number of times a day: once in 12 hours, once a week. */
  frequency: z
    .strictObject({
      times: z.int().min(1).max(24),
      period: z.int().min(1).max(60),
      unit: z.enum(['hour', 'day', 'week']),
    })
    .optional(),
  /** Amounts by part of the day; they are the whole day. */
  slots: z
    .strictObject({
      morning: typedNumber.optional(),
      noon: typedNumber.optional(),
      afternoon: typedNumber.optional(),
      evening: typedNumber.optional(),
      bedtime: typedNumber.optional(),
    })
    .optional(),
  /** Parts of the day for an equal `perDose`. */
  parts: z
    .array(z.enum(['morning', 'noon', 'afternoon', 'evening', 'bedtime']))
    .max(5)
    .optional(),
  meal: z.enum(['before', 'with', 'after']).optional(),
  days: z.int().min(1).max(90),
  /** Total in the dispensing unit; computed when absent. Another number than the computed one needs a reason. */
  quantity: typedNumber.optional(),
  quantityReason: reasonText.optional(),
  /** Route code of the formulary; default: the drug's. */
  route: z.string().min(1).max(40).optional(),
  /** Only when needed: for what ("khi sốt trên 38,5 °C"). */
  asNeeded: shortText.optional(),
  note: shortText.optional(),
  paidByPatient: z.boolean().optional(),
});

export const prescribeInput = z.strictObject({
  encounter: recordId,
  lines: z.array(prescribeLineInput).min(1).max(40),
  advice: z.string().trim().max(2000).optional(),
  revisit: z.iso.date().optional(),
  /** Person who brought a child under 72 months. */
  accompanying: shortText.optional(),
});

export const replacePrescriptionInput = prescribeInput.extend({
  /** Prescriptions of the visit that the new one takes the place of. */
  replaces: z.array(recordId).min(1).max(4),
  reason: reasonText,
});

export const markSeenInput = z.strictObject({ orders: z.array(recordId).min(1).max(100) });

export const finishInput = z.strictObject({
  encounter: recordId,
  outcome: z.enum(OUTCOMES),
  revisit: z.iso.date().optional(),
  note: z.string().trim().max(2000).optional(),
  /** Where an outcome `transferred` goes to. */
  destination: shortText.optional(),
  /** When an outcome `died` happened. */
  diedAt: z.iso.datetime({ offset: true }).optional(),
  /** Why the visit ends although results are still to come. */
  pendingReason: reasonText.optional(),
});

export const sendPrescriptionInput = z.strictObject({ prescription: recordId });

export const takeNationalAnswerInput = z.strictObject({
  prescription: recordId,
  message: z.string().min(1).max(64),
  outcome: z.enum(['accepted', 'refused']),
  receipt: z.unknown().optional(),
  issues: z.array(z.unknown()).default([]),
});

export type RecordVitalsInput = z.input<typeof recordVitalsInput>;
export type WithdrawVitalsInput = z.input<typeof withdrawVitalsInput>;
export type SaveNoteInput = z.input<typeof saveNoteInput>;
export type CorrectNoteInput = z.input<typeof correctNoteInput>;
export type RecordAllergiesInput = z.input<typeof recordAllergiesInput>;
export type OrderInput = z.input<typeof orderInput>;
export type DiagnoseInput = z.input<typeof diagnoseInput>;
export type PrescribeLineInput = z.input<typeof prescribeLineInput>;
export type PrescribeInput = z.input<typeof prescribeInput>;
export type ReplacePrescriptionInput = z.input<typeof replacePrescriptionInput>;
export type MarkSeenInput = z.input<typeof markSeenInput>;
export type FinishInput = z.input<typeof finishInput>;
export type SendPrescriptionInput = z.input<typeof sendPrescriptionInput>;
export type TakeNationalAnswerInput = z.input<typeof takeNationalAnswerInput>;
