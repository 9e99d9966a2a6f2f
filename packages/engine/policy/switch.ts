import { refuse } from '@mach/base/problem.ts';
import type { Queryable } from '@mach/store';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../command.ts';
import { alsoWrite, houseOf } from '../identity/registry.ts';
import { ACCESS_PACK, type AccessPack, POLICY_SETTING } from './rules.ts';

/** Setting of a facility: the switch that somebody has proposed and nobody has confirmed. */
const PROPOSAL_SETTING = 'access.proposal';
/** A proposal is confirmed within so many days, or proposed anew. */
const PROPOSAL_DAYS = 14;

export interface PolicyProposal {
  readonly id: string;
  readonly policy: string;
  readonly reason: string;
  /** `account:…`: somebody else confirms. */
  readonly by: string;
  readonly name: string;
  readonly at: string;
  readonly until: string;
}

/** The proposal that waits for a second person; undefined when there is none, or it is too old. */
export async function openProposal(on: Queryable, tenant: number, now: string): Promise<PolicyProposal | undefined> {
  const { rows } = await on.query<{ value: PolicyProposal }>({
    name: 'access_proposal',
    text: 'select value from system.setting where tenant = $1 and key = $2',
    values: [tenant, PROPOSAL_SETTING],
  });
  const proposal = rows[0]?.value;
  return proposal && proposal.until > now ? proposal : undefined;
}

const proposalOf = (ctx: CommandContext): Promise<PolicyProposal | undefined> =>
  openProposal(houseOf(ctx).database.system, ctx.facility.tenant, ctx.now);

/** Takes the proposal away; the command is done again when it is another one by now. */
const takeAway = (id: string) => ({
  name: 'access_proposal_take',
  text: `with gone as (delete from system.setting where tenant = mach_tenant() and key = $1 and value ->> 'id' = $2 returning 1)
         select mach_expect(count(*), 1, 'proposal') from gone`,
  values: [PROPOSAL_SETTING, id],
});

function requirePolicy(ctx: CommandContext, policy: string): void {
  const { policies } = ctx.rules<AccessPack>(ACCESS_PACK).data;
  if (policies[policy]) return;
  const known = Object.keys(policies).join(', ');
  throw refuse(
    422,
    'unknown-policy',
    { vi: `Không có chính sách ${policy}`, en: `There is no policy ${policy}` },
    { field: 'policy', remedy: { vi: known, en: known } },
  );
}

const input = z.strictObject({ policy: z.string().min(1).max(64), reason: z.string().trim().min(5).max(500) });

/** The first of two people says which policy should hold, and why. Simulate it before: `GET /api/access/simulate`. */
export const proposePolicyCommand = defineCommand({
  name: 'access.proposePolicy',
  kind: 'intent',
  permission: 'access.switch-policy',
  title: { vi: 'Đề nghị đổi chính sách truy cập', en: 'Propose another access policy' },
  input,
  async handle({ policy, reason }, ctx) {
    requirePolicy(ctx, policy);
    const until = new Date(Date.parse(ctx.now) + PROPOSAL_DAYS * 86_400_000).toISOString();
    const { id: by, name } = ctx.actor;
    const proposal: PolicyProposal = { id: ctx.id(), policy, reason, by, name, at: ctx.now, until };
    alsoWrite(ctx, {
      name: 'access_propose',
      text: `insert into system.setting (tenant, key, value) values (mach_tenant(), $1, $2::jsonb)
             on conflict (tenant, key) do update set value = excluded.value`,
      values: [PROPOSAL_SETTING, JSON.stringify(proposal)],
    });
    ctx.emit('access.policyProposed', { to: policy, reason });
    return { proposal: proposal.id, until };
  },
});

/** Whoever may switch may also say no; the one who proposed takes it back. */
export const dropProposalCommand = defineCommand({
  name: 'access.dropProposal',
  kind: 'intent',
  permission: 'access.switch-policy',
  title: { vi: 'Bỏ đề nghị đổi chính sách', en: 'Drop the proposed policy' },
  input: z.strictObject({ proposal: z.string().min(1).max(64) }),
  async handle({ proposal }, ctx) {
    const open = await proposalOf(ctx);
    if (open?.id !== proposal) throw noProposal();
    alsoWrite(ctx, takeAway(proposal));
    ctx.emit('access.proposalDropped', { to: open.policy });
    return null;
  },
});

/** The second person confirms what another has proposed: it holds within five seconds. */
export const switchPolicyCommand = defineCommand({
  name: 'access.switchPolicy',
  kind: 'intent',
  permission: 'access.switch-policy',
  title: { vi: 'Đổi chính sách truy cập', en: 'Switch the access policy' },
  input,
  async handle({ policy, reason }, ctx) {
    requirePolicy(ctx, policy);
    const proposal = await proposalOf(ctx);
    if (proposal?.policy !== policy) throw noProposal();
    if (proposal.by === ctx.actor.id)
      throw refuse(
        403,
        'own-proposal',
        { vi: 'Người đề nghị không tự xác nhận', en: 'Nobody confirms his own proposal' },
        {
          remedy: {
            vi: 'Nhờ người thứ hai có quyền đổi chính sách',
            en: 'Ask a second person who may switch policies',
          },
        },
      );
    alsoWrite(ctx, takeAway(proposal.id), {
      name: 'access_switch',
      text: `insert into system.setting (tenant, key, value) values (mach_tenant(), $1, $2::jsonb)
             on conflict (tenant, key) do update set value = excluded.value`,
      values: [POLICY_SETTING, JSON.stringify(policy)],
    });
    ctx.emit('access.policySwitched', { to: policy, reason, proposedBy: proposal.by, proposal: proposal.id });
    return { policy };
  },
});

const noProposal = (): Error =>
  refuse(
    409,
    'no-proposal',
    { vi: 'Chưa ai đề nghị đổi sang chính sách này', en: 'Nobody has proposed this policy' },
    { remedy: { vi: 'Một người đề nghị, người khác xác nhận', en: 'One person proposes, another confirms' } },
  );
