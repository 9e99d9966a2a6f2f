import { Problem, refuse } from '@mach/base/problem.ts';
import { advanceOrder, defined } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { DiagnosticReport, Extension, Observation } from '@mach/fhir/types.ts';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import type { CorrectResultResult } from '../contract.ts';
import { correctResultInput } from '../inputs.ts';
import { isCritical, isFinal, isLaboratory, itemOf, LAB_EXT, textOf } from '../read.ts';
import { compareWith, plainNumber, previousResults } from '../rules/delta.ts';
import { CREATININE, EGFR, EGFR_RULE, egfrOf } from '../rules/egfr.ts';
import { ageDaysOf, ageYearsOf, labPerson, sexOf } from '../rules/person.ts';
import type { Item } from '../rules/tests.ts';
import type { UnitFacts } from '../rules/units.ts';
import { type JudgedValue, judge, type ReadValue, readValue, shownNumber } from '../rules/values.ts';
import { criticalOf, criticalText, raise, requireCall, retell } from './critical.ts';
import { type Locked, lockOrder, orderItems, packOf, requireGroup, requireState } from './order.ts';
import { observation } from './records.ts';

type Found = Observation & { id: string };

export const correctResultCommand = defineCommand({
  name: 'lab.correctResult',
  kind: 'intent',
  permission: 'lab.correct',
  title: { vi: 'Đính chính kết quả', en: 'Correct a result' },
  input: correctResultInput,
  async handle(input, ctx): Promise<CorrectResultResult> {
    const locked = await lockOrder(ctx, input.order);
    const { order, state, visit, patient } = locked;
    requireGroup(locked, 'lab');
    requireState(locked, 'validated', 'seen');
    const pack = packOf(ctx);
    const items = orderItems(pack, order);
    const item = items.find((i) => i.code === input.item && !i.computed);
    const all = (await ctx.referring<Observation>('Observation.based-on', order.id)).filter(
      (o) => isLaboratory(o) && isFinal(o),
    );
    const standing = all.find((o) => itemOf(o) === input.item);
    if (!item || !standing) throw noResult(input.item);
    const corrector = await Corrector.over(ctx, pack, locked, input.reason);
    const read = readValue(input.value, item.analyte, pack, 'value', corrector.unitFacts(input.item, standing));
    if (!read.ok) throw new Problem(422, [read.error]);
    if (read.value.text === textOf(standing))
      throw refuse(
        409,
        'same-value',
        { vi: 'Giá trị mới trùng giá trị cũ', en: 'The new value is the old one' },
        { field: 'value', remedy: { vi: 'Ghi giá trị đúng', en: 'Write the right value' } },
      );

    const { written, judged } = corrector.correct(item, standing, read.value);
    const followed = corrector.follow(items, all, item, judged);
    const critical = [written, ...followed].filter((o) => isFinal(o) && isCritical(o));
    const call = critical.length > 0 ? requireCall(ctx, input.callback, critical.map(criticalText)) : undefined;
    const report = await correctReportOf(ctx, order.id, `${item.analyte.name.vi}: ${textOf(standing)}`, input.reason);
    const changed = new Set([written, ...followed].map((o) => o.id));
    await retell(
      ctx,
      report,
      all.filter((o) => !changed.has(o.id) && isCritical(o)),
      `Đính chính ${item.analyte.name.vi}: ${textOf(standing)} → ${judged.text}. ${input.reason}`,
    );
    if (call) raise(ctx, locked, report, call, criticalOf(critical));
    // The doctor has seen the old value: the order asks to be seen again.
    if (state === 'seen') await ctx.call(advanceOrder, { order: order.id, to: 'validated', reason: input.reason });
    ctx.emit('lab.corrected', { encounter: visit.id, patient: patient.id, order: order.id, report, item: input.item });
    return {
      observation: written.id,
      report,
      before: textOf(standing),
      after: judged.text,
      flag: judged.flag,
      critical: judged.critical,
    };
  },
});

const noResult = (item: string): Error =>
  refuse(
    404,
    'result-missing',
    { vi: `Chỉ định này không có kết quả "${item}" để đính chính`, en: `The order has no result "${item}" to correct` },
    { field: 'item', remedy: { vi: 'Chọn một chỉ số đã duyệt', en: 'Choose a validated item' } },
  );

export function correctedFrom(ctx: CommandContext, text: string, at: string | undefined, reason: string): Extension {
  return {
    url: LAB_EXT.correctedFrom,
    extension: [
      { url: 'text', valueString: text },
      { url: 'at', valueInstant: at ?? ctx.now },
      { url: 'reason', valueString: reason },
    ],
  };
}

/** New versions of sealed results; what stood there stays in the record, and in its history. */
class Corrector {
  private readonly ctx: CommandContext;
  private readonly pack: LabPack;
  private readonly locked: Locked;
  private readonly reason: string;
  private readonly earlier: readonly Found[];
  private constructor(ctx: CommandContext, pack: LabPack, locked: Locked, reason: string, earlier: readonly Found[]) {
    this.ctx = ctx;
    this.pack = pack;
    this.locked = locked;
    this.reason = reason;
    this.earlier = earlier;
  }

  static async over(ctx: CommandContext, pack: LabPack, locked: Locked, reason: string): Promise<Corrector> {
    const earlier = await ctx.referring<Observation>('Observation.subject', locked.patient.id);
    return new Corrector(ctx, pack, locked, reason, earlier.filter(isLaboratory));
  }

  /** What tells whether a typed number slipped in from another unit. The value that is corrected says nothing: it was wrong. */
  unitFacts(item: string, standing: Found): UnitFacts {
    const at = standing.effectiveDateTime ?? this.ctx.performedAt;
    const before = previousResults(this.earlier, this.locked.order.id, at).get(item);
    const last = before && plainNumber(before);
    return {
      ageDays: ageDaysOf(this.locked.patient.birthDate, at),
      at,
      ...(before && last ? { previous: { value: last, at: before.effectiveDateTime ?? at } } : {}),
    };
  }

  correct(
    item: Item,
    standing: Found,
    read: ReadValue,
    computed?: { rule: string; hash: string; from: string[] },
  ): { written: Found; judged: JudgedValue } {
    const { ctx, pack, locked } = this;
    const takenAt = standing.effectiveDateTime ?? ctx.performedAt;
    const judged = judge(pack, item.analyte, read, labPerson(locked.patient, takenAt));
    const before = previousResults(this.earlier, locked.order.id, takenAt).get(item.code);
    const content = observation(ctx, pack, locked.order, {
      analyte: item.analyte,
      judged,
      previous: before && compareWith(pack, item.code, judged.value, takenAt, before),
      takenAt,
      computed,
    });
    const history = (standing.extension ?? []).filter((e) => e.url === LAB_EXT.correctedFrom);
    const written = ctx.correct<Observation>(
      defined({
        ...content,
        id: standing.id,
        meta: standing.meta,
        status: 'corrected' as const,
        specimen: standing.specimen,
        device: standing.device,
        note: read.from === undefined ? standing.note : [{ text: `Đổi từ ${read.from}`, time: ctx.performedAt }],
        extension: [
          ...(content.extension ?? []),
          ...history,
          correctedFrom(ctx, textOf(standing), standing.issued, this.reason),
        ],
      }),
      this.reason,
    );
    return { written, judged };
  }

  /** eGFR follows a corrected creatinine; where it can no longer be computed it is withdrawn. */
  follow(items: readonly Item[], all: readonly Found[], changed: Item, judged: JudgedValue): Found[] {
    const standing = all.find((o) => itemOf(o) === EGFR);
    const item = items.find((i) => i.code === EGFR);
    if (changed.code !== CREATININE || !standing || !item) return [];
    const { ctx, locked } = this;
    const value = egfrOf(judged.value, {
      ageYears: ageYearsOf(locked.patient.birthDate, standing.effectiveDateTime ?? ctx.performedAt),
      sex: sexOf(locked.patient),
    });
    if (value?.kind !== 'quantity') {
      return [ctx.correct<Observation>({ ...standing, status: 'entered-in-error' }, this.reason)];
    }
    const text = shownNumber(value.value, item.analyte.decimals);
    if (text === textOf(standing)) return [];
    const from = standing.derivedFrom?.flatMap((d) => d.reference?.split('/')[1] ?? []) ?? [];
    return [
      this.correct(item, standing, { value, text }, { rule: EGFR_RULE, hash: ctx.rules('lab').hash, from }).written,
    ];
  }
}

/** A new version of the order's report that says what was corrected. @returns its id. */
async function correctReportOf(ctx: CommandContext, order: string, before: string, reason: string): Promise<string> {
  const reports = await ctx.referring<DiagnosticReport>('DiagnosticReport.based-on', order);
  const report = reports.findLast((r) => r.status !== 'entered-in-error' && r.status !== 'cancelled');
  if (!report) throw new Error(`order ${order} is validated but has no report`);
  ctx.correct<DiagnosticReport>(
    {
      ...report,
      status: 'corrected',
      issued: ctx.now,
      extension: [...(report.extension ?? []), correctedFrom(ctx, before, report.issued, reason)],
    },
    reason,
  );
  return report.id;
}
