import type { CommandContext } from '@mach/engine';
import type { Practitioner, PractitionerRole } from '@mach/fhir/types.ts';
import { splitName } from '@mach/vn/names.ts';
import { CS, SID } from '@mach/vn/systems.ts';
import type { StaffFields } from '../contract.ts';

/** The Practitioner of an account: signatures, orders and worklists name people by it. */
export const practitionerId = (login: string): string => `prac-${login}`;
/** Where and as what the person works. */
export const roleId = (practitioner: string): string => practitioner.replace(/^prac-/, 'prole-');

/** Writes what the form says into the person's two records; what the form does not know stays. */
export async function writeRecords(
  ctx: CommandContext,
  login: string,
  practitioner: string,
  fields: StaffFields,
): Promise<void> {
  const person = await ctx.find<Practitioner>('Practitioner', practitioner);
  const name = splitName(fields.name);
  const { qualification: _former, ...rest } = person ?? {};
  const next: Practitioner & { id: string } = {
    ...rest,
    resourceType: 'Practitioner',
    id: practitioner,
    active: true,
    identifier: [
      ...(person?.identifier ?? []).filter((i) => i.system !== SID.practitionerLicence && i.system !== SID.account),
      { system: SID.account, value: login },
      ...(fields.licence ? [{ system: SID.practitionerLicence, value: fields.licence }] : []),
    ],
    name: [
      {
        use: 'official',
        text: fields.name,
        ...(name.split ? { family: name.family, given: [name.middle, name.given].filter(Boolean) } : {}),
      },
    ],
    ...(fields.gender ? { gender: fields.gender } : {}),
    ...(fields.title ? { qualification: [{ code: { text: fields.title } }] } : {}),
  };
  if (person) ctx.update<Practitioner>(next);
  else ctx.create<Practitioner>(next);
  await writeRole(ctx, practitioner, fields);
}

async function writeRole(ctx: CommandContext, practitioner: string, fields: StaffFields): Promise<void> {
  const id = roleId(practitioner);
  const known = await ctx.find<PractitionerRole>('PractitionerRole', id);
  const rooms = fields.rooms ?? [];
  if (!known && rooms.length === 0) return;
  const { location: _former, ...rest } = known ?? {};
  const next: PractitionerRole & { id: string } = {
    ...rest,
    resourceType: 'PractitionerRole',
    id,
    active: true,
    practitioner: { reference: `Practitioner/${practitioner}`, display: fields.name },
    code: fields.roles.map((role) => ({ coding: [{ system: CS.role, code: role }] })),
    ...(rooms.length > 0 ? { location: rooms.map((room) => ({ reference: `Location/${room}` })) } : {}),
  };
  if (known) ctx.update<PractitionerRole>(next);
  else ctx.create<PractitionerRole>(next);
}

/** The person's records while they work here, or not: worklists offer only the active. */
export async function setActive(ctx: CommandContext, practitioner: string | null, active: boolean): Promise<void> {
  if (practitioner === null) return;
  const person = await ctx.find<Practitioner>('Practitioner', practitioner);
  if (person) ctx.update<Practitioner>({ ...person, active });
  const role = await ctx.find<PractitionerRole>('PractitionerRole', roleId(practitioner));
  if (role) ctx.update<PractitionerRole>({ ...role, active });
}
