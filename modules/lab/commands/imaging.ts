import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { localCompact, localDate } from '@mach/base/time.ts';
import { advanceOrder, defined, serviceOf, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { DiagnosticReport, Extension, ServiceRequest } from '@mach/fhir/types.ts';
import { SID } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import type { ReportResult, StartImagingResult } from '../contract.ts';
import { correctReportInput, reportImagingInput, startImagingInput } from '../inputs.ts';
import { LAB_EXT, recommendationOf } from '../read.ts';
import { labelCode } from '../rules/label-code.ts';
import { ageYearsOf } from '../rules/person.ts';
import { askedOf, riskOf, SAFETY_TEXT } from '../rules/safety.ts';
import { correctedFrom } from './correct.ts';
import { raise, requireCall } from './critical.ts';
import { mediaOf } from './images.ts';
import { type Locked, lockOrder, packOf, requireGroup, requirePatient, requireState } from './order.ts';
import { narrative, report } from './records.ts';

type Answers = z.output<typeof startImagingInput>['safety'];

export const startImagingCommand = defineCommand({
  name: 'lab.startImaging',
  kind: 'intent',
  permission: 'lab.report-imaging',
  title: { vi: 'Bắt đầu chụp, đo', en: 'Start an examination' },
  input: startImagingInput,
  async handle(input, ctx): Promise<StartImagingResult> {
    const locked = await lockOrder(ctx, input.order);
    requireGroup(locked, 'imaging', 'functional');
    requireState(locked, 'signed', 'accepted');
    await requirePatient(ctx, locked, input.patient);
    checkSafety(ctx, locked, input.safety ?? []);
    const serial = await ctx.next(`accession:${localCompact(ctx.performedAt, 8)}`);
    const accession = labelCode('A', localDate(ctx.performedAt), serial);
    const { order } = locked;
    ctx.update<ServiceRequest>({
      ...order,
      identifier: [
        ...(order.identifier ?? []).filter((i) => i.system !== SID.accession),
        { system: SID.accession, value: accession },
      ],
      extension: [
        ...(order.extension ?? []).filter((e) => e.url !== LAB_EXT.safety),
        ...(input.safety ?? []).map(safetyExtension),
      ],
    });
    const moved = await ctx.call(advanceOrder, { order: order.id, to: 'in-progress' });
    return { order: order.id, encounter: locked.visit.id, state: moved.state, accession };
  },
});

function safetyExtension({ question, answer, note }: NonNullable<Answers>[number]): Extension {
  const parts: Extension[] = [
    { url: 'question', valueCode: question },
    { url: 'answer', valueCode: answer },
  ];
  if (note !== undefined) parts.push({ url: 'note', valueString: note });
  return { url: LAB_EXT.safety, extension: parts };
}

/** Every question of the technique is answered; a risky answer needs an override `safety:<question>`. */
function checkSafety(ctx: CommandContext, { order, patient }: Locked, answers: NonNullable<Answers>): void {
  const asked = askedOf(packOf(ctx).services.get(serviceOf(order) ?? '')?.safety ?? [], {
    sex: patient.gender,
    ageYears: ageYearsOf(patient.birthDate, ctx.performedAt),
  });
  const issues: Issue[] = [];
  for (const question of asked) {
    const answer = answers.find((a) => a.question === question)?.answer;
    const name = SAFETY_TEXT[question] ?? { vi: question, en: question };
    const rule = `safety:${question}`;
    if (answer === undefined)
      issues.push({
        severity: 'error',
        code: 'safety-unanswered',
        field: 'safety',
        text: { vi: `Chưa hỏi: ${name.vi}`, en: `Not asked yet: ${name.en}` },
        remedy: { vi: 'Hỏi người bệnh rồi ghi câu trả lời', en: 'Ask the person and record the answer' },
      });
    else if (riskOf(question, answer) && !ctx.overrides.some((o) => o.rule === rule))
      issues.push({
        severity: 'warning',
        code: rule,
        field: 'safety',
        text: { vi: `Có nguy cơ: ${name.vi}`, en: `Risk: ${name.en}` },
        remedy: {
          vi: 'Hỏi bác sĩ; nếu vẫn làm, bỏ qua cảnh báo kèm lý do',
          en: 'Ask the doctor; to go on, override with a reason',
        },
      });
  }
  if (issues.length > 0) throw new Problem(422, issues);
}

export const reportImagingCommand = defineCommand({
  name: 'lab.reportImaging',
  kind: 'intent',
  permission: 'lab.report-imaging',
  title: { vi: 'Trả kết quả chẩn đoán hình ảnh', en: 'Report an examination' },
  input: reportImagingInput,
  async handle(input, ctx): Promise<ReportResult> {
    const locked = await lockOrder(ctx, input.order);
    const { order, visit, patient } = locked;
    requireGroup(locked, 'imaging', 'functional');
    requireState(locked, 'signed', 'accepted', 'in-progress', 'performed', 'preliminary');
    if (input.patient !== undefined) await requirePatient(ctx, locked, input.patient);
    const call = input.critical ? requireCall(ctx, input.callback, [input.conclusion]) : undefined;
    const media = await mediaOf(ctx, order.id, input.images);
    const written = ctx.seal<DiagnosticReport>({
      ...report(ctx, order, {
        category: 'RAD',
        takenAt: ctx.performedAt,
        results: [],
        findings: input.findings,
        conclusion: input.conclusion,
        recommendation: input.recommendation,
      }),
      ...(media ? { media } : {}),
    });
    const task = call
      ? raise(ctx, locked, written.id, call, { text: `${order.code?.text ?? ''}: ${input.conclusion}`, items: [] })
      : null;
    const moved = await ctx.call(advanceOrder, { order: order.id, to: 'validated' });
    ctx.emit('lab.validated', { encounter: visit.id, patient: patient.id, order: order.id, report: written.id });
    return {
      order: order.id,
      encounter: visit.id,
      report: written.id,
      state: moved.state,
      visitState: moved.visitState,
      task,
    };
  },
});

export const correctReportCommand = defineCommand({
  name: 'lab.correctReport',
  kind: 'intent',
  permission: 'lab.correct-report',
  title: { vi: 'Đính chính kết quả chẩn đoán hình ảnh', en: 'Correct a report' },
  input: correctReportInput,
  async handle(input, ctx): Promise<ReportResult> {
    const locked = await lockOrder(ctx, input.order);
    const { order, visit, patient, state } = locked;
    requireGroup(locked, 'imaging', 'functional');
    requireState(locked, 'validated', 'seen');
    const reports = await ctx.referring<DiagnosticReport>('DiagnosticReport.based-on', order.id);
    const standing = reports.findLast((r) => r.status === 'final' || r.status === 'corrected');
    if (!standing)
      throw refuse(
        404,
        'report-missing',
        { vi: 'Chỉ định này chưa có kết quả để đính chính', en: 'There is no report to correct' },
        { field: 'order', remedy: { vi: 'Trả kết quả trước', en: 'Report it first' } },
      );
    const replaced = new Set<string>([LAB_EXT.findings, LAB_EXT.recommendation]);
    // Left out, the recommendation stands; an empty one takes it back.
    const recommendation = input.recommendation ?? recommendationOf(standing);
    const before = standing.conclusion ?? '';
    const extension: Extension[] = [
      ...(standing.extension ?? []).filter((e) => !replaced.has(e.url ?? '')),
      { url: LAB_EXT.findings, valueString: input.findings },
      ...(recommendation === '' ? [] : [{ url: LAB_EXT.recommendation, valueString: recommendation }]),
      correctedFrom(ctx, before, standing.issued, input.reason),
    ];
    const media = input.images ? await mediaOf(ctx, order.id, input.images) : standing.media;
    ctx.correct<DiagnosticReport>(
      defined({
        ...standing,
        media,
        text: narrative(input.findings, input.conclusion, recommendation),
        status: 'corrected' as const,
        issued: ctx.now,
        extension,
        conclusion: input.conclusion,
      }),
      input.reason,
    );
    if (state === 'seen') await ctx.call(advanceOrder, { order: order.id, to: 'validated', reason: input.reason });
    ctx.emit('lab.corrected', {
      encounter: visit.id,
      patient: patient.id,
      order: order.id,
      report: standing.id,
      item: null,
    });
    return {
      order: order.id,
      encounter: visit.id,
      report: standing.id,
      state: 'validated',
      visitState: visitStateOf(visit) ?? 'closed',
      task: null,
    };
  },
});
