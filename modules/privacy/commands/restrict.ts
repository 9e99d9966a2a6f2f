import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine';
import type { Consent, Patient, Task } from '@mach/fhir/types.ts';
import { REQUESTS } from '../contract.ts';
import { extendInput, restrictInput } from '../inputs.ts';
import { CLOSED_LABEL, isRequest, PRIVACY_EXT, RESTRICTED_TAG, requestOf, withExtension } from '../record.ts';
import { decide } from './consent.ts';
import { kindOf, lockOpen, type Request, withDelivery } from './requests.ts';

type Labelled = Patient & { id: string };

const isClosed = (label: { system?: string; code?: string }): boolean =>
  label.system === CLOSED_LABEL.system && label.code === CLOSED_LABEL.code;
const isTag = (tag: { system?: string; code?: string }): boolean =>
  tag.system === RESTRICTED_TAG.system && tag.code === RESTRICTED_TAG.code;
const restrictions = (task: Task): string[] =>
  (task.output ?? []).flatMap((one) =>
    one.type.coding?.[0]?.code === 'restriction' ? (one.valueString ?? '').split(', ') : [],
  );
const closes = (task: Task): boolean => restrictions(task).includes(CLOSED_LABEL.code);
/** Whether a restriction was placed and not lifted. */
const isHeld = (task: Task): boolean =>
  restrictions(task).length > 0 &&
  !task.extension?.some((e) => e.url === PRIVACY_EXT.restricts && e.valueCode === 'no');
const patientOf = (ctx: CommandContext, task: Task): Promise<Labelled> =>
  ctx.lock<Patient>('Patient', task.for?.reference?.split('/')[1] ?? '');

/** Restriction as the policy keeps it: refusals for purposes, and a label that closes the record to bystanders. */
export const restrictCommand = defineCommand({
  name: 'privacy.restrict',
  kind: 'intent',
  permission: REQUESTS,
  title: { vi: 'Hạn chế xử lý dữ liệu', en: 'Restrict processing' },
  input: restrictInput,
  async handle({ request, purposes, close }, ctx) {
    const task = await lockOpen(ctx, request);
    if (kindOf(task) !== 'restrict')
      throw refuse(409, 'other-kind', { vi: 'Không phải yêu cầu hạn chế', en: 'This is no request for restriction' });
    if (purposes.length === 0 && !close)
      throw refuse(422, 'nothing', { vi: 'Chọn ít nhất một việc', en: 'Choose one at least' }, { field: 'purposes' });
    const patient = await patientOf(ctx, task);
    const by = task.requester?.display ?? patient.name?.[0]?.text ?? '';
    const consents: string[] = [];
    for (const purpose of new Set(purposes))
      consents.push(
        await decide(ctx, patient, { purpose, decision: 'deny', by, relation: 'self', how: 'paper' }, request),
      );
    const [labels, tags] = [patient.meta?.security ?? [], patient.meta?.tag ?? []];
    const adds = close && !labels.some(isClosed);
    // Whoever opens the record sees that it is restricted, whichever way.
    if (adds || !tags.some(isTag))
      ctx.update<Patient>({
        ...patient,
        meta: {
          ...patient.meta,
          ...(adds ? { security: [...labels, { ...CLOSED_LABEL }] } : {}),
          tag: tags.some(isTag) ? tags : [...tags, { ...RESTRICTED_TAG }],
        },
      });
    const done = [...purposes, ...(close ? [CLOSED_LABEL.code] : [])].join(', ');
    const held: Request = {
      ...task,
      extension: withExtension(task, { url: PRIVACY_EXT.restricts, valueCode: 'yes' }),
    };
    ctx.update<Task>(withDelivery(ctx, held, 'restriction', done));
    return { request, consents };
  },
});

/** The person no longer wants it, or its ground is gone: also after the request was closed. */
export const liftRestrictionCommand = defineCommand({
  name: 'privacy.liftRestriction',
  kind: 'intent',
  permission: REQUESTS,
  title: { vi: 'Bỏ hạn chế xử lý dữ liệu', en: 'Lift a restriction' },
  input: extendInput,
  async handle({ request, reason }, ctx) {
    const task = await ctx.lock<Task>('Task', request);
    if (!isRequest(task) || kindOf(task) !== 'restrict')
      throw refuse(404, 'not-found', { vi: 'Không có yêu cầu hạn chế này', en: 'There is no such restriction' });
    if (!isHeld(task))
      throw refuse(409, 'not-restricted', { vi: 'Hạn chế này không còn', en: 'This restriction is not in force' });
    const patient = await patientOf(ctx, task);
    for (const consent of await ctx.referring<Consent>('Consent.patient', patient.id))
      if (consent.status === 'active' && requestOf(consent) === request)
        ctx.update<Consent>({ ...consent, status: 'inactive' });
    const others = (await ctx.referring<Task>('Task.patient', patient.id)).filter(
      (one) => one.id !== request && isRequest(one) && isHeld(one),
    );
    // What another request still asks for stays.
    const keeps = (what: (task: Task) => boolean): boolean => others.some(what);
    const labels = (patient.meta?.security ?? []).filter(
      (label) => !(isClosed(label) && closes(task) && !keeps(closes)),
    );
    const tags = (patient.meta?.tag ?? []).filter((tag) => !(isTag(tag) && others.length === 0));
    const { security: _labels, tag: _tags, ...meta } = patient.meta ?? {};
    ctx.update<Patient>({
      ...patient,
      meta: { ...meta, ...(labels.length > 0 ? { security: labels } : {}), ...(tags.length > 0 ? { tag: tags } : {}) },
    });
    ctx.update<Task>({
      ...task,
      extension: withExtension(task, { url: PRIVACY_EXT.restricts, valueCode: 'no' }),
      note: [...(task.note ?? []), { time: ctx.performedAt, authorString: ctx.actor.name, text: reason }],
      lastModified: ctx.now,
    });
    ctx.emit('privacy.restrictionLifted', { request, reason });
    return { request };
  },
});
