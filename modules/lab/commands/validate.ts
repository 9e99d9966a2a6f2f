import { refuse } from '@mach/base/problem.ts';
import { advanceOrder } from '@mach/encounter/contract.ts';
import { defineCommand } from '@mach/engine/command.ts';
import type { DiagnosticReport, Observation } from '@mach/fhir/types.ts';
import type { ValidateResultsResult } from '../contract.ts';
import { validateResultsInput } from '../inputs.ts';
import { isCritical, isLaboratory, itemOf } from '../read.ts';
import type { Item } from '../rules/tests.ts';
import { criticalOf, criticalText, raise, requireCall } from './critical.ts';
import { actorReference, lockOrder, orderItems, packOf, requireGroup, requireState } from './order.ts';
import { report } from './records.ts';

export const validateResultsCommand = defineCommand({
  name: 'lab.validateResults',
  kind: 'intent',
  permission: 'lab.validate',
  title: { vi: 'Duyệt kết quả', en: 'Validate results' },
  input: validateResultsInput,
  async handle(input, ctx): Promise<ValidateResultsResult> {
    const locked = await lockOrder(ctx, input.order);
    const { order, visit, patient } = locked;
    requireGroup(locked, 'lab');
    requireState(locked, 'preliminary');
    const items = orderItems(packOf(ctx), order);
    const found = await ctx.referring<Observation>('Observation.based-on', order.id);
    const preliminary = found.filter((o) => isLaboratory(o) && o.status === 'preliminary');
    const place = new Map(items.map((item, i) => [item.code, i]));
    const at = (o: Observation): number => place.get(itemOf(o) ?? '') ?? items.length;
    preliminary.sort((a, b) => at(a) - at(b));
    const entered = new Set(preliminary.map(itemOf));
    const missing = items.filter((i) => !i.computed && !entered.has(i.code));
    if (missing.length > 0 && input.incompleteReason === undefined) throw incomplete(missing);
    const critical = preliminary.filter(isCritical);
    const call = critical.length > 0 ? requireCall(ctx, input.callback, critical.map(criticalText)) : undefined;

    const me = actorReference(ctx);
    for (const one of preliminary) {
      const by = one.performer ?? [];
      const performer = by.some((p) => p.reference === me.reference && p.display === me.display) ? by : [...by, me];
      ctx.seal<Observation>({ ...one, status: 'final', issued: ctx.now, performer });
    }
    const left = missing.length > 0 ? `Chưa có: ${missing.map((m) => m.analyte.name.vi).join(', ')}` : undefined;
    const conclusion = [input.conclusion, left && `${left} (${input.incompleteReason ?? ''})`].filter(Boolean);
    const written = ctx.seal<DiagnosticReport>(
      report(ctx, order, {
        category: 'LAB',
        takenAt: preliminary[0]?.effectiveDateTime ?? ctx.performedAt,
        results: preliminary.map((o) => o.id),
        conclusion: conclusion.length > 0 ? conclusion.join('\n') : undefined,
      }),
    );
    const task = call ? raise(ctx, locked, written.id, call, criticalOf(critical)) : null;
    const moved = await ctx.call(advanceOrder, { order: order.id, to: 'validated' });
    ctx.emit('lab.validated', { encounter: visit.id, patient: patient.id, order: order.id, report: written.id });
    return {
      order: order.id,
      encounter: visit.id,
      report: written.id,
      state: moved.state,
      visitState: moved.visitState,
      critical: criticalOf(critical).items,
      task,
    };
  },
});

function incomplete(missing: readonly Item[]): Error {
  const names = (lang: 'vi' | 'en'): string => missing.map((m) => m.analyte.name[lang]).join(', ');
  return refuse(
    409,
    'results-incomplete',
    {
      vi: `Còn ${missing.length} chỉ số chưa có kết quả: ${names('vi')}`,
      en: `${missing.length} items have no result: ${names('en')}`,
    },
    {
      field: 'incompleteReason',
      remedy: { vi: 'Nhập đủ, hoặc ghi lý do duyệt thiếu', en: 'Enter them, or say why they stay open' },
    },
  );
}
