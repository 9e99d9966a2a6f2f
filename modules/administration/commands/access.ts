import { refuse } from '@mach/base/problem.ts';
import { defineCommand } from '@mach/engine';
import { listDevices } from '@mach/engine/identity/devices.ts';
import { hashPassword } from '@mach/engine/identity/hash.ts';
import { identityPolicy } from '@mach/engine/identity/policy.ts';
import { alsoWrite, houseOf } from '@mach/engine/identity/registry.ts';
import { listSessions } from '@mach/engine/identity/session-store.ts';
import {
  addDevice,
  dropFactors,
  endOneSession,
  endSessionsHere,
  resetPassword,
  revokeDevice,
} from '@mach/engine/identity/staff.ts';
import { ADMINISTER } from '../contract.ts';
import { endSessionsInput, enrolDeviceInput, reasonInput, resetPasswordInput, revokeDeviceInput } from '../inputs.ts';
import { member, requireOnlyHere, requireOther } from './guard.ts';

export const resetPasswordCommand = defineCommand({
  name: 'administration.reset-password',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Đặt lại mật khẩu', en: 'Reset a password' },
  input: resetPasswordInput,
  async handle(input, ctx) {
    requireOther(ctx, input.account);
    const row = await member(ctx, input.account);
    requireOnlyHere(row);
    const hours = identityPolicy(houseOf(ctx), ctx.facility.tenant).oneTimeHours;
    const until = new Date(Date.parse(ctx.now) + hours * 3_600_000).toISOString();
    alsoWrite(ctx, ...resetPassword(input.account, await hashPassword(input.oneTimePassword), until));
    ctx.emit('administration.password-reset', { account: input.account });
    return { until };
  },
});

export const resetFactorsCommand = defineCommand({
  name: 'administration.reset-factors',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Gỡ xác thực hai lớp', en: 'Remove second factors' },
  input: reasonInput,
  async handle(input, ctx) {
    requireOther(ctx, input.account);
    const row = await member(ctx, input.account);
    requireOnlyHere(row);
    alsoWrite(ctx, ...dropFactors(input.account), endSessionsHere(input.account));
    ctx.emit('administration.factors-reset', { account: input.account, reason: input.reason });
    return { account: input.account };
  },
});

export const endSessionsCommand = defineCommand({
  name: 'administration.end-sessions',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Kết thúc phiên đăng nhập', en: 'End sessions' },
  input: endSessionsInput,
  async handle(input, ctx) {
    if ('account' in input) {
      await member(ctx, input.account);
      alsoWrite(ctx, endSessionsHere(input.account));
      ctx.emit('administration.sessions-ended', { account: input.account });
    } else {
      const open = await listSessions(houseOf(ctx).database.system, ctx.facility.tenant, new Date(ctx.now));
      const session = open.find((one) => one.key === input.session);
      if (!session) throw refuse(404, 'not-found', { vi: 'Phiên này đã kết thúc', en: 'This session is over' });
      alsoWrite(ctx, endOneSession(input.session));
      ctx.emit('administration.sessions-ended', { account: session.account, session: input.session });
    }
    return null;
  },
});

export const enrolDeviceCommand = defineCommand({
  name: 'administration.enrol-device',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Ghi danh thiết bị', en: 'Enrol a device' },
  input: enrolDeviceInput,
  async handle(input, ctx) {
    const { enrolMinutes } = identityPolicy(houseOf(ctx), ctx.facility.tenant).device;
    const until = new Date(Date.parse(ctx.now) + enrolMinutes * 60_000).toISOString();
    const device = ctx.id();
    const { kind, label, room = null, token } = input;
    alsoWrite(ctx, addDevice({ id: device, kind, label, room, token, until, by: ctx.actor.login, now: ctx.now }));
    ctx.emit('administration.device-added', { device, kind, label });
    return { device, until };
  },
});

export const revokeDeviceCommand = defineCommand({
  name: 'administration.revoke-device',
  kind: 'intent',
  permission: ADMINISTER,
  title: { vi: 'Thu hồi thiết bị', en: 'Revoke a device' },
  input: revokeDeviceInput,
  async handle(input, ctx) {
    const devices = await listDevices(houseOf(ctx).database.system, ctx.facility.tenant);
    const device = devices.find((one) => one.key === input.device);
    if (!device) throw refuse(404, 'not-found', { vi: 'Không có thiết bị này', en: 'There is no such device' });
    if (device.revokedAt !== null)
      throw refuse(409, 'revoked', { vi: 'Thiết bị đã được thu hồi', en: 'The device is revoked already' });
    alsoWrite(ctx, ...revokeDevice(input.device, ctx.now));
    ctx.emit('administration.device-revoked', { device: input.device });
    return null;
  },
});
