/** Reading what the kernel keeps in records: the only place that knows the shape of its extensions. */
import type {
  ChargeItem,
  Encounter,
  Extension,
  Location,
  MedicationRequest,
  ServiceRequest,
  Task,
} from '@mach/fhir/types.ts';
import type { Route } from '@mach/vn/bhyt/benefit-pack.ts';
import type { Papers } from '@mach/vn/bhyt/papers.ts';
import { CS, EXT, FHIR_BASE, SID } from '@mach/vn/systems.ts';
import type {
  OrderState,
  Outcome,
  Payer,
  PrescriptionState,
  PriorityReason,
  ServiceGroup,
  VisitState,
} from './states.ts';

/** System of the insurer's code (MA_DICH_VU) that stands beside the house's own on orders and charge lines. */
export const CLAIM_SERVICE = `${FHIR_BASE}/cs/claim-service`;

interface Extended {
  extension?: Extension[];
}

export const extension = (of: Extended | undefined, url: string): Extension | undefined =>
  of?.extension?.find((e) => e.url === url);

/** `Encounter/abc` → `abc`; undefined when it points nowhere. */
export const idOf = (reference: { reference?: string } | undefined): string | undefined =>
  reference?.reference?.split('/')[1];

export const visitStateOf = (encounter: Encounter): VisitState | undefined =>
  extension(encounter, EXT.visitState)?.valueCode as VisitState | undefined;

export const orderStateOf = (order: ServiceRequest): OrderState | undefined =>
  extension(order, EXT.state)?.valueCode as OrderState | undefined;

/** State of a prescription, from its task. */
export const prescriptionStateOf = (task: Task): PrescriptionState | undefined =>
  task.businessStatus?.coding?.find((c) => c.system === CS.state)?.code as PrescriptionState | undefined;

export const serviceGroupOf = (order: ServiceRequest): ServiceGroup | undefined =>
  order.category?.[0]?.coding?.find((c) => c.system === CS.serviceGroup)?.code as ServiceGroup | undefined;

export const serviceOf = (order: ServiceRequest): string | undefined =>
  order.code?.coding?.find((c) => c.system === CS.service)?.code;

export const drugOf = (line: MedicationRequest): string | undefined =>
  line.medicationCodeableConcept?.coding?.find((c) => c.system === CS.drug)?.code;

export const visitCodeOf = (encounter: Encounter): string | undefined =>
  encounter.identifier?.find((i) => i.system === SID.visitCode)?.value;

/** Where the patient is now: the newest place stands first. */
export const roomOf = (encounter: Encounter): string | undefined => idOf(encounter.location?.[0]?.location);

export const payerOf = (of: Extended): Payer | undefined =>
  extension(of, EXT.payer)?.valueCoding?.code as Payer | undefined;

export const coverageOf = (encounter: Encounter): string | undefined =>
  idOf(extension(encounter, EXT.coverage)?.valueReference);

export const queueNumberOf = (encounter: Encounter): string | undefined =>
  extension(encounter, EXT.queueNumber)?.valueString;

export function priorityOf(encounter: Encounter): { level: number; reason?: PriorityReason } {
  const found = extension(encounter, EXT.priority);
  return {
    level: extension(found, 'level')?.valueInteger ?? 0,
    reason: extension(found, 'reason')?.valueCoding?.code as PriorityReason | undefined,
  };
}

/** Code of the exam that a room gives by itself; undefined for rooms where nobody is examined. */
export const examServiceOf = (room: Location): string | undefined =>
  extension(room, `${EXT.room}-exam-service`)?.valueString;

/** On Location: the first day on which nobody is taken in any more (date). */
export const CLOSED_FROM = `${EXT.room}-closed-from`;
export const closedFromOf = (room: Location): string | undefined => extension(room, CLOSED_FROM)?.valueDate;

/** Times at which the states were entered, in order. Works on visits and orders. */
export function stateTimes(of: Extended): { state: string; at: string; by?: string }[] {
  return (of.extension ?? [])
    .filter((e) => e.url === EXT.stateTime)
    .map((e) => ({
      state: extension(e, 'state')?.valueCode ?? '',
      at: extension(e, 'at')?.valueInstant ?? '',
      by: extension(e, 'by')?.valueString,
    }));
}

/** The right as it was decided at the desk, with the papers shown: enough to decide it again. */
export interface VisitBenefit {
  rate: number;
  category: string;
  hash: string;
  route: Route;
  papers?: Papers;
  listedDisease?: 'I' | 'II';
}

export function benefitOf(encounter: Encounter): VisitBenefit | undefined {
  const found = extension(encounter, EXT.benefitDecision);
  if (!found) return undefined;
  const code = (name: string): string | undefined => extension(found, name)?.valueCode;
  const referral = extension(found, 'referral');
  const revisit = extension(found, 'revisit');
  const papers: Papers = {};
  if (referral)
    papers.referral = {
      number: extension(referral, 'number')?.valueString ?? '',
      fromFacility: extension(referral, 'from')?.valueString ?? '',
      issuedOn: extension(referral, 'issuedOn')?.valueDate ?? '',
      oneYear: extension(referral, 'oneYear')?.valueBoolean,
    };
  if (revisit)
    papers.revisit = {
      number: extension(revisit, 'number')?.valueString ?? '',
      timesUsed: extension(revisit, 'timesUsed')?.valueInteger ?? 0,
    };
  return {
    rate: extension(found, 'rate')?.valueDecimal ?? 0,
    category: code('category') ?? '',
    hash: extension(found, 'hash')?.valueString ?? '',
    route: (code('route') ?? 'self') as Route,
    papers: referral || revisit ? papers : undefined,
    listedDisease: code('listedDisease') as 'I' | 'II' | undefined,
  };
}

/** How the visit ended, as the doctor chose. */
export function outcomeOf(
  encounter: Encounter,
):
  | { code: Outcome; note?: string; revisit?: string; destination?: string; diedAt?: string; pendingReason?: string }
  | undefined {
  const found = extension(encounter, EXT.outcome);
  const code = extension(found, 'code')?.valueCoding?.code as Outcome | undefined;
  if (code === undefined) return undefined;
  return {
    code,
    note: extension(found, 'note')?.valueString,
    revisit: extension(found, 'revisit')?.valueDate,
    destination: extension(found, 'destination')?.valueString,
    diedAt: extension(found, 'diedAt')?.valueDateTime,
    pendingReason: extension(found, 'pendingReason')?.valueString,
  };
}

/** Warnings of a prescription line that the prescriber passed over and a pharmacist has to look at. */
export const pharmacistOverrides = (line: MedicationRequest): { rule: string; reason: string }[] =>
  (line.extension ?? [])
    .filter((one) => one.url === EXT.override && extension(one, 'pharmacist')?.valueBoolean === true)
    .map((one) => ({
      rule: extension(one, 'alert')?.valueString ?? '',
      reason: extension(one, 'note')?.valueString ?? '',
    }));

/** What the bill needs of a charge line. Decimals as text. */
export interface ChargeFacts {
  id: string;
  /** Code of the service or drug. */
  code: string;
  of: 'service' | 'drug';
  text: string;
  /** MA_DICH_VU of a service, where the insurer's list names it. */
  claimCode?: string;
  /** MA_NHOM. */
  costGroup: string;
  /** The order or prescription line that it pays for: `ServiceRequest/…`. */
  source?: string;
  quantity: string;
  unitPrice: string;
  ceiling?: string;
  /** TYLE_TT_BH, percent. */
  ratio: string;
  payer: Payer;
  at: string;
  status: ChargeItem['status'];
}

export function chargeFacts(item: ChargeItem & { id: string }): ChargeFacts {
  const coding = item.code.coding ?? [];
  const product = coding.find((c) => c.system === CS.service || c.system === CS.drug);
  const decimal = (url: string): string | undefined => {
    const value = extension(item, url)?.valueDecimal;
    return value === undefined ? undefined : String(value);
  };
  return {
    id: item.id,
    code: product?.code ?? '',
    of: product?.system === CS.drug ? 'drug' : 'service',
    text: item.code.text ?? product?.display ?? '',
    claimCode: coding.find((c) => c.system === CLAIM_SERVICE)?.code,
    source: item.supportingInformation?.[0]?.reference,
    costGroup: coding.find((c) => c.system === CS.costGroup)?.code ?? '',
    quantity: String(item.quantity?.value ?? 1),
    unitPrice: String(item.priceOverride?.value ?? 0),
    ceiling: decimal(EXT.priceCeiling),
    ratio: decimal(EXT.paymentRatio) ?? '0',
    payer: payerOf(item) ?? 'fee',
    at: item.occurrenceDateTime ?? item.enteredDate ?? '',
    status: item.status,
  };
}
