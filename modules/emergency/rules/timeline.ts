/** What happened, minute by minute: one list out of everything that was written on a visit. Pure. */
import {
  extension,
  OUTCOME_LABELS,
  orderStateOf,
  outcomeOf,
  serviceGroupOf,
  stateTimes,
} from '@mach/encounter/contract.ts';
import type { Encounter, Observation, ServiceRequest, Task } from '@mach/fhir/types.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { CODES, emergencyOf, isBundle, isCoded, marksOf } from '../records.ts';

export interface TimelineEntry {
  at: string;
  /** `arrival`, `triage`, `vitals`, `bundle`, `order`, `result`, `event`, `way-out` */
  kind: string;
  what: string;
  detail: string;
  who: string;
}

export interface TimelineRecords {
  visit: Encounter;
  observations: readonly Observation[];
  tasks: readonly Task[];
  orders: readonly ServiceRequest[];
}

const MODES: Readonly<Record<string, string>> = {
  walk: 'tự đến',
  ambulance: 'xe 115',
  transfer: 'chuyển đến',
  police: 'công an đưa vào',
};

/** LOINC of what a line of vital signs shows, in its order. */
const VITALS: readonly [code: string, label: string][] = [
  ['8867-4', 'mạch'],
  ['8310-5', 'nhiệt độ'],
  ['9279-1', 'nhịp thở'],
  ['59408-5', 'SpO₂'],
  ['29463-7', 'cân nặng'],
];
const PANEL = '85353-1';
const PRESSURE = '85354-9';
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';

const loincOf = (part: Pick<Observation, 'code'>): string =>
  part.code.coding?.find((c) => c.system === CS.loinc)?.code ?? '';
const whoOf = (o: Observation): string => o.performer?.[0]?.display ?? '';
const number = (value: number | undefined): string => (value === undefined ? '' : String(value).replace('.', ','));

/** Everything in the order in which it happened. What was entered in error is not there. */
export function timelineOf(of: TimelineRecords): TimelineEntry[] {
  const standing = of.observations.filter((o) => o.status !== 'entered-in-error');
  const entries = [
    ...arrival(of.visit),
    ...standing.filter((o) => isCoded(o, CODES.triage)).map(triageEntry),
    ...standing.filter((o) => loincOf(o) === PANEL).map((panel) => vitalsEntry(panel, standing)),
    ...standing.filter((o) => isCoded(o, CODES.event)).map(eventEntry),
    ...of.tasks.filter(isBundle).flatMap(bundleEntries),
    ...orderEntries(of.orders),
    ...wayOut(
      of.visit,
      standing.filter((o) => isCoded(o, CODES.disposition)),
    ),
  ];
  return entries.filter((e) => e.at !== '').sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function arrival(visit: Encounter): TimelineEntry[] {
  const { doorAt, mode } = emergencyOf(visit);
  const seen = stateTimes(visit).find((s) => s.state === 'in-exam');
  const doctor = visit.participant?.at(-1)?.individual?.display ?? '';
  return [
    {
      at: doorAt,
      kind: 'arrival',
      what: `Đến cấp cứu: ${MODES[mode] ?? mode}`,
      detail: visit.reasonCode?.[0]?.text ?? '',
      who: '',
    },
    ...(seen ? [{ at: seen.at, kind: 'doctor', what: 'Bác sĩ bắt đầu xử trí', detail: '', who: doctor }] : []),
  ];
}

function triageEntry(o: Observation): TimelineEntry {
  const part = (code: string) => o.component?.find((c) => c.code.coding?.some((one) => one.code === `triage-${code}`));
  const proposed = part('proposed')?.valueInteger;
  const reason = part('override')?.valueString;
  const why = part('why')?.valueString ?? '';
  return {
    at: o.effectiveDateTime ?? '',
    kind: 'triage',
    what: `Phân loại mức ${o.valueInteger ?? ''} (${o.interpretation?.[0]?.text ?? ''})`,
    detail: proposed !== o.valueInteger && reason ? `${why}. Đề nghị mức ${proposed}, chọn khác: ${reason}` : why,
    who: whoOf(o),
  };
}

function vitalsEntry(panel: Observation, all: readonly Observation[]): TimelineEntry {
  const ids = (panel.hasMember ?? []).map((r) => r.reference?.split('/')[1] ?? '');
  const members = all.filter((o) => ids.includes(o.id ?? ''));
  const pressure = members.find((o) => loincOf(o) === PRESSURE);
  const side = (code: string): string =>
    number(pressure?.component?.find((c) => loincOf(c) === code)?.valueQuantity?.value) || '—';
  const said = pressure ? [`HA ${side(SYSTOLIC)}/${side(DIASTOLIC)}`] : [];
  for (const [code, label] of VITALS) {
    const value = members.find((o) => loincOf(o) === code)?.valueQuantity?.value;
    if (value !== undefined) said.push(`${label} ${number(value)}`);
  }
  const score = members.find((o) => ['news2', 'pews', 'meows'].some((scale) => isCoded(o, scale)));
  const recorded = extension(extension(score, EXT.computedBy), 'recorded')?.valueString;
  return {
    at: panel.effectiveDateTime ?? '',
    kind: 'vitals',
    what: score
      ? `${score.code.text ?? ''} ${score.valueInteger ?? score.valueString ?? ''} (${recorded ?? ''} thông số)`
      : 'Sinh hiệu',
    detail: said.join(' · '),
    who: whoOf(panel),
  };
}

const eventEntry = (o: Observation): TimelineEntry => ({
  at: o.effectiveDateTime ?? '',
  kind: 'event',
  what: o.valueCodeableConcept?.text ?? '',
  detail: o.note?.[0]?.text ?? '',
  who: whoOf(o),
});

const MARKS = { done: '', 'not-done': 'Không làm: ', ordered: 'Chỉ định: ', undone: 'Huỷ, không dùng: ' } as const;

function bundleEntries(task: Task): TimelineEntry[] {
  const name = task.code?.text ?? '';
  const marks = marksOf(task).map((mark, i) => ({
    at: mark.at,
    kind: 'bundle',
    what: `${MARKS[mark.kind]}${task.output?.[i]?.type.text ?? mark.step}`,
    detail: mark.text,
    who: mark.by,
  }));
  const start = {
    at: task.executionPeriod?.start ?? '',
    kind: 'bundle',
    what: `Kích hoạt gói: ${name}`,
    detail: '',
    who: task.requester?.display ?? '',
  };
  const end = task.executionPeriod?.end;
  if (end === undefined) return [start, ...marks];
  const over = task.status === 'completed' ? 'đủ bước' : `dừng: ${task.statusReason?.text ?? ''}`;
  return [start, ...marks, { at: end, kind: 'bundle', what: `Kết thúc gói: ${name}`, detail: over, who: '' }];
}

/** Orders of one moment in one line; each result when it came. */
function orderEntries(orders: readonly ServiceRequest[]): TimelineEntry[] {
  const ours = orders.filter((o) => serviceGroupOf(o) !== 'exam' && orderStateOf(o) !== undefined);
  const moments = new Map<string, ServiceRequest[]>();
  for (const order of ours) {
    const at = order.authoredOn ?? '';
    moments.set(at, [...(moments.get(at) ?? []), order]);
  }
  const placed = [...moments].map(([at, list]) => ({
    at,
    kind: 'order',
    what: `Chỉ định ${list.length} dịch vụ`,
    detail: list.map((o) => o.code?.text ?? '').join('; '),
    who: list[0]?.requester?.display ?? '',
  }));
  const results = ours.flatMap((order) => {
    const done = stateTimes(order).find((s) => s.state === 'validated');
    return done
      ? [{ at: done.at, kind: 'result', what: `Có kết quả: ${order.code?.text ?? ''}`, detail: '', who: '' }]
      : [];
  });
  return [...placed, ...results];
}

function wayOut(visit: Encounter, dispositions: readonly Observation[]): TimelineEntry[] {
  const outcome = outcomeOf(visit);
  return dispositions.map((o) => ({
    at: o.effectiveDateTime ?? '',
    kind: 'way-out',
    what: `Hướng xử trí: ${o.valueCodeableConcept?.text ?? (outcome ? OUTCOME_LABELS[outcome.code].vi : '')}`,
    detail: [
      visit.diagnosis?.[0]?.condition.display,
      ...(o.component ?? []).map((c) => `${c.code.text ?? ''}: ${c.valueString ?? ''}`.trim()),
    ]
      .filter((text) => text && !text.endsWith(':'))
      .join('. '),
    who: whoOf(o),
  }));
}
