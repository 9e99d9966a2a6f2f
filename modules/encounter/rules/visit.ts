import type { Issue, Text } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';
import { VISIT_LABELS } from '../labels.ts';
import { VISIT_STATES, type VisitState } from '../states.ts';

/** What can be done to a visit. A deed without a change of state keeps it (`order`, `write`). */
export const VISIT_DEEDS = [
  'arrive',
  'queue',
  'call',
  'step-out',
  'order',
  'await-results',
  'results-in',
  'results-off',
  'write',
  'pay',
  'move',
  'conclude',
  'bill',
  'admit',
  'reopen',
  'settle',
  'unsettle',
  'close',
  'close-transferred',
  'close-died',
  'leave',
  'cancel',
] as const;
export type VisitDeed = (typeof VISIT_DEEDS)[number];

type Arrows = Partial<Record<VisitState, VisitState>>;

const stay = (...states: VisitState[]): Arrows => Object.fromEntries(states.map((s) => [s, s]));
const into = (to: VisitState, ...from: VisitState[]): Arrows => Object.fromEntries(from.map((s) => [s, to]));

const AT_DOCTOR = ['in-exam', 'awaiting-results', 'results-ready'] as const;

/** The whole machine. What is not here cannot happen. */
const ARROWS: Readonly<Record<VisitDeed, Arrows>> = {
  arrive: into('arrived', 'booked'),
  queue: into('waiting', 'arrived'),
  call: into('in-exam', 'waiting', 'awaiting-results', 'results-ready'),
  'step-out': into('waiting', 'in-exam'),
  order: stay(...AT_DOCTOR),
  'await-results': into('awaiting-results', ...AT_DOCTOR),
  'results-in': into('results-ready', 'awaiting-results', 'in-exam'),
  'results-off': into('in-exam', 'awaiting-results'),
  write: stay(...AT_DOCTOR),
  pay: stay('arrived', 'waiting', ...AT_DOCTOR, 'awaiting-payment', 'left'),
  move: { ...stay('waiting', 'awaiting-results', 'results-ready'), ...into('waiting', 'arrived', 'in-exam') },
  conclude: into('concluded', ...AT_DOCTOR),
  bill: into('awaiting-payment', 'concluded'),
  admit: into('admitted', 'concluded'),
  reopen: into('in-exam', 'concluded', 'awaiting-payment'),
  settle: into('settled', 'concluded', 'awaiting-payment', 'left'),
  unsettle: into('awaiting-payment', 'settled', 'closed', 'transferred', 'died'),
  close: into('closed', 'settled'),
  'close-transferred': into('transferred', 'settled'),
  'close-died': into('died', 'settled'),
  leave: into('left', 'arrived', 'waiting', ...AT_DOCTOR),
  cancel: into('cancelled', 'booked', 'arrived', 'waiting'),
};

const DEED_LABELS: Readonly<Record<VisitDeed, Text>> = {
  arrive: { vi: 'ghi nhận đã đến', en: 'mark as arrived' },
  queue: { vi: 'xếp hàng', en: 'queue' },
  call: { vi: 'gọi vào khám', en: 'call in' },
  'step-out': { vi: 'cho ra chờ lại', en: 'send back to wait' },
  order: { vi: 'chỉ định', en: 'place orders' },
  'await-results': { vi: 'chuyển sang chờ kết quả', en: 'await results' },
  'results-in': { vi: 'báo đủ kết quả', en: 'report results ready' },
  'results-off': { vi: 'bỏ chờ kết quả', en: 'stop awaiting results' },
  write: { vi: 'ghi hồ sơ khám', en: 'write to the visit' },
  pay: { vi: 'đổi đối tượng thanh toán', en: 'change who pays' },
  move: { vi: 'chuyển phòng', en: 'move to another room' },
  conclude: { vi: 'kết luận', en: 'conclude' },
  bill: { vi: 'chuyển thanh toán', en: 'send to payment' },
  admit: { vi: 'nhập viện', en: 'admit' },
  reopen: { vi: 'mở lại', en: 'reopen' },
  settle: { vi: 'quyết toán', en: 'settle' },
  unsettle: { vi: 'huỷ quyết toán', en: 'undo the settlement' },
  close: { vi: 'đóng', en: 'close' },
  'close-transferred': { vi: 'đóng', en: 'close' },
  'close-died': { vi: 'đóng', en: 'close' },
  leave: { vi: 'ghi bỏ về', en: 'record that the patient left' },
  cancel: { vi: 'huỷ', en: 'cancel' },
};

/** The nearest way on, where one is better than the list of states. */
const HINTS: readonly { deeds: readonly VisitDeed[]; from: readonly VisitState[]; text: Text }[] = [
  {
    deeds: ['order', 'write', 'await-results', 'conclude', 'step-out'],
    from: ['booked', 'arrived', 'waiting'],
    text: { vi: 'Gọi người bệnh vào khám trước', en: 'Call the patient in first' },
  },
  {
    deeds: ['order', 'write', 'await-results', 'conclude', 'call', 'leave', 'move'],
    from: ['concluded', 'awaiting-payment'],
    text: { vi: 'Mở lại lượt khám kèm lý do, rồi làm tiếp', en: 'Reopen the visit with a reason, then go on' },
  },
  {
    deeds: ['order', 'write', 'await-results', 'conclude', 'reopen', 'call', 'pay'],
    from: ['settled', 'closed', 'transferred', 'died'],
    text: { vi: 'Nhờ thu ngân huỷ quyết toán trước', en: 'Ask the cashier to undo the settlement first' },
  },
  {
    deeds: ['cancel'],
    from: [...AT_DOCTOR],
    text: { vi: 'Đã vào khám: ghi "Bỏ về" kèm lý do', en: 'The exam has begun: record "Left" with a reason' },
  },
  {
    deeds: ['settle'],
    from: [...AT_DOCTOR],
    text: { vi: 'Chờ bác sĩ kết luận lượt khám', en: 'Wait until the doctor concludes the visit' },
  },
];

export function statesFor(deed: VisitDeed): VisitState[] {
  return VISIT_STATES.filter((state) => ARROWS[deed][state] !== undefined);
}

/** The state after a deed, or a refusal that names the state, the deed and the way on. */
export function nextVisitState(from: VisitState, deed: VisitDeed): Result<VisitState, Issue> {
  const to = ARROWS[deed][from];
  if (to !== undefined) return ok(to);
  const hint = HINTS.find((h) => h.deeds.includes(deed) && h.from.includes(from));
  const allowed = statesFor(deed).map((s) => VISIT_LABELS[s]);
  return err({
    severity: 'error',
    code: 'visit-state',
    field: 'encounter',
    text: {
      vi: `Lượt khám đang "${VISIT_LABELS[from].vi}": không ${DEED_LABELS[deed].vi} được`,
      en: `The visit is "${VISIT_LABELS[from].en}": cannot ${DEED_LABELS[deed].en}`,
    },
    remedy: hint?.text ?? {
      vi: `Chỉ làm được khi lượt khám: ${allowed.map((a) => a.vi).join(', ')}`,
      en: `Possible only while the visit is: ${allowed.map((a) => a.en).join(', ')}`,
    },
  });
}

/** States of a visit after which nothing follows. */
export const FINAL_VISIT_STATES: readonly VisitState[] = VISIT_STATES.filter(
  (state) => !VISIT_DEEDS.some((deed) => ARROWS[deed][state] !== undefined),
);

/** FHIR's own status of a visit in a state. */
export function encounterStatus(state: VisitState): 'planned' | 'arrived' | 'in-progress' | 'finished' | 'cancelled' {
  switch (state) {
    case 'booked':
      return 'planned';
    case 'arrived':
    case 'waiting':
      return 'arrived';
    case 'in-exam':
    case 'awaiting-results':
    case 'results-ready':
      return 'in-progress';
    case 'left':
    case 'cancelled':
      return 'cancelled';
    default:
      return 'finished';
  }
}

/** Whether the patient is in the house for this visit: two such visits in one room are one too many. */
export const isPresent = (state: VisitState): boolean => ['arrived', 'in-progress'].includes(encounterStatus(state));
