/** From judged values to FHIR. Pure, but for the clock and ids that the context lends. */
import { defined, serviceGroupOf } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type {
  Coding,
  Communication,
  DiagnosticReport,
  Extension,
  Observation,
  Reference,
  ServiceRequest,
  Task,
} from '@mach/fhir/types.ts';
import type { Analyte, LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import type { z } from 'zod';
import { CRITICAL_TASK } from '../contract.ts';
import type { callBackInput } from '../inputs.ts';
import { FHIR_CS, LAB_EXT } from '../read.ts';
import type { Previous } from '../rules/delta.ts';
import { codeText, type JudgedValue } from '../rules/values.ts';
import { actorReference, type Order, subjectOf } from './order.ts';

const FLAG_NAMES: Readonly<Record<string, string>> = {
  N: 'Normal',
  L: 'Low',
  LL: 'Critical low',
  H: 'High',
  HH: 'Critical high',
  A: 'Abnormal',
  AA: 'Critical abnormal',
};

export interface ResultFacts {
  analyte: Analyte;
  judged: JudgedValue;
  previous?: Previous;
  note?: string;
  device?: string;
  /** When the specimen was taken. */
  takenAt: string;
  /** Rule that computed it, and the results that it was computed from. */
  computed?: { rule: string; hash: string; from: string[] };
}

/** A result as an Observation, without its id and status. */
export function observation(ctx: CommandContext, pack: LabPack, order: Order, facts: ResultFacts): Observation {
  const { analyte, judged, previous } = facts;
  const coding: Coding[] = [{ system: CS.labIndex, code: analyte.code, display: analyte.name.vi }];
  if (analyte.loinc !== undefined) coding.push({ system: CS.loinc, code: analyte.loinc });
  const extension: Extension[] = [{ url: LAB_EXT.resultText, valueString: judged.text }];
  if (previous) extension.push(previousExtension(previous));
  if (facts.computed)
    extension.push({
      url: EXT.computedBy,
      extension: [
        { url: 'name', valueString: facts.computed.rule },
        { url: 'hash', valueString: facts.computed.hash },
      ],
    });
  return defined<Observation>({
    resourceType: 'Observation',
    extension,
    basedOn: [{ reference: `ServiceRequest/${order.id}` }],
    status: 'preliminary',
    category: [{ coding: [{ system: FHIR_CS.observationCategory, code: 'laboratory', display: 'Laboratory' }] }],
    code: { coding, text: analyte.name.vi },
    subject: subjectOf(order),
    encounter: order.encounter,
    effectiveDateTime: facts.takenAt,
    issued: ctx.now,
    performer: [actorReference(ctx)],
    ...fhirValue(pack, analyte, judged),
    interpretation:
      judged.flag === null
        ? undefined
        : [
            {
              coding: [{ system: FHIR_CS.interpretation, code: judged.flag, display: FLAG_NAMES[judged.flag] }],
            },
          ],
    note: facts.note === undefined ? undefined : [{ text: facts.note, time: ctx.performedAt }],
    specimen: order.specimen?.[0],
    device: facts.device === undefined ? undefined : { display: facts.device },
    referenceRange: rangeOf(analyte, judged),
    derivedFrom: facts.computed?.from.map((id) => ({ reference: `Observation/${id}` })),
  });
}

function previousExtension(previous: Previous): Extension {
  const parts: Extension[] = [
    { url: 'text', valueString: previous.text },
    { url: 'at', valueInstant: previous.at },
    { url: 'exceeds', valueBoolean: previous.exceeds },
    { url: 'observation', valueReference: { reference: `Observation/${previous.observation}` } },
  ];
  if (previous.difference !== undefined) parts.push({ url: 'difference', valueString: previous.difference });
  return { url: LAB_EXT.previousResult, extension: parts };
}

function fhirValue(pack: LabPack, analyte: Analyte, { value, text }: JudgedValue): Partial<Observation> {
  switch (value.kind) {
    case 'quantity':
      return {
        valueQuantity: {
          value: value.value.toNumber(),
          comparator: value.comparator,
          unit: analyte.unit === '' ? undefined : analyte.unit,
          ...(analyte.ucum === undefined ? {} : { system: CS.ucum, code: analyte.ucum }),
        },
      };
    case 'code': {
      const display = codeText(value.code, analyte, pack);
      return {
        valueCodeableConcept: {
          coding: [{ system: `${CS.labIndex}-value`, code: value.code, display: display.en }],
          text: display.vi,
        },
      };
    }
    case 'titre':
      return { valueRatio: { numerator: { value: 1 }, denominator: { value: value.denominator.toNumber() } } };
    case 'text':
      return { valueString: text };
  }
}

function rangeOf(analyte: Analyte, judged: JudgedValue): Observation['referenceRange'] {
  if (!judged.range || judged.rangeText === '') return undefined;
  const limit = (value: { toNumber(): number } | undefined) =>
    value && {
      value: value.toNumber(),
      unit: analyte.unit === '' ? undefined : analyte.unit,
      ...(analyte.ucum === undefined ? {} : { system: CS.ucum, code: analyte.ucum }),
    };
  return [
    {
      low: limit(judged.range.low?.value),
      high: limit(judged.range.high?.value),
      text: judged.rangeText,
    },
  ];
}

const SERVICE_NAMES = { LAB: 'Laboratory', RAD: 'Radiology' } as const;

export interface ReportFacts {
  category: keyof typeof SERVICE_NAMES;
  takenAt: string;
  results: readonly string[];
  conclusion?: string;
  findings?: string;
  recommendation?: string;
}

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => XML[c] ?? c);

/** Findings and conclusion for readers that know nothing of our extensions. */
export function narrative(...paragraphs: (string | undefined)[]): DiagnosticReport['text'] {
  const body = paragraphs
    .filter((p): p is string => p !== undefined && p !== '')
    .map((p) => `<p>${p.split('\n').map(escaped).join('<br/>')}</p>`)
    .join('');
  if (body === '') return undefined;
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${body}</div>` };
}

export function report(ctx: CommandContext, order: Order, facts: ReportFacts): DiagnosticReport {
  const extension: Extension[] = [];
  if (facts.findings !== undefined) extension.push({ url: LAB_EXT.findings, valueString: facts.findings });
  if (facts.recommendation !== undefined)
    extension.push({ url: LAB_EXT.recommendation, valueString: facts.recommendation });
  return defined<DiagnosticReport>({
    resourceType: 'DiagnosticReport',
    text: narrative(facts.findings, facts.conclusion, facts.recommendation),
    extension,
    identifier: order.identifier?.filter((i) => i.system === SID.orderCode),
    basedOn: [{ reference: `ServiceRequest/${order.id}` }],
    status: 'final',
    category: [
      {
        coding: [
          { system: FHIR_CS.diagnosticService, code: facts.category, display: SERVICE_NAMES[facts.category] },
          ...(serviceGroupOf(order) ? [{ system: CS.serviceGroup, code: serviceGroupOf(order) }] : []),
        ],
      },
    ],
    code: order.code ?? { text: '' },
    subject: subjectOf(order),
    encounter: order.encounter,
    effectiveDateTime: facts.takenAt,
    issued: ctx.now,
    performer: [actorReference(ctx)],
    resultsInterpreter: [actorReference(ctx)],
    specimen: order.specimen,
    result: facts.results.map((id) => ({ reference: `Observation/${id}` })),
    conclusion: facts.conclusion,
  });
}

/** Who ordered: the one who must hear of a critical value. */
export const doctorOf = (order: ServiceRequest): string | null => order.requester?.reference?.split('/')[1] ?? null;

/** The call: who was told, that it was said back, when. Sealed with the report. */
export function callRecord(
  ctx: CommandContext,
  order: Order,
  reportId: string,
  callback: z.output<typeof callBackInput>,
  text: string,
): Communication {
  return defined<Communication>({
    resourceType: 'Communication',
    basedOn: [{ reference: `ServiceRequest/${order.id}` }],
    status: 'completed',
    category: [{ coding: [{ system: CS.document, code: 'critical-call', display: 'Báo giá trị báo động' }] }],
    priority: 'stat',
    subject: subjectOf(order),
    about: [{ reference: `DiagnosticReport/${reportId}` }],
    encounter: order.encounter,
    sent: callback.at ?? ctx.performedAt,
    received: callback.at ?? ctx.performedAt,
    recipient: [{ display: callback.to } as Reference<never>],
    sender: actorReference(ctx),
    payload: [{ contentString: text }],
    note: [
      { text: 'Người nhận đã đọc lại đúng', time: ctx.performedAt },
      ...(callback.note === undefined ? [] : [{ text: callback.note, time: ctx.performedAt }]),
    ],
  });
}

/** Work for the doctor who ordered: stands until it is acknowledged. */
export function criticalTask(ctx: CommandContext, order: Order, reportId: string, text: string): Task {
  return defined<Task>({
    resourceType: 'Task',
    basedOn: [{ reference: `ServiceRequest/${order.id}` }],
    status: 'requested',
    intent: 'order',
    priority: 'stat',
    code: { coding: [{ system: CS.document, code: CRITICAL_TASK, display: 'Kết quả báo động' }] },
    description: text,
    focus: { reference: `DiagnosticReport/${reportId}` },
    for: subjectOf(order),
    encounter: order.encounter,
    authoredOn: ctx.performedAt,
    lastModified: ctx.now,
    requester: actorReference(ctx),
    owner: order.requester as Task['owner'],
  });
}
