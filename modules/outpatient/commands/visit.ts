/** How the outpatient handlers meet a visit and the person who acts. */
import { refuse } from '@mach/base/problem.ts';
import { defined, idOf, VISIT_LABELS, type VisitState, visitStateOf } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Encounter, Practitioner, Reference } from '@mach/fhir/types.ts';
import type { AnyResource, IdentifiedResource } from '@mach/store';

export type Visit = IdentifiedResource<Encounter>;

/** States in which the doctor writes to a visit. */
const AT_DOCTOR: readonly VisitState[] = ['in-exam', 'awaiting-results', 'results-ready'];

/** What is written under a doctor's name needs that name: the account must stand for a practitioner. */
export function requirePractitioner(ctx: CommandContext): { reference: string; display: string } {
  if (ctx.actor.practitioner !== null)
    return { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name };
  throw refuse(
    403,
    'no-practitioner',
    {
      vi: `Tài khoản ${ctx.actor.login} chưa gắn với người hành nghề`,
      en: `Account ${ctx.actor.login} stands for no practitioner`,
    },
    {
      remedy: {
        vi: 'Nhờ quản trị gắn hồ sơ người hành nghề cho tài khoản',
        en: 'Ask an administrator to link the account to a practitioner',
      },
    },
  );
}

/** Who measured or asked; a device without a practitioner keeps its account's name. */
export const performer = (ctx: CommandContext): Reference<Practitioner> =>
  ctx.actor.practitioner === null
    ? { display: ctx.actor.name }
    : { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name };

export const patientOf = (visit: Encounter): string => idOf(visit.subject) ?? '';

export const subjectOf = (visit: Encounter): { reference: string; display?: string } => ({
  reference: `Patient/${patientOf(visit)}`,
  display: visit.subject?.display,
});

/** A visit of this house; imported encounters carry no state and are read-only. */
export function stateOfVisit(visit: Encounter): VisitState {
  const state = visitStateOf(visit);
  if (state !== undefined) return state;
  throw refuse(
    409,
    'foreign-visit',
    { vi: 'Lượt khám này được nhập từ nơi khác, chỉ để xem', en: 'This visit was imported and is read-only' },
    { field: 'encounter', remedy: { vi: 'Mở lượt khám mới tại tiếp đón', en: 'Open a new visit at reception' } },
  );
}

/** Locks a visit that the doctor may write to now. */
export async function lockAtDoctor(ctx: CommandContext, encounter: string): Promise<Visit> {
  const visit = await ctx.lock<Encounter>('Encounter', encounter);
  const state = stateOfVisit(visit);
  if (AT_DOCTOR.includes(state)) return visit;
  const early = state === 'booked' || state === 'arrived' || state === 'waiting';
  throw refuse(
    409,
    'visit-state',
    {
      vi: `Lượt khám đang "${VISIT_LABELS[state].vi}": chưa ghi hồ sơ khám được`,
      en: `The visit is "${VISIT_LABELS[state].en}": the doctor cannot write to it`,
    },
    {
      field: 'encounter',
      remedy: early
        ? { vi: 'Gọi người bệnh vào khám trước', en: 'Call the patient in first' }
        : { vi: 'Mở lại lượt khám kèm lý do, rồi làm tiếp', en: 'Reopen the visit with a reason, then go on' },
    },
  );
}

/** FHIR knows absent, never undefined: what handlers write goes through these. */
export const create = <T extends AnyResource>(ctx: CommandContext, resource: T): IdentifiedResource<T> =>
  ctx.create<T>(defined(resource));
export const update = <T extends AnyResource>(
  ctx: CommandContext,
  resource: IdentifiedResource<T>,
): IdentifiedResource<T> => ctx.update<T>(defined(resource));
export const seal = <T extends AnyResource>(ctx: CommandContext, resource: T): IdentifiedResource<T> =>
  ctx.seal<T>(defined(resource));
export const correct = <T extends AnyResource>(
  ctx: CommandContext,
  resource: IdentifiedResource<T>,
  reason: string,
): IdentifiedResource<T> => ctx.correct<T>(defined(resource), reason);
