import { refuse } from '@mach/base/problem.ts';
import { instant, is, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { HandlerContext } from '../context.ts';
import { commands, defineModule } from '../module.ts';
import { ACCESS_CS, breakGlassCommand, mendGlassCommand, reviewGlassCommand } from './break-glass.ts';
import { ACCESS_PACK, type AccessPack, OPEN_POLICY, POLICY_SETTING } from './rules.ts';

/** Switches a facility to another policy of the pack. Simulate it first: `mach access simulate`. */
export const switchPolicyCommand = defineCommand({
  name: 'access.switchPolicy',
  kind: 'intent',
  permission: 'access.switch-policy',
  title: { vi: 'Đổi chính sách truy cập', en: 'Switch the access policy' },
  input: z.strictObject({ policy: z.string().min(1).max(64), reason: z.string().trim().min(5).max(500) }),
  async handle(input, ctx) {
    if (!(ctx instanceof HandlerContext)) throw new TypeError('access.switchPolicy runs in the engine only');
    const { policies } = ctx.rules<AccessPack>(ACCESS_PACK).data;
    if (!policies[input.policy])
      throw refuse(
        422,
        'unknown-policy',
        { vi: `Không có chính sách ${input.policy}`, en: `There is no policy ${input.policy}` },
        { field: 'policy', remedy: { vi: Object.keys(policies).join(', '), en: Object.keys(policies).join(', ') } },
      );
    ctx.transaction.also({
      text: `insert into system.setting (tenant, key, value) values (mach_tenant(), $1, $2::jsonb)
             on conflict (tenant, key) do update set value = excluded.value`,
      values: [POLICY_SETTING, JSON.stringify(input.policy)],
    });
    ctx.emit('access.policySwitched', { to: input.policy, reason: input.reason });
    return { policy: input.policy };
  },
});

/** Every emergency opening, for the one who reviews them: what has no finding yet is his work. */
const brokenGlass: ViewDefinition = {
  name: 'access.brokenGlass',
  kind: 'live',
  base: 'Task',
  where: is(`code.coding[system=${ACCESS_CS}].code`, 'break-glass'),
  patient: referenceId('for.reference'),
  columns: {
    patientName: text('for.display'),
    by: text('requester.display'),
    account: text('requester.identifier.value', { indexed: true }),
    reason: text('reasonCode.text'),
    since: instant('authoredOn', { indexed: true }),
    until: instant('restriction.period.end'),
    ended: instant('executionPeriod.end'),
    status: text('status', { indexed: true }),
    finding: text(`businessStatus.coding[system=${ACCESS_CS}].code`),
    note: text('note.text'),
    reviewer: text('owner.display'),
  },
};

const STAFF = ['doctor', 'nurse', 'lab-technician', 'radiographer', 'pharmacist'];
const REVIEW = ['access.review', 'access.simulate'];

/** Who may see what: emergency openings and their review, and the facility's choice of policy. */
export default defineModule({
  name: 'access',
  title: { vi: 'Quyền truy cập', en: 'Access' },
  commands: commands(breakGlassCommand, mendGlassCommand, reviewGlassCommand, switchPolicyCommand),
  views: [
    {
      definition: brokenGlass,
      permission: 'access.review',
      title: { vi: 'Mở hồ sơ khẩn cấp', en: 'Broken glass' },
      sort: '-since',
    },
  ],
  owns: [
    {
      type: 'Task',
      command: 'access.breakGlass',
      when: (resource) =>
        (resource.code as { coding?: { system?: string }[] } | undefined)?.coding?.some(
          (c) => c.system === ACCESS_CS,
        ) ?? false,
    },
  ],
  settings: { policy: OPEN_POLICY },
  roles: {
    ...Object.fromEntries(STAFF.map((role) => [role, ['access.break-glass']])),
    'privacy-officer': [...REVIEW, 'access.switch-policy'],
    director: REVIEW,
    administrator: ['access.simulate', 'access.switch-policy'],
  },
});
