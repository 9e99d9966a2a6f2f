import { recordVitalsShape } from '@mach/outpatient/contract.ts';
import { z } from 'zod';

const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const code = z.string().regex(/^[a-z0-9-]{1,40}$/);
const shortText = z.string().trim().min(1).max(500);
const reasonText = z.string().trim().min(3).max(500);
const typedNumber = z.string().trim().min(1).max(20);
const bedText = z.string().trim().min(1).max(20);

export const MODES = ['walk', 'ambulance', 'transfer', 'police'] as const;
export const STAGES = ['treating', 'observing', 'deciding'] as const;
export const DISPOSITIONS = ['home', 'admitted', 'transferred', 'died'] as const;

export const arriveInput = z
  .strictObject({
    /** Somebody with a record; or `unknown`. */
    patient: recordId.optional(),
    unknown: z
      .strictObject({
        sex: z.enum(['male', 'female', 'unknown']),
        /** Years, as judged by the eye. */
        estimatedAge: z.int().min(0).max(120).optional(),
        marks: shortText.optional(),
        broughtBy: shortText.optional(),
      })
      .optional(),
    mode: z.enum(MODES),
    /** What happened. */
    complaint: z.string().trim().min(2).max(500),
    /** Default: the emergency room of the settings. */
    room: recordId.optional(),
    bed: bedText.optional(),
  })
  .refine((v) => (v.patient === undefined) !== (v.unknown === undefined), {
    path: ['patient'],
    message: 'either patient or unknown',
  });

export const triageInput = z.strictObject({
  encounter: recordId,
  /** Codes of the triage pack. */
  signs: z.array(code).max(40).default([]),
  /** Measured in the same deed. */
  vitals: recordVitalsShape.omit({ encounter: true }).optional(),
  /** Chosen by the nurse; default: what the rules propose. Another level needs a reason. */
  level: z.int().min(1).max(5).optional(),
  reason: reasonText.optional(),
  note: shortText.optional(),
});

export const seeInput = z.strictObject({ encounter: recordId });

export const placeInput = z
  .strictObject({
    encounter: recordId,
    bed: bedText.nullable().optional(),
    stage: z.enum(STAGES).optional(),
  })
  .refine((v) => v.bed !== undefined || v.stage !== undefined, { path: ['bed'], message: 'bed or stage' });

export const startBundleInput = z.strictObject({
  encounter: recordId,
  bundle: code,
  note: shortText.optional(),
});

export const markStepInput = z.strictObject({
  /** Id of the Task that is the running bundle. */
  run: recordId,
  step: code,
  outcome: z.enum(['done', 'not-done']).default('done'),
  /** What was answered, given, or why it was not done. */
  text: shortText.optional(),
  /** Of a drug by weight: kg as typed; default: what was measured on this visit. */
  weightKg: typedNumber.optional(),
  /** Of a drug, when nobody knows the birth date. */
  ageYears: z.int().min(0).max(120).optional(),
});

export const cancelDoseInput = z.strictObject({
  /** Id of the MedicationAdministration. */
  given: recordId,
  reason: reasonText,
  /** Opened and not given: it does not lie in the cabinet again. */
  wasted: z.boolean().default(false),
});

export const orderSetInput = z.strictObject({
  run: recordId,
  /** Steps of kind order; default: all needed ones that are not placed. */
  steps: z.array(code).min(1).max(20).optional(),
});

export const endBundleInput = z.strictObject({ run: recordId, reason: reasonText });

export const logEventInput = z.strictObject({
  encounter: recordId,
  event: code,
  note: shortText.optional(),
});

export const disposeInput = z.strictObject({
  encounter: recordId,
  outcome: z.enum(DISPOSITIONS),
  diagnoses: z
    .array(
      z.strictObject({
        code: z.string().trim().min(3).max(10),
        text: shortText.optional(),
        principal: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(13)
    .optional(),
  /** What the note of the exam still lacks. */
  note: z
    .strictObject({
      history: z.string().max(20_000).optional(),
      exam: z.string().max(20_000).optional(),
      plan: z.string().max(20_000).optional(),
      advice: z.string().max(20_000).optional(),
    })
    .optional(),
  /** home: when to come back. */
  revisit: z.iso.date().optional(),
  /** admitted: the department that takes over. */
  department: shortText.optional(),
  /** transferred: the facility. */
  destination: shortText.optional(),
  /** admitted, transferred: why there. */
  reason: reasonText.optional(),
  /** admitted, transferred: state on leaving, what was given, what is open. */
  handover: z.string().trim().min(3).max(2000).optional(),
  handedTo: shortText.optional(),
  /** died: when, and whether the family knows. */
  diedAt: z.iso.datetime().optional(),
  family: shortText.optional(),
  /** Results that are still to come. */
  pendingReason: reasonText.optional(),
});

/** By the system, after reception has identified somebody. */
export const followIdentityInput = z.strictObject({ from: recordId, into: recordId });

export type ArriveInput = z.input<typeof arriveInput>;
export type TriageInput = z.input<typeof triageInput>;
export type SeeInput = z.input<typeof seeInput>;
export type PlaceInput = z.input<typeof placeInput>;
export type StartBundleInput = z.input<typeof startBundleInput>;
export type MarkStepInput = z.input<typeof markStepInput>;
export type CancelDoseInput = z.input<typeof cancelDoseInput>;
export type OrderSetInput = z.input<typeof orderSetInput>;
export type EndBundleInput = z.input<typeof endBundleInput>;
export type LogEventInput = z.input<typeof logEventInput>;
export type DisposeInput = z.input<typeof disposeInput>;
export type FollowIdentityInput = z.input<typeof followIdentityInput>;
