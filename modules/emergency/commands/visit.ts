/** How the emergency handlers meet a visit and the person who acts. */
import { refuse } from '@mach/base/problem.ts';
import { defined, idOf, VISIT_LABELS, type VisitState, visitStateOf } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Encounter, Practitioner, Reference } from '@mach/fhir/types.ts';
import type { AnyResource, IdentifiedResource } from '@mach/store';

export type Visit = IdentifiedResource<Encounter>;

export const WAITING: readonly VisitState[] = ['arrived', 'waiting'];
export const AT_DOCTOR: readonly VisitState[] = ['in-exam', 'awaiting-results', 'results-ready'];
export const PRESENT: readonly VisitState[] = [...WAITING, ...AT_DOCTOR];

/** Locks a visit of somebody who is in the house now. */
export async function lockPresent(ctx: CommandContext, id: string): Promise<{ visit: Visit; state: VisitState }> {
  const visit = await ctx.lock<Encounter>('Encounter', id);
  const state = visitStateOf(visit);
  if (state !== undefined && PRESENT.includes(state)) return { visit, state };
  const label = state === undefined ? { vi: 'nhập từ nơi khác', en: 'imported' } : VISIT_LABELS[state];
  throw refuse(
    409,
    'visit-over',
    { vi: `Lượt khám đang "${label.vi}"`, en: `The visit is "${label.en}"` },
    {
      field: 'encounter',
      remedy: {
        vi: 'Mở lại lượt khám kèm lý do, hoặc tiếp nhận lượt mới',
        en: 'Reopen it with a reason, or open a new one',
      },
    },
  );
}

export const patientOf = (visit: Encounter): string => idOf(visit.subject) ?? '';

export const subjectOf = (visit: Encounter): { reference: string; display?: string } =>
  defined({ reference: `Patient/${patientOf(visit)}`, display: visit.subject?.display });

export const encounterReference = (visit: Visit): { reference: string } => ({ reference: `Encounter/${visit.id}` });

export const performer = (ctx: CommandContext): Reference<Practitioner> =>
  ctx.actor.practitioner === null
    ? { display: ctx.actor.name }
    : { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name };

/** FHIR knows absent, never undefined. */
export const create = <T extends AnyResource>(ctx: CommandContext, resource: T): IdentifiedResource<T> =>
  ctx.create<T>(defined(resource));
export const seal = <T extends AnyResource>(ctx: CommandContext, resource: T): IdentifiedResource<T> =>
  ctx.seal<T>(defined(resource));
export const update = <T extends AnyResource>(
  ctx: CommandContext,
  resource: IdentifiedResource<T>,
): IdentifiedResource<T> => ctx.update<T>(defined(resource));
