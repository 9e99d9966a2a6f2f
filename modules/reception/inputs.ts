import { paperNumber } from '@mach/desk/contract.ts';
import { PAYERS, PRIORITY_REASONS, ROUTES } from '@mach/encounter/contract.ts';
import { z } from 'zod';

const recordId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const dateText = z.iso.date();
/** `yyyy`, `yyyy-MM` or `yyyy-MM-dd`. */
const partialDate = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/);
const shortText = z.string().trim().max(300);
const reasonText = z.string().trim().min(2).max(500);
/** The text of a QR code as the scanner types it. */
const qrText = z.string().min(10).max(2000);

/** Particulars of a person (field sheet "Tiếp đón"). What is left out stays as it is, or as the card says. */
export const personFields = z.strictObject({
  name: shortText.min(1),
  birthDate: partialDate,
  sex: z.enum(['male', 'female', 'other', 'unknown']),
  idPaper: z.enum(['cccd', 'cmnd', 'passport', 'birth-certificate', 'temporary', 'none']),
  idNumber: z.string().trim().max(40),
  provinceCode: z.string().max(10),
  wardCode: z.string().max(10),
  /** House, street, hamlet. */
  addressLine: shortText,
  phone: z.string().trim().max(30),
  noPhone: z.boolean(),
  guardian: z.strictObject({
    name: shortText.optional(),
    relation: z.string().trim().max(40).optional(),
    phone: z.string().trim().max(30).optional(),
    noPhone: z.boolean().optional(),
  }),
  occupation: z.string().trim().max(10),
  ethnic: z.string().trim().max(10),
  /** ISO 3166-1 alpha-2; default VN. */
  nationality: z.string().regex(/^[A-Z]{2}$/),
  workplace: shortText,
});

/** An insurance card as typed or as the portal gives it. */
export const cardFields = z.strictObject({
  /** 15, 12 or 10 characters. */
  number: z.string().trim().min(10).max(20),
  validFrom: dateText,
  validTo: dateText.optional(),
  /** Five characters. */
  registeredFacility: z.string().trim().min(5).max(8),
  /** 1–5; needed where the number does not carry it (10 and 12 digits). */
  benefitDigit: z
    .string()
    .regex(/^[1-5]$/)
    .optional(),
  livingArea: z.enum(['K1', 'K2', 'K3']).optional(),
  fiveYearsFrom: dateText.optional(),
  /** Certificate of exemption from co-payment, from this day to the end of its year. */
  exemptFrom: dateText.optional(),
});

export const papersFields = z.strictObject({
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

export const identifyInput = z.strictObject({
  /** A scan, a number, a code, a phone: whatever was typed into the one field. */
  text: z.string().trim().min(1).max(2000).optional(),
  patient: recordId.optional(),
});

export const registerPatientInput = z.strictObject({
  cccdQr: qrText.optional(),
  bhytQr: qrText.optional(),
  person: personFields.partial().optional(),
  /** People who look alike and are somebody else, as the desk has made sure. */
  notDuplicateOf: z.array(recordId).max(50).optional(),
});

export const updatePatientInput = z.strictObject({ patient: recordId, person: personFields.partial() });

export const addCoverageInput = z.strictObject({
  patient: recordId,
  bhytQr: qrText.optional(),
  card: cardFields.partial({ validFrom: true, registeredFacility: true }).optional(),
});

const routeFields = {
  /** How the insured patient came; default: as the registered facility tells. */
  route: z.enum(ROUTES).optional(),
  papers: papersFields.optional(),
  listedDisease: z.enum(['I', 'II']).optional(),
};

export const assessBenefitInput = z.strictObject({
  patient: recordId,
  /** Default: the patient's card that is valid today. */
  coverage: recordId.optional(),
  ...routeFields,
});

export const changePayerInput = z.strictObject({
  encounter: recordId,
  payer: z.enum(PAYERS),
  /** Default: the patient's card that is in force. */
  coverage: recordId.optional(),
  ...routeFields,
  reason: reasonText,
});

export const checkInInput = z.strictObject({
  /** One of `patient`, `cccdQr`, `bhytQr`; somebody new needs the fields that the card does not give. */
  patient: recordId.optional(),
  cccdQr: qrText.optional(),
  bhytQr: qrText.optional(),
  person: personFields.partial().optional(),
  notDuplicateOf: z.array(recordId).max(50).optional(),
  /** Id of the Location. */
  room: recordId,
  reason: reasonText,
  payer: z.enum(PAYERS),
  coverage: recordId.optional(),
  card: addCoverageInput.shape.card,
  ...routeFields,
  /** The effective rate that the desk has read out: another one is refused. */
  expectedRate: z.number().min(0).max(100).optional(),
  priority: z.strictObject({ reason: z.enum(PRIORITY_REASONS) }).optional(),
  examService: z.string().min(1).max(40).optional(),
  /** Minutes of waiting that the desk has told: printed on the slip. */
  told: z.strictObject({ from: z.int().min(0).max(1440), to: z.int().min(0).max(1440) }).optional(),
  /** The appointment that the person comes for. */
  appointment: recordId.optional(),
  /** Why this person gets a second number in the same room. */
  againReason: reasonText.optional(),
  /** The number that the person already holds: given on paper while the server was away. */
  paper: paperNumber.optional(),
});

export const receiveUnknownInput = z.strictObject({
  room: recordId,
  /** What happened. */
  reason: reasonText,
  sex: z.enum(['male', 'female', 'unknown']),
  /** Years, as judged by the eye. */
  estimatedAge: z.int().min(0).max(120).optional(),
  /** Clothes, scars, tattoos, where found. */
  marks: shortText.optional(),
  broughtBy: shortText.optional(),
});

export const registerNewbornInput = z.strictObject({
  /** Record of the mother. Without it `person` carries the address and whoever answers for the child. */
  mother: recordId.optional(),
  /** A mother who has no record here: "Con bà …" is made of it. */
  motherName: shortText.min(1).optional(),
  /** A name that the child has already; default "Con bà …". */
  name: shortText.min(1).optional(),
  /** `unknown`: not determined. */
  sex: z.enum(['male', 'female', 'unknown']),
  /** Hour and minute belong to the person for 28 days. */
  bornAt: z.iso.datetime({ offset: true }),
  /** Grams at birth. */
  weight: z.int().min(200).max(8000),
  /** Children of this delivery, and which of them this is. */
  children: z.int().min(1).max(8).default(1),
  order: z.int().min(1).max(8).default(1),
  /** Number of the birth paper (giấy chứng sinh), where it has been issued. */
  birthPaper: z.string().trim().min(1).max(30).optional(),
  /** Temporary card of the insurer's portal: TE1, province, KT and eight digits. */
  temporaryCard: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^TE1\d{2}KT\d{8}$/)
    .optional(),
  person: personFields
    .pick({ provinceCode: true, wardCode: true, addressLine: true, guardian: true, ethnic: true, nationality: true })
    .partial()
    .optional(),
});

/** Where in the house the kiosk stands is in its account's name. */
export const kioskHelpInput = z.strictObject({});
export const answerHelpInput = z.strictObject({ help: recordId });

export const callInput = z.strictObject({ encounter: recordId });

export const kioskLookInput = z.strictObject({ text: z.string().trim().min(8).max(2000) });
export const kioskTakeInput = z.strictObject({
  /** The same that was looked up: the kiosk keeps nothing of a person. */
  text: z.string().trim().min(8).max(2000),
  room: recordId,
  payer: z.enum(PAYERS),
  reason: reasonText,
  told: z.strictObject({ from: z.int().min(0).max(1440), to: z.int().min(0).max(1440) }).optional(),
});

export const identifyUnknownInput = z.strictObject({
  /** The record under the code name. */
  patient: recordId,
  /** Record of the person, when there is one: everything moves there. Without it the particulars below are entered. */
  known: recordId.optional(),
  cccdQr: qrText.optional(),
  bhytQr: qrText.optional(),
  person: personFields.partial().optional(),
  /** Papers found, relatives, police: by what the identity is certain. */
  how: reasonText,
});

export const mergePeopleInput = z.strictObject({
  /** The record that is closed. */
  patient: recordId,
  /** The record that takes everything in. */
  into: recordId,
  /** By what it is certain that both are one person. */
  how: reasonText,
});

export const separatePeopleInput = z.strictObject({
  /** The record that was closed by the merge. */
  patient: recordId,
  reason: reasonText,
});

export type IdentifyInput = z.input<typeof identifyInput>;
export type PersonFields = z.output<typeof personFields>;
export type CardFields = z.input<typeof cardFields>;
export type RegisterPatientInput = z.input<typeof registerPatientInput>;
export type UpdatePatientInput = z.input<typeof updatePatientInput>;
export type AddCoverageInput = z.input<typeof addCoverageInput>;
export type AssessBenefitInput = z.input<typeof assessBenefitInput>;
export type ChangePayerInput = z.input<typeof changePayerInput>;
export type CheckInInput = z.input<typeof checkInInput>;
export type ReceiveUnknownInput = z.input<typeof receiveUnknownInput>;
export type RegisterNewbornInput = z.input<typeof registerNewbornInput>;
export type KioskHelpInput = z.input<typeof kioskHelpInput>;
export type AnswerHelpInput = z.input<typeof answerHelpInput>;
export type CallInput = z.input<typeof callInput>;
export type KioskLookInput = z.input<typeof kioskLookInput>;
export type KioskTakeInput = z.input<typeof kioskTakeInput>;
export type MergePeopleInput = z.input<typeof mergePeopleInput>;
export type SeparatePeopleInput = z.input<typeof separatePeopleInput>;
export type IdentifyUnknownInput = z.input<typeof identifyUnknownInput>;
