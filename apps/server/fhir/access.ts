import { type Problem, refuse } from '@mach/base/problem.ts';
import type { Actor } from '@mach/engine';
import { isBound } from '@mach/engine/policy/access.ts';
import { accessService, type Limited } from '@mach/engine/policy/service.ts';
import type { FastifyRequest } from 'fastify';
import type { Doors } from '../http/auth.ts';

/** Header in which a caller states the purpose of use (v3-PurposeOfUse); without it, treatment. */
const PURPOSE = 'x-purpose-of-use';

/**
 * What the facility's policy leaves to the one who asks, and doors into that world: its database lacks the rest, so
 * every interaction that reads through them is limited alike. Undefined limits: the doors as they are.
 * @throws Problem 400 for a purpose that is not in the policy
 */
export async function limitedDoors(
  doors: Doors,
  actor: Actor,
  request: FastifyRequest,
): Promise<{ doors: Doors; limited?: Limited }> {
  const limited = await limitsOf(doors, actor, request);
  return limited ? { doors: { ...doors, engine: limited.engine }, limited } : { doors };
}

/** What the policy leaves to the actor for the purpose that the request states. @throws Problem 400 */
export async function limitsOf(doors: Doors, actor: Actor, request: FastifyRequest): Promise<Limited | undefined> {
  const service = accessService(doors.engine);
  const stated = request.headers[PURPOSE];
  if (stated === undefined) return service.of(actor);
  if (typeof stated !== 'string' || !service.purposes().includes(stated)) throw unknownPurpose(service.purposes());
  return service.of(actor, stated);
}

/** The rules that may keep a record of a type from somebody, whichever record it is. */
export function hintRules({ access }: Limited, type: string): string[] {
  const { rows, rules } = access.records('read', type);
  const others = access.policy.rules.filter((rule) =>
    rule.kind === 'labels'
      ? rule.labels.some((label) => access.hidden.includes(label) || access.soft.includes(label))
      : rule.kind === 'consent' && rule.purposes.includes(access.asker.purpose),
  );
  return [...(rows === 'all' ? [] : rules), ...(isBound(access.pack, type) ? others.map((rule) => rule.id) : [])];
}

const unknownPurpose = (known: readonly string[]): Problem =>
  refuse(
    400,
    'unknown-purpose',
    { vi: 'Mục đích sử dụng không có trong chính sách', en: 'The purpose of use is not one of the policy' },
    { field: 'X-Purpose-Of-Use', remedy: { vi: known.join(', '), en: known.join(', ') } },
  );
