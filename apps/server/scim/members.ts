import type { Operation } from './draft.ts';
import { ScimFault } from './fault.ts';
import { selected } from './filter.ts';
import { draftOf } from './resources.ts';
import type { ScimStaff } from './staff.ts';

/** Gives a role to people or takes it from them, one after the other. @throws ScimFault, Problem at the first that may not be */
export async function changeMembers(staff: ScimStaff, role: string, operations: readonly Operation[]): Promise<void> {
  for (const { op, path, value } of operations) {
    const one = path === undefined ? undefined : selected(path, 'members');
    const isMembers = one !== undefined || path === undefined || path.toLowerCase() === 'members';
    if (!isMembers)
      throw new ScimFault(400, `${path} cannot be changed: a group is a role of this house`, 'mutability');
    const list = one === undefined ? idsOf(path === undefined ? membersIn(value) : value) : [one];
    if (op === 'replace') {
      const holders = (await staff.people()).filter(({ row }) => row.active && row.roles.includes(role));
      for (const { row } of holders) if (!list.includes(row.key)) await give(staff, row.key, role, false);
    }
    for (const id of list) await give(staff, id, role, op !== 'remove');
  }
}

async function give(staff: ScimStaff, id: string, role: string, has: boolean): Promise<void> {
  const person = await staff.person(id);
  const draft = draftOf(person);
  if (draft.roles.includes(role) === has) return;
  const roles = has ? [...draft.roles, role] : draft.roles.filter((one) => one !== role);
  await staff.change(person, { ...draft, roles });
}

function membersIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'members' in value ? value.members : undefined;
}

function idsOf(value: unknown): string[] {
  const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.map((one) => {
    const id = typeof one === 'object' && one !== null && 'value' in one ? one.value : one;
    if (typeof id !== 'string') throw new ScimFault(400, 'members.value must be the id of a user', 'invalidValue');
    return id;
  });
}
