import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine';
import type { Consent, Patient, Task } from '@mach/fhir/types.ts';
import { REQUESTS } from '../contract.ts';
import { extendInput, restrictInput } from '../inputs.ts';
import { CLOSED_LABEL, isRequest, requestOf } from '../record.ts';
import { decide } from './consent.ts';
import { kindOf, lockOpen, withDelivery } from './requests.ts';

type Labelled = Patient & { id: string };

const isClosed = (label: { system?: string; code?: string }): boolean =>
  label.system === CLOSED_LABEL.system && label.code === CLOSED_LABEL.code;
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
    if (close && !patient.meta?.security?.some(isClosed))
      ctx.update<Patient>({
        ...patient,
        meta: { ...patient.meta, security: [...(patient.meta?.security ?? []), { ...CLOSED_LABEL }] },
      });
    const done = [...purposes, ...(close ? [CLOSED_LABEL.code] : [])].join(', ');
    ctx.update<Task>(withDelivery(ctx, task, 'restriction', done));
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
    const patient = await patientOf(ctx, task);
    for (const consent of await ctx.referring<Consent>('Consent.patient', patient.id))
      if (consent.status === 'active' && requestOf(consent) === request)
        ctx.update<Consent>({ ...consent, status: 'inactive' });
    const labels = patient.meta?.security ?? [];
    const closed = task.output?.some(
      (o) => o.type.coding?.[0]?.code === 'restriction' && o.valueString?.split(', ').includes(CLOSED_LABEL.code),
    );
    if (closed && labels.some(isClosed)) {
      const { security: _, ...meta } = patient.meta ?? {};
      const left = labels.filter((label) => !isClosed(label));
      ctx.update<Patient>({ ...patient, meta: left.length > 0 ? { ...meta, security: left } : meta });
    }
    ctx.update<Task>({
      ...task,
      note: [...(task.note ?? []), { time: ctx.performedAt, authorString: ctx.actor.name, text: reason }],
      lastModified: ctx.now,
    });
    ctx.emit('privacy.restrictionLifted', { request, reason });
    return { request };
  },
});
