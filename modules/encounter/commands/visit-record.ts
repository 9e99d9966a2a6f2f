/** How handlers read and write a visit: every kernel deed locks the visit first, so deeds on one visit stand in line. */
import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import type { Result } from '@mach/base/result.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Encounter, Extension, Patient, Practitioner, Reference, ServiceRequest } from '@mach/fhir/types.ts';
import type { AnyResource, IdentifiedResource } from '@mach/store';
import { EXT } from '@mach/vn/systems.ts';
import { defined } from '../defined.ts';
import { extension, idOf, orderStateOf, serviceGroupOf, visitStateOf } from '../read.ts';
import type { OrderFacts } from '../rules/order.ts';
import { encounterStatus, nextVisitState, type VisitDeed } from '../rules/visit.ts';
import type { VisitState } from '../states.ts';

export const create = <T extends AnyResource>(ctx: CommandContext, resource: T): IdentifiedResource<T> =>
  ctx.create<T>(defined(resource));
export const update = <T extends AnyResource>(
  ctx: CommandContext,
  resource: IdentifiedResource<T>,
): IdentifiedResource<T> => ctx.update<T>(defined(resource));
export const seal = <T extends AnyResource>(ctx: CommandContext, resource: T): IdentifiedResource<T> =>
  ctx.seal<T>(defined(resource));

export type Visit = IdentifiedResource<Encounter>;
export type Order = IdentifiedResource<ServiceRequest>;

/** The value, or the refusal as a conflict with the state of things. */
export function orRefuse<T>(result: Result<T, Issue>): T {
  if (result.ok) return result.value;
  throw new Problem(result.error.code === 'reason-required' ? 422 : 409, [result.error]);
}

/** The visit, locked. A foreign encounter (imported history) is no visit of this house. */
export async function lockVisit(ctx: CommandContext, id: string): Promise<{ visit: Visit; state: VisitState }> {
  const visit = await ctx.lock<Encounter>('Encounter', id);
  const state = visitStateOf(visit);
  if (state === undefined)
    throw refuse(
      409,
      'foreign-visit',
      { vi: 'Lượt khám này được nhập từ nơi khác, chỉ để xem', en: 'This visit was imported and is read-only' },
      { field: 'encounter', remedy: { vi: 'Mở lượt khám mới tại tiếp đón', en: 'Open a new visit at reception' } },
    );
  return { visit, state };
}

export const patientReference = (visit: Encounter): Reference<Patient> => ({
  reference: `Patient/${patientOf(visit)}`,
  display: visit.subject?.display,
});

export const patientOf = (visit: Encounter): string => idOf(visit.subject) ?? '';

export const actorReference = (ctx: CommandContext): Reference<Practitioner> | undefined =>
  ctx.actor.practitioner === null
    ? undefined
    : { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name };

const actorKey = (ctx: CommandContext): string => ctx.actor.practitioner ?? ctx.actor.login;

/** Extensions without those of a URL, and the new ones behind. */
export function withExtension(
  resource: { extension?: Extension[] },
  url: string,
  ...replaced: readonly Extension[]
): Extension[] {
  return [...(resource.extension ?? []).filter((e) => e.url !== url), ...replaced];
}

export function stateTime(ctx: CommandContext, state: string): Extension {
  return {
    url: EXT.stateTime,
    extension: [
      { url: 'state', valueCode: state },
      { url: 'at', valueInstant: ctx.performedAt },
      { url: 'by', valueString: actorKey(ctx) },
    ],
  };
}

/** The visit in a further state, with the time at which it was entered. */
export function inState(ctx: CommandContext, visit: Visit, state: VisitState): Visit {
  const before = visitStateOf(visit);
  const extensions = withExtension(visit, EXT.visitState, { url: EXT.visitState, valueCode: state });
  const status = encounterStatus(state);
  const ended = status === 'finished' || status === 'cancelled';
  return {
    ...visit,
    status,
    period: { ...visit.period, end: ended ? (visit.period?.end ?? ctx.performedAt) : undefined },
    extension: before === state ? extensions : [...extensions, stateTime(ctx, state)],
  };
}

/** Takes a visit one deed further and writes it. */
export function move(ctx: CommandContext, visit: Visit, deed: VisitDeed, change: Partial<Encounter> = {}): Visit {
  const from = visitStateOf(visit) ?? 'cancelled';
  const to = orRefuse(nextVisitState(from, deed));
  return update<Encounter>(ctx, inState(ctx, { ...visit, ...change }, to));
}

export async function ordersOf(ctx: CommandContext, encounter: string): Promise<Order[]> {
  const found = await ctx.referring<ServiceRequest>('ServiceRequest.encounter', encounter);
  return found.filter((order) => orderStateOf(order) !== undefined);
}

export const orderFacts = (order: ServiceRequest): OrderFacts => ({
  group: serviceGroupOf(order),
  state: orderStateOf(order),
});

/** Copies of records with one extension swapped: for updates that must not touch what was read. */
export function withCode<T extends AnyResource & { extension?: Extension[] }>(
  resource: T,
  url: string,
  code: string,
): T {
  return { ...resource, extension: withExtension(resource, url, { url, valueCode: code }) };
}

export const result = (visit: Visit): { encounter: string; state: VisitState } => ({
  encounter: visit.id,
  state: extension(visit, EXT.visitState)?.valueCode as VisitState,
});
