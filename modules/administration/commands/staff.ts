import { refuse } from '@mach/base/problem.ts';
import { defineCommand } from '@mach/engine';
import { hashPassword } from '@mach/engine/identity/hash.ts';
import { identityPolicy } from '@mach/engine/identity/policy.ts';
import { alsoWrite, houseOf } from '@mach/engine/identity/registry.ts';
import {
  addAccount,
  addMembership,
  changeMembership,
  endMembership,
  loginTaken,
  rename,
  restoreMembership,
} from '@mach/engine/identity/staff.ts';
import { ADMINISTER } from '../contract.ts';
import { accountInput, addStaffInput, editStaffInput, reasonInput } from '../inputs.ts';
import { keep, member, requireAdministratorLeft, requireOther, requireRoles } from './guard.ts';
import { practitionerId, setActive, writeRecords } from './records.ts';

export const addStaffCommand = defineCommand({
  name: 'administration.add-staff',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Thêm nhân viên', en: 'Add a member of staff' },
  input: addStaffInput,
  async handle(input, ctx) {
    const engine = houseOf(ctx);
    requireRoles(ctx, input.roles);
    if (await loginTaken(engine.database.system, input.login))
      throw refuse(
        409,
        'login-taken',
        { vi: `Tài khoản ${input.login} đã có`, en: `The account ${input.login} exists` },
        { field: 'login', remedy: { vi: 'Chọn tên khác', en: 'Choose another name' } },
      );
    const account = ctx.id();
    const practitioner = practitionerId(input.login);
    const hours = identityPolicy(engine, ctx.facility.tenant).oneTimeHours;
    const until = new Date(Date.parse(ctx.now) + hours * 3_600_000).toISOString();
    await writeRecords(ctx, input.login, practitioner, input);
    const hash = await hashPassword(input.oneTimePassword);
    alsoWrite(
      ctx,
      addAccount({ id: account, login: input.login, name: input.name, hash, until }),
      addMembership(account, input.roles, practitioner),
    );
    ctx.emit('administration.staff-added', { account, roles: input.roles });
    return { account };
  },
});

export const editStaffCommand = defineCommand({
  name: 'administration.edit-staff',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Sửa nhân viên, vai trò', en: 'Change a member of staff or their roles' },
  input: editStaffInput,
  async handle(input, ctx) {
    requireRoles(ctx, input.roles);
    const row = await member(ctx, input.account);
    if (!row.active || row.version !== input.version)
      throw refuse(
        409,
        'conflict',
        { vi: 'Người khác vừa sửa người này', en: 'Somebody else has just changed this person' },
        { remedy: { vi: 'Mở lại để xem bản mới', en: 'Open it again to see the new version' } },
      );
    // Nobody gives themselves more rights: a second administrator does.
    if ([...row.roles].sort().join() !== [...input.roles].sort().join()) requireOther(ctx, input.account);
    await requireAdministratorLeft(ctx, row, input.roles);
    const practitioner = row.practitioner ?? practitionerId(row.login);
    await writeRecords(ctx, row.login, practitioner, input);
    alsoWrite(ctx, changeMembership(input.account, input.version, input.roles, practitioner));
    if (row.name !== input.name) alsoWrite(ctx, rename(input.account, input.name));
    alsoWrite(ctx, keep(ctx));
    ctx.emit('administration.staff-changed', { account: input.account, from: row.roles, to: input.roles });
    return { account: input.account };
  },
});

export const deactivateStaffCommand = defineCommand({
  name: 'administration.deactivate-staff',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Cho nhân viên ngừng làm việc', en: 'Deactivate a member of staff' },
  input: reasonInput,
  async handle(input, ctx) {
    requireOther(ctx, input.account);
    const row = await member(ctx, input.account);
    if (!row.active)
      throw refuse(409, 'inactive', { vi: 'Người này đã ngừng làm việc', en: 'This person is not active' });
    await requireAdministratorLeft(ctx, row, []);
    await setActive(ctx, row.practitioner, false);
    alsoWrite(ctx, ...endMembership(input.account, row.version, ctx.now, ctx.actor.id), keep(ctx));
    ctx.emit('administration.staff-deactivated', { account: input.account, reason: input.reason });
    return { account: input.account };
  },
});

export const reactivateStaffCommand = defineCommand({
  name: 'administration.reactivate-staff',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Cho nhân viên làm việc lại', en: 'Reactivate a member of staff' },
  input: accountInput,
  async handle(input, ctx) {
    const row = await member(ctx, input.account);
    if (row.endedAt === null)
      throw refuse(409, 'active', { vi: 'Người này đang làm việc', en: 'This person is active' });
    await setActive(ctx, row.practitioner, true);
    alsoWrite(ctx, ...restoreMembership(input.account));
    ctx.emit('administration.staff-reactivated', { account: input.account });
    return { account: input.account };
  },
});
