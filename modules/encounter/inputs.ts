import { isPlainDecimal, PLAIN_DECIMAL } from '@mach/base/number-input.ts';
import { z } from 'zod';
import { ORDER_STATES, OUTCOMES, PAYERS, PRESCRIPTION_STATES, PRIORITY_REASONS, ROUTES } from './states.ts';

/** A FHIR id. */
export const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
/** Exact decimal as it is stored, never negative: `0.5`, `30`, `1000`; one that reads two ways is refused. */
export const decimalText = z.string().refine(isPlainDecimal, PLAIN_DECIMAL);
export const dateText = z.iso.date();
/** Free text of one line: a reason, a note. */
export const shortText = z.string().trim().min(1).max(500);
export const reasonText = z.string().trim().min(2).max(500);

export const papersInput = z.strictObject({
  referral: z
    .strictObject({
      number: z.string().trim().min(1).max(40),
      fromFacility: z.string().regex(/^[0-9A-Z]{5}$/),
      issuedOn: dateText,
      oneYear: z.boolean().optional(),
    })
    .optional(),
  revisit: z.strictObject({ number: z.string().trim().min(1).max(40), timesUsed: z.int().min(0) }).optional(),
});

/** The right as decided at the desk: kept on the visit with all that is needed to decide it again. */
export const benefitInput = z.strictObject({
  /** Effective rate, percent (MUC_HUONG). */
  rate: z.number().min(0).max(100),
  /** MA_DOITUONG_KCB. */
  category: z.string().min(1).max(10),
  /** Hash of the benefit pack that decided. */
  hash: z.string().min(1).max(128),
  route: z.enum(ROUTES),
  papers: papersInput.optional(),
  listedDisease: z.enum(['I', 'II']).optional(),
});

export const priorityInput = z.strictObject({ reason: z.enum(PRIORITY_REASONS) });

export const openVisitInput = z.strictObject({
  patient: recordId,
  /** Id of the Location: `room-305`. */
  room: recordId,
  reason: shortText,
  payer: z.enum(PAYERS),
  /** Id of the Coverage; required when BHYT pays. */
  coverage: recordId.optional(),
  benefit: benefitInput.optional(),
  priority: priorityInput.optional(),
  /** Code of the exam in the catalogue; default: the room's own. */
  examService: z.string().min(1).max(40).optional(),
  /** Why the same person waits twice in one room: without it the second visit is refused. */
  againReason: reasonText.optional(),
  /** The number that a desk without its server gave on paper; default: the next one of the room. */
  queueNumber: z.string().trim().min(2).max(30).optional(),
});

export const encounterInput = z.strictObject({ encounter: recordId });
export const encounterReasonInput = z.strictObject({ encounter: recordId, reason: reasonText });

export const placeOrdersInput = z.strictObject({
  encounter: recordId,
  items: z
    .array(
      z.strictObject({
        service: z.string().min(1).max(40),
        priority: z.enum(['routine', 'urgent', 'stat']).optional(),
        question: shortText.optional(),
        quantity: z.int().min(1).max(99).optional(),
        /** The patient asked for it and pays for it whole. */
        paidByPatient: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(60),
});

export const cancelOrderInput = z.strictObject({ order: recordId, reason: reasonText });

export const advanceOrderInput = z.strictObject({
  order: recordId,
  to: z.enum(ORDER_STATES).exclude(['cancelled']),
  /** Required when an order goes back to `signed` (specimen rejected). */
  reason: reasonText.optional(),
});

export const recordDiagnosesInput = z.strictObject({
  encounter: recordId,
  diagnoses: z
    .array(
      z.strictObject({
        code: z.string().trim().min(3).max(10),
        /** As the doctor wrote it; default: the name of the code. */
        text: shortText.optional(),
        principal: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(20),
});

export const slotDosesInput = z.strictObject({
  morning: decimalText.optional(),
  noon: decimalText.optional(),
  afternoon: decimalText.optional(),
  night: decimalText.optional(),
});

/** One checked line: dose, frequency and days are explicit, the quantity follows from them or has a reason. */
export const prescriptionLineInput = z.strictObject({
  /** Code of the drug in the formulary. */
  drug: z.string().min(1).max(80),
  /** Amount of one intake, in `doseUnit`. */
  perDose: decimalText,
  doseUnit: z.string().min(1).max(30),
  timesPerDay: z.int().min(1).max(24).optional(),
  slots: slotDosesInput.optional(),
  days: z.int().min(1).max(90),
  /** Total to hand over, in the dispensing unit of the formulary. */
  quantity: decimalText,
  quantityReason: reasonText.optional(),
  /** Route code of the formulary; default: the drug's. */
  route: z.string().min(1).max(40).optional(),
  /** Taking in words, as printed: "Uống sáng 1 viên, tối 1 viên, sau ăn". */
  text: z.string().trim().min(3).max(500),
  /** Before, with, after meals and the like, as printed. */
  timing: shortText.optional(),
  note: shortText.optional(),
  asNeeded: z.boolean().optional(),
  /** The patient pays for it whole. */
  paidByPatient: z.boolean().optional(),
  overrides: z
    .array(
      z.strictObject({
        rule: z.string().min(1).max(80),
        reason: reasonText,
        /** The rule asks for a pharmacist too: one looks at the line before it is handed over. */
        pharmacist: z.boolean().optional(),
      }),
    )
    .optional(),
});

export const signPrescriptionInput = z.strictObject({
  encounter: recordId,
  /** C common, N narcotic, H psychotropic, Y traditional. A visit has one prescription of each kind. */
  kind: z.enum(['C', 'N', 'H', 'Y']).default('C'),
  lines: z.array(prescriptionLineInput).min(1).max(40),
  advice: z.string().trim().max(2000).optional(),
  revisit: dateText.optional(),
});

export const cancelPrescriptionInput = z.strictObject({ prescription: recordId, reason: reasonText });

export const advancePrescriptionInput = z.strictObject({
  /** Id of the DocumentReference. */
  prescription: recordId,
  /** `signed`: everything handed over came back. */
  to: z.enum(PRESCRIPTION_STATES).exclude(['cancelled']),
  /** MedicationRequests that are handed over in full; all of them when `to` is `dispensed`. */
  completedLines: z.array(recordId).optional(),
  note: shortText.optional(),
});

export const concludeInput = z.strictObject({
  encounter: recordId,
  outcome: z.enum(OUTCOMES),
  note: z.string().trim().max(2000).optional(),
  revisit: dateText.optional(),
  /** Facility that an outcome `transferred` goes to. */
  destination: shortText.optional(),
  /** When an outcome `died` happened; default: now. */
  diedAt: z.iso.datetime({ offset: true }).optional(),
  /** Why the visit ends although results are still to come. */
  pendingReason: reasonText.optional(),
});

/** `source`: the record that says that it was given. */
export const chargeDrugInput = z.strictObject({
  encounter: recordId,
  drug: z.string().regex(/^[A-Za-z0-9._-]{1,80}$/),
  /** In the dispensing unit. */
  quantity: decimalText,
  source: z.string().regex(/^MedicationAdministration\/[A-Za-z0-9.-]{1,64}$/),
});

export const settleInput = z.strictObject({ encounter: recordId, invoice: recordId });
export const unsettleInput = z.strictObject({ encounter: recordId, invoice: recordId, reason: reasonText });

export const changePayerInput = z.strictObject({
  encounter: recordId,
  payer: z.enum(PAYERS),
  /** Both required when BHYT pays. */
  coverage: recordId.optional(),
  benefit: benefitInput.optional(),
  reason: reasonText,
});

export const transferRoomInput = z.strictObject({
  encounter: recordId,
  room: recordId,
  reason: reasonText,
  /** A further exam in the new room, charged: a second specialty. Default: the first exam goes with the patient. */
  examService: z.string().min(1).max(40).optional(),
});

export type OpenVisitInput = z.input<typeof openVisitInput>;
export type EncounterInput = z.input<typeof encounterInput>;
export type EncounterReasonInput = z.input<typeof encounterReasonInput>;
export type PlaceOrdersInput = z.input<typeof placeOrdersInput>;
export type CancelOrderInput = z.input<typeof cancelOrderInput>;
export type AdvanceOrderInput = z.input<typeof advanceOrderInput>;
export type RecordDiagnosesInput = z.input<typeof recordDiagnosesInput>;
export type PrescriptionLineInput = z.input<typeof prescriptionLineInput>;
export type SignPrescriptionInput = z.input<typeof signPrescriptionInput>;
export type CancelPrescriptionInput = z.input<typeof cancelPrescriptionInput>;
export type AdvancePrescriptionInput = z.input<typeof advancePrescriptionInput>;
export type ConcludeInput = z.input<typeof concludeInput>;
export type SettleInput = z.input<typeof settleInput>;
export type UnsettleInput = z.input<typeof unsettleInput>;
export type ChargeDrugInput = z.input<typeof chargeDrugInput>;
export type ChangePayerInput = z.input<typeof changePayerInput>;
export type TransferRoomInput = z.input<typeof transferRoomInput>;
export type BenefitInput = z.input<typeof benefitInput>;
