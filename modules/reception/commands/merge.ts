import { Problem } from '@mach/base/problem.ts';
import { defined } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Patient } from '@mach/fhir/types.ts';
import type { AnyResource, IdentifiedResource } from '@mach/store';
import { identifiedExtensions } from '../unknown.ts';
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
  ['AllergyIntolerance.patient', 'patient'],
  ['Claim.patient', 'patient'],
  ['Coverage.beneficiary', 'beneficiary'],
  ['Task.patient', 'for'],
];

type Named = AnyResource & Partial<Record<'subject' | 'patient' | 'beneficiary' | 'for', { reference?: string }>>;

/**
 * Everything under a code name becomes part of the record of the person it was. What is signed is corrected with the
 * reason: its text stays as it was signed. The code name's own record stays, closed, and leads to the person.
 * @returns how many records moved
 */
export async function mergeInto(
  ctx: CommandContext,
  from: PatientRecord,
  to: PatientRecord,
  how: { how: string; by: string; at: string },
): Promise<number> {
  const person = { reference: `Patient/${to.id}`, display: to.name?.[0]?.text };
  const reason = `Xác định danh tính: ${how.how}`;
  let moved = 0;
  for (const [param, member] of NAMED)
    for (const record of await ctx.referring<Named>(param, from.id)) {
      if (record[member]?.reference !== `Patient/${from.id}`) continue;
      rewrite(ctx, { ...record, [member]: person }, reason);
      moved++;
    }
  ctx.update<Patient>(
    defined({
      ...from,
      active: false,
      extension: identifiedExtensions(from, how),
      link: [...(from.link ?? []), { other: { reference: `Patient/${to.id}` }, type: 'replaced-by' as const }],
    }),
  );
  ctx.update<Patient>(
    defined({
      ...to,
      link: [...(to.link ?? []), { other: { reference: `Patient/${from.id}` }, type: 'replaces' as const }],
    }),
  );
  return moved;
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
