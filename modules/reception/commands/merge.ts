import { Problem } from '@mach/base/problem.ts';
import { defined, extension } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Patient } from '@mach/fhir/types.ts';
import type { AnyResource, IdentifiedResource } from '@mach/store';
import { type MergeFacts, type MergeRecord, mergedExtension } from '../merged.ts';
import { identifiedExtensions, jointAllergies, UNIDENTIFIED } from '../unknown.ts';
import type { PatientRecord } from './register.ts';

/** Where a patient's records name the patient: search parameter and the member that it reads. */
const NAMED: readonly (readonly [param: string, member: 'subject' | 'patient' | 'beneficiary' | 'for'])[] = [
  ['Encounter.subject', 'subject'],
  ['ServiceRequest.subject', 'subject'],
  ['ChargeItem.subject', 'subject'],
  ['Observation.subject', 'subject'],
  ['Condition.subject', 'subject'],
  ['Procedure.subject', 'subject'],
  ['DiagnosticReport.subject', 'subject'],
  ['Specimen.subject', 'subject'],
  ['Composition.subject', 'subject'],
  ['DocumentReference.subject', 'subject'],
  ['MedicationRequest.subject', 'subject'],
  ['MedicationDispense.subject', 'subject'],
  ['Invoice.subject', 'subject'],
  ['Communication.subject', 'subject'],
  ['AllergyIntolerance.patient', 'patient'],
  ['RelatedPerson.patient', 'patient'],
  ['Claim.patient', 'patient'],
  ['Coverage.beneficiary', 'beneficiary'],
  ['Task.patient', 'for'],
];

type Named = AnyResource & Partial<Record<'subject' | 'patient' | 'beneficiary' | 'for', { reference?: string }>>;

/**
 * Everything of one record becomes part of another: a code name's of the person it was, or a second record's of the first.
 * What is signed is corrected with the reason: its text stays as it was signed. The record itself stays, closed, leads to the
 * person, and knows what left it, so that the two can be parted again.
 * @returns how many records moved
 */
export async function mergeInto(
  ctx: CommandContext,
  from: PatientRecord,
  to: PatientRecord,
  how: MergeFacts,
): Promise<number> {
  const person = { reference: `Patient/${to.id}`, display: to.name?.[0]?.text };
  const moved: string[] = [];
  for (const [param, member] of NAMED)
    for (const record of await ctx.referring<Named>(param, from.id)) {
      if (record[member]?.reference !== `Patient/${from.id}`) continue;
      rewrite(ctx, { ...record, [member]: person }, `Xác định danh tính: ${how.how}`);
      moved.push(`${record.resourceType}/${record.id}`);
    }
  const unidentified = extension(from, UNIDENTIFIED);
  ctx.update<Patient>(
    defined({
      ...from,
      active: false,
      extension: [
        ...(unidentified ? identifiedExtensions(from, how) : (from.extension ?? [])),
        mergedExtension({ ...how, moved }, unidentified),
      ],
      link: [...(from.link ?? []), { other: { reference: `Patient/${to.id}` }, type: 'replaced-by' as const }],
    }),
  );
  ctx.update<Patient>(
    defined({
      ...to,
      extension: jointAllergies(to, from),
      link: [
        ...(to.link ?? []),
        ...relativesOf(from),
        { other: { reference: `Patient/${from.id}` }, type: 'replaces' as const },
      ],
    }),
  );
  return moved.length;
}

/** Whose relative a person is: a mother of her children. */
export const relativesOf = (patient: Pick<Patient, 'link'>): NonNullable<Patient['link']> =>
  (patient.link ?? []).filter((link) => link.type === 'seealso');

/** Also what followed the identity later. */
const NAMED_SINCE: typeof NAMED = [...NAMED, ['MedicationAdministration.subject', 'subject']];

/**
 * Takes a merge back: what had moved returns, and so does what was done since in a visit that returns. What was done since
 * elsewhere stays where it was done.
 * @returns how many records returned
 */
export async function moveBack(
  ctx: CommandContext,
  from: PatientRecord,
  to: PatientRecord,
  { merge, reason }: { merge: MergeRecord; reason: string },
): Promise<number> {
  const left = new Set(merge.moved);
  const visits = merge.moved.filter((one) => one.startsWith('Encounter/')).map((one) => `"${one}"`);
  const own = { reference: `Patient/${from.id}`, display: from.name?.[0]?.text };
  let returned = 0;
  for (const [param, member] of NAMED_SINCE)
    for (const record of await ctx.referring<Named>(param, to.id)) {
      if (record[member]?.reference !== `Patient/${to.id}`) continue;
      const text = JSON.stringify(record);
      if (!left.has(`${record.resourceType}/${record.id}`) && !visits.some((visit) => text.includes(visit))) continue;
      rewrite(ctx, { ...record, [member]: own }, `Tách hồ sơ gộp nhầm: ${reason}`);
      returned++;
    }
  return returned;
}

/** A new version; of what is signed, a correction. */
function rewrite(ctx: CommandContext, record: IdentifiedResource<Named>, reason: string): void {
  try {
    ctx.update(record);
  } catch (error) {
    if (!(error instanceof Problem) || error.issues[0]?.code !== 'sealed') throw error;
    ctx.correct(record, reason);
  }
}
