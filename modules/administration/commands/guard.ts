import { refuse } from '@mach/base/problem.ts';
import type { CommandContext } from '@mach/engine';
import { houseOf } from '@mach/engine/identity/registry.ts';
import { keepAdministrator, listStaff, type StaffRow } from '@mach/engine/identity/staff.ts';
import { ADMINISTER } from '../contract.ts';

/** Roles that are the program's own; nobody is given them. */
const OF_THE_PROGRAM = new Set(['system', 'importer']);

/** Somebody of this facility. @throws Problem 404 */
export async function member(ctx: CommandContext, account: string): Promise<StaffRow> {
  const engine = houseOf(ctx);
  const [row] = await listStaff(engine.database.system, ctx.facility.tenant, new Date(ctx.now), account);
  if (!row) throw refuse(404, 'not-found', { vi: 'Không có người này ở cơ sở', en: 'Nobody here has this account' });
  return row;
}

/** Roles that people may have: those that a module proposes. */
export function knownRoles(modules: readonly { roles?: Readonly<Record<string, readonly string[]>> }[]): string[] {
  return [...new Set(modules.flatMap((m) => Object.keys(m.roles ?? {})))].filter((r) => !OF_THE_PROGRAM.has(r)).sort();
}

/** @throws Problem 422 for a role that no module knows, or one of the program itself */
export function requireRoles(ctx: CommandContext, roles: readonly string[]): void {
  const known = knownRoles(houseOf(ctx).modules);
  const unknown = roles.filter((role) => !known.includes(role));
  if (unknown.length === 0) return;
  throw refuse(
    422,
    'unknown-role',
    { vi: `Không có vai trò ${unknown.join(', ')}`, en: `There is no role ${unknown.join(', ')}` },
    { field: 'roles', remedy: { vi: `Các vai trò: ${known.join(', ')}`, en: `Roles: ${known.join(', ')}` } },
  );
}

export const administrators = (ctx: CommandContext): string[] => houseOf(ctx).policy.rolesWith(ADMINISTER);

/**
 * Refuses a change after which nobody could administer this facility. The database asks once more as the change is
 * written, so that two administrators cannot remove each other at the same moment.
 * @throws Problem 409
 */
export async function requireAdministratorLeft(
  ctx: CommandContext,
  without: StaffRow,
  roles: readonly string[],
): Promise<void> {
  const administer = administrators(ctx);
  const holds = (list: readonly string[]): boolean => list.some((role) => administer.includes(role));
  if (holds(roles)) return;
  const engine = houseOf(ctx);
  const staff = await listStaff(engine.database.system, ctx.facility.tenant, new Date(ctx.now));
  if (staff.some((row) => row.active && row.key !== without.key && holds(row.roles))) return;
  throw refuse(
    409,
    'last-administrator',
    { vi: 'Đây là quản trị cuối cùng của cơ sở', en: 'This is the last administrator of the facility' },
    { remedy: { vi: 'Giao vai trò quản trị cho người khác trước', en: 'Give somebody else the role first' } },
  );
}

export const keep = (ctx: CommandContext) => keepAdministrator(administrators(ctx));

/**
 * Password and factors belong to the person, not to the facility: where somebody also works elsewhere, an administrator
 * here could otherwise sign in as them there. @throws Problem 409
 */
export function requireOnlyHere(row: StaffRow): void {
  if (!row.elsewhere) return;
  throw refuse(
    409,
    'works-elsewhere',
    {
      vi: 'Người này còn làm ở cơ sở khác trên cùng hệ thống',
      en: 'This person also works in another facility of this installation',
    },
    {
      remedy: {
        vi: 'Người đó tự đổi trong "Tài khoản của tôi", hoặc ngừng ở cơ sở kia trước',
        en: 'They change it themselves in “My account”, or stop working in the other facility first',
      },
    },
  );
}

/** @throws Problem 409 for one's own account: a second person must see such a change */
export function requireOther(ctx: CommandContext, account: string): void {
  if (ctx.actor.id !== `account:${account}`) return;
  throw refuse(
    409,
    'own-account',
    { vi: 'Không tự làm việc này với tài khoản của mình', en: 'Not with your own account' },
    {
      remedy: {
        vi: 'Dùng "Tài khoản của tôi", hoặc nhờ quản trị khác',
        en: 'Use “My account”, or ask another administrator',
      },
    },
  );
}
