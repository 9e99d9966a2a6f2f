import { defineCommand } from '@mach/engine/command.ts';
import type { MedicationAdministration, Patient } from '@mach/fhir/types.ts';
import type { FollowIdentityResult } from '../contract.ts';
import { followIdentityInput } from '../inputs.ts';

/**
 * Somebody unknown turned out to be somebody with a record: the drugs that were given go there too, and so does a death.
 * What was signed stays as it was signed; only whom it is about is corrected. Nothing left to do is no fault.
 */
export const followIdentityCommand = defineCommand({
  name: 'emergency.followIdentity',
  kind: 'fact',
  permission: 'emergency.follow-identity',
  title: { vi: 'Chuyển thuốc cấp cứu theo danh tính', en: 'Emergency drugs follow the identity' },
  input: followIdentityInput,
  async handle(input, ctx): Promise<FollowIdentityResult> {
    if (input.from === input.into) return { moved: 0 };
    const person = await ctx.lock<Patient>('Patient', input.into);
    const unknown = await ctx.read<Patient>('Patient', input.from);
    const display = person.name?.[0]?.text;
    const subject = { reference: `Patient/${person.id}`, ...(display === undefined ? {} : { display }) };
    let moved = 0;
    for (const given of await ctx.referring<MedicationAdministration>('MedicationAdministration.subject', input.from)) {
      ctx.correct<MedicationAdministration>({ ...given, subject }, 'Xác định danh tính');
      moved += 1;
    }
    if (unknown.deceasedDateTime !== undefined && person.deceasedDateTime === undefined)
      ctx.update<Patient>({ ...person, deceasedDateTime: unknown.deceasedDateTime });
    return { moved };
  },
});
