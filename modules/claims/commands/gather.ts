import { type InvoiceFacts, invoiceFacts } from '@mach/cashier/contract.ts';
import { coverageOf, idOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type {
  ChargeItem,
  Composition,
  Condition,
  Coverage,
  DiagnosticReport,
  Encounter,
  Invoice,
  Location,
  MedicationAdministration,
  MedicationRequest,
  Observation,
  Organization,
  Patient,
  Practitioner,
  ServiceRequest,
} from '@mach/fhir/types.ts';
import type { ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import { SID } from '@mach/vn/systems.ts';
import type { XmlPack } from '@mach/vn/xml/pack.ts';
import { drugCodes, drugFacts } from '../catalogue.ts';
import type { ClaimRules } from '../tables/build.ts';
import type { ClaimFacts } from '../tables/facts.ts';

type Stored<T> = T & { id: string };

/** Practitioner who signs for the facility (MA_TTDV), by default. */
export const SIGNATORY = 'prac-giamdoc';

/** From 1 January 2025 claims follow QĐ 3176. */
export const standardOn = (end: string): ClaimRules['standard'] => (end < '2025-01-01' ? 'qd4750' : 'qd3176');

/** The rules in force at the end of the visit, with the hashes that say which. */
export function claimRules(ctx: CommandContext, end: string): ClaimRules & { hashes: string[] } {
  const xml = ctx.rules<XmlPack>('bhyt-xml', end);
  const lists = ctx.rules<ListsPack>('bhyt-lists', end);
  return {
    xml: xml.data,
    lists: lists.data,
    codes: ctx.derived('bhyt-catalogue', 'claims.drug-codes', drugCodes, end),
    standard: standardOn(end),
    hashes: [xml.hash, lists.hash],
  };
}

/** The invoice that a visit was settled with, unless that was undone. */
export async function invoiceOf(ctx: CommandContext, encounter: Stored<Encounter>): Promise<InvoiceFacts | undefined> {
  const code = visitCodeOf(encounter);
  if (code === undefined) return undefined;
  const found = await ctx.byToken<Invoice>('Invoice.identifier', SID.visitCode, code);
  return found.map(invoiceFacts).find((i) => !i.cancelled && i.encounter === encounter.id);
}

/** Every record that the claim of a settled visit speaks of. Undefined while there is no card or no settlement. */
export async function claimFacts(ctx: CommandContext, encounter: Stored<Encounter>): Promise<ClaimFacts | undefined> {
  const coverageId = coverageOf(encounter);
  const invoice = await invoiceOf(ctx, encounter);
  if (coverageId === undefined || invoice === undefined) return undefined;
  const id = encounter.id;
  const [patient, coverage, charges, orders, prescribed, given, observations, reports, notes] = await Promise.all([
    ctx.read<Patient>('Patient', idOf(encounter.subject) ?? ''),
    ctx.read<Coverage>('Coverage', coverageId),
    ctx.referring<ChargeItem>('ChargeItem.context', id),
    ctx.referring<ServiceRequest>('ServiceRequest.encounter', id),
    ctx.referring<MedicationRequest>('MedicationRequest.encounter', id),
    ctx.referring<MedicationAdministration>('MedicationAdministration.context', id),
    ctx.referring<Observation>('Observation.encounter', id),
    ctx.referring<DiagnosticReport>('DiagnosticReport.encounter', id),
    ctx.referring<Composition>('Composition.encounter', id),
  ]);
  const conditions = await diagnoses(ctx, encounter);
  const places = [
    ...(encounter.location ?? []).map((l) => l.location),
    ...orders.flatMap((o) => o.locationReference ?? []),
  ];
  const locations = await byIds<Location>(ctx, 'Location', places.map(idOf));
  const units = [...locations.values()].map((l) => idOf(l.managingOrganization));
  const people = [
    ...(encounter.participant ?? []).map((p) => idOf(p.individual)),
    ...orders.flatMap((o) => [idOf(o.requester), ...(o.performer ?? []).map(idOf), ...movers(o)]),
    ...prescribed.map((p) => idOf(p.requester)),
    ...observations.flatMap((o) => (o.performer ?? []).map(idOf)),
    ...reports.flatMap((r) => [...(r.performer ?? []), ...(r.resultsInterpreter ?? [])].map(idOf)),
    ...notes.flatMap((n) => n.author.map(idOf)),
  ];
  return {
    facility: ctx.facility.code,
    encounter,
    patient,
    coverage,
    invoice,
    charges,
    orders: new Map(orders.map((o) => [o.id, o])),
    prescribed: new Map(prescribed.map((p) => [p.id, p])),
    given: new Map(given.map((g) => [g.id, g])),
    observations,
    reports,
    notes,
    conditions,
    practitioners: await byIds<Practitioner>(ctx, 'Practitioner', people),
    locations,
    departments: await byIds<Organization>(ctx, 'Organization', units),
    drugs: ctx.derived('formulary', 'claims.drugs', drugFacts, encounter.period?.end ?? invoice.date),
    signatory: await ctx.find<Practitioner>('Practitioner', ctx.setting('claims.signatory', SIGNATORY)),
  };
}

/** Those who brought an order from state to state. */
const movers = (order: ServiceRequest): (string | undefined)[] =>
  (order.extension ?? []).map((e) => e.extension?.find((x) => x.url === 'by')?.valueString);

async function diagnoses(ctx: CommandContext, encounter: Encounter): Promise<Stored<Condition>[]> {
  const ranked = [...(encounter.diagnosis ?? [])].sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99));
  const found = await Promise.all(ranked.map((d) => ctx.find<Condition>('Condition', idOf(d.condition) ?? '')));
  return found.filter((c) => c !== undefined);
}

async function byIds<T extends Location | Organization | Practitioner>(
  ctx: CommandContext,
  type: T['resourceType'],
  ids: readonly (string | undefined)[],
): Promise<Map<string, T>> {
  const wanted = [...new Set(ids.filter((id): id is string => id !== undefined && /^[A-Za-z0-9.-]{1,64}$/.test(id)))];
  const found = await Promise.all(wanted.map((id) => ctx.find<T>(type, id)));
  return new Map(found.flatMap((record) => (record ? [[record.id, record as T]] : [])));
}
