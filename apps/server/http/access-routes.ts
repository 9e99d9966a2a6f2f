import { refuse } from '@mach/base/problem.ts';
import type { Actor, Interaction } from '@mach/engine';
import { rulesText } from '@mach/engine/policy/limited-policy.ts';
import { ACCESS_PACK } from '@mach/engine/policy/rules.ts';
import { accessService, type Limited } from '@mach/engine/policy/service.ts';
import { simulate } from '@mach/engine/policy/simulate.ts';
import { openProposal } from '@mach/engine/policy/switch.ts';
import { isResourceType, readRecord, readRecords } from '@mach/store';
import type { FastifyInstance } from 'fastify';
import { hintRules, limitsOf } from '../fhir/access.ts';
import { type Doors, requireActor } from './auth.ts';
import { onTheWay } from './guard/hooks.ts';
import { privacyRoutes } from './privacy-routes.ts';

const INTERACTIONS: readonly string[] = ['create', 'read', 'update', 'delete', 'search'];
const AT_ONCE = ['switchPolicy', 'breakGlass', 'mendGlass', 'reviewGlass'].map(
  (name) => `/api/commands/access.${name}`,
);
/** Days of audit that a simulation replays at most. */
const MAX_DAYS = 92;

type Ask = { Querystring: { type?: string; id?: string; interaction?: string; permission?: string } };

/** `GET /api/access/…`: what limits me, why I cannot, who would lose or gain what under another policy. Data protection beside it. */
export function accessRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;
  privacyRoutes(app, doors);

  app.get('/api/access/state', async (request) => {
    const actor = await requireActor(doors, request);
    const service = accessService(engine);
    const limited = await limitsOf(doors, actor, request);
    const { breakGlass } = service.pack();
    const policy = await service.policyName(actor.tenant);
    const broken = await service.brokenBy(actor, engine.clock.now().toISOString());
    const tasks = await readRecords(
      engine.database.tenant(actor.tenant),
      broken.map(({ task }) => ({ type: 'Task', id: task })),
    );
    const names = new Map(tasks.map((t) => [t.id, (t.resource as { for?: { display?: string } }).for?.display]));
    return {
      policy: { name: policy, title: service.policyOf(policy).title },
      limited: limited !== undefined,
      breakGlass: {
        allowed: engine.policy.may(actor, 'access.break-glass'),
        hours: breakGlass.hours,
        maxHours: breakGlass.maxHours,
      },
      broken: broken.map((one) => ({ ...one, name: names.get(one.task) ?? '' })),
    };
  });

  // A switch or a broken glass counts from the next request on, in the audit too.
  app.addHook(
    'onSend',
    onTheWay((request, reply) => {
      if (!AT_ONCE.includes(request.url) || reply.statusCode !== 200) return;
      for (const { tenant } of engine.allFacilities) accessService(engine).forget(tenant);
    }),
  );

  app.get('/api/access/policies', async (request) => {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, 'access.simulate');
    const service = accessService(engine);
    const now = engine.clock.now().toISOString();
    const active = await service.policyName(actor.tenant);
    const { source, edition } = engine.packs.meta(ACCESS_PACK, now);
    const proposal = await openProposal(engine.database.system, actor.tenant, now);
    return {
      edition,
      source,
      active,
      policies: Object.entries(service.pack().policies).map(([name, { title, rules }]) => ({ name, title, rules })),
      proposal: proposal ? { ...proposal, mine: proposal.by === actor.id } : null,
    };
  });

  app.get<Ask>('/api/access/why', async (request) => {
    const actor = await requireActor(doors, request);
    const { type, id, interaction = 'read', permission } = request.query;
    const limited = await limitsOf(doors, actor, request);
    if (permission !== undefined) return whyPermission(doors, actor, limited, permission);
    if (type === undefined || !isResourceType(type)) throw bad('type');
    if (!INTERACTIONS.includes(interaction)) throw bad('interaction');
    return why(doors, actor, limited, { type, id, interaction: interaction as Interaction });
  });

  app.get<{ Querystring: { policy?: string; days?: string } }>('/api/access/simulate', async (request) => {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, 'access.simulate');
    const { policy, days = '7' } = request.query;
    if (policy === undefined || !accessService(engine).pack().policies[policy]) throw bad('policy');
    if (!/^[1-9]\d?$/.test(days) || Number(days) > MAX_DAYS) throw bad('days');
    return simulate(engine, actor.tenant, policy, Number(days));
  });
}

interface Asked {
  type: string;
  id: string | undefined;
  interaction: Interaction;
}

/** A record that is not open is told of as one that is not there: the rules are those that may keep it. */
async function why(doors: Doors, actor: Actor, limited: Limited | undefined, asked: Asked): Promise<object> {
  const { type, id, interaction } = asked;
  const isRead = interaction === 'read' || interaction === 'search';
  const verb = isRead ? 'record.read' : 'record.write';
  const { policy } = doors.engine;
  if (policy.record(actor, interaction, type) === 'denied') {
    const roles = [...new Set([...policy.rolesWith(`${verb}:${type}`), ...policy.rolesWith(`${verb}:*`)])];
    return { ...asked, decision: 'deny', rules: [permissionRule(`${verb}:${type}`, roles)] };
  }
  if (!limited) return { ...asked, decision: 'permit', rules: [] };
  const { access } = limited;
  const extent = access.records(isRead ? 'read' : 'write', type);
  const told = (ids: readonly string[]): object[] => ids.map((rule) => toldRule(limited, rule));
  if (extent.rows === 'none') return { ...asked, decision: 'deny', rules: told(extent.rules) };
  const hides = access.hiddenElements(type);
  const hidden = hides.length > 0 ? { hidden: hides } : {};
  const hints = hintRules(limited, type);
  if (hints.length === 0) return { ...asked, decision: 'permit', rules: [], ...hidden };
  if (id === undefined) return { ...asked, decision: 'some', rules: told(hints), ...hidden };
  const record = await readRecord(limited.engine.database.tenant(actor.tenant), type, id);
  if (record && !record.deleted) return { ...asked, decision: 'permit', rules: [], ...hidden };
  return {
    ...asked,
    decision: 'not-visible',
    rules: told(hints),
    breakGlass: policy.may(actor, 'access.break-glass'),
  };
}

function whyPermission(doors: Doors, actor: Actor, limited: Limited | undefined, permission: string): object {
  const { policy } = doors.engine;
  if (!policy.may(actor, permission))
    return { permission, decision: 'deny', rules: [permissionRule(permission, policy.rolesWith(permission))] };
  const { rows, rules } = limited?.access.permission(permission) ?? { rows: 'all', rules: [] };
  const told = limited ? rules.map((rule) => toldRule(limited, rule)) : [];
  return { permission, decision: rows === 'all' ? 'permit' : rows === 'none' ? 'deny' : 'some', rules: told };
}

const permissionRule = (permission: string, roles: readonly string[]): object => ({
  id: `permission:${permission}`,
  text: { vi: `Vai trò của bạn không có quyền ${permission}`, en: `Your roles lack the permission ${permission}` },
  grantedBy: roles,
  remedy: { vi: `Vai trò có quyền này: ${roles.join(', ')}`, en: `Roles that have it: ${roles.join(', ')}` },
});

function toldRule({ access }: Limited, id: string): object {
  return { id, grantedBy: access.rule(id)?.grantedBy ?? [], ...rulesText(access, [id]) };
}

const bad = (name: string): Error =>
  refuse(400, 'bad-parameter', { vi: `${name} thiếu hoặc sai`, en: `${name} is missing or wrong` }, { field: name });
