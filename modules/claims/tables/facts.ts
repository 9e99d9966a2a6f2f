/** The records of one settled visit, as the tables of the claim read them. Pure. */
import type { InvoiceFacts } from '@mach/cashier/contract.ts';
import { idOf, stateTimes } from '@mach/encounter/contract.ts';
import type {
  ChargeItem,
  Composition,
  Condition,
  Coverage,
  DiagnosticReport,
  Encounter,
  Location,
  MedicationAdministration,
  MedicationRequest,
  Observation,
  Organization,
  Patient,
  Practitioner,
  Reference,
  ServiceRequest,
} from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';
import type { XmlValue } from '@mach/vn/xml/format.ts';
import type { DrugClaimFacts } from '../catalogue.ts';
import type { FindingSource } from '../contract.ts';

type Stored<T> = T & { id: string };

export interface ClaimFacts {
  /** 5-character code of the house. */
  facility: string;
  encounter: Stored<Encounter>;
  patient: Stored<Patient>;
  coverage: Stored<Coverage>;
  invoice: InvoiceFacts;
  charges: readonly Stored<ChargeItem>[];
  orders: ReadonlyMap<string, Stored<ServiceRequest>>;
  prescribed: ReadonlyMap<string, Stored<MedicationRequest>>;
  /** Drugs that were given without a prescription: emergency bundles. */
  given: ReadonlyMap<string, Stored<MedicationAdministration>>;
  observations: readonly Stored<Observation>[];
  reports: readonly Stored<DiagnosticReport>[];
  notes: readonly Stored<Composition>[];
  /** In the order of rank: the principal one first. */
  conditions: readonly Stored<Condition>[];
  practitioners: ReadonlyMap<string, Practitioner>;
  locations: ReadonlyMap<string, Location>;
  departments: ReadonlyMap<string, Organization>;
  drugs: ReadonlyMap<string, DrugClaimFacts>;
  /** Head of the facility or the one who signs for it (MA_TTDV). */
  signatory?: Practitioner;
}

/** A row with the records that its fields come from. */
export interface ClaimRowOf {
  values: Record<string, XmlValue>;
  /** Where a finding on this row is mended, by field; `*` for the rest. */
  sources: Readonly<Record<string, FindingSource>>;
}

export const source = (record: string, field: string, workspace: FindingSource['workspace']): FindingSource => ({
  record,
  field,
  workspace,
});

export const identifier = (of: { identifier?: { system?: string; value?: string }[] }, system: string): string =>
  of.identifier?.find((i) => i.system === system)?.value ?? '';

/** MA_BAC_SI of somebody: the practising licence. */
export const licence = (facts: ClaimFacts, practitioner: string | undefined): string =>
  identifier(facts.practitioners.get(practitioner ?? '') ?? {}, SID.practitionerLicence);

/** The first of several people who carries a licence. */
export function firstLicence(facts: ClaimFacts, people: readonly (string | undefined)[]): string {
  for (const person of people) {
    const found = licence(facts, person);
    if (found !== '') return found;
  }
  return '';
}

/** The doctor who examined. */
export const doctorOf = (facts: ClaimFacts): string | undefined => idOf(facts.encounter.participant?.[0]?.individual);

/** MA_KHOA of a room. */
export function departmentOf(facts: ClaimFacts, location: Reference | undefined): string {
  const place = facts.locations.get(idOf(location) ?? '');
  return identifier(facts.departments.get(idOf(place?.managingOrganization) ?? '') ?? {}, SID.department);
}

/** Departments that the visit went through, `;` between them. */
export function visitDepartments(facts: ClaimFacts): string {
  const codes = (facts.encounter.location ?? []).map((l) => departmentOf(facts, l.location)).filter((c) => c !== '');
  return [...new Set(codes)].join(';');
}

/** When an order entered a state, and who brought it there. */
export function stepOf(order: ServiceRequest, ...states: string[]): { at: string; by?: string } | undefined {
  const times = stateTimes(order);
  for (const state of states) {
    const found = times.findLast((t) => t.state === state);
    if (found) return found;
  }
  return undefined;
}
