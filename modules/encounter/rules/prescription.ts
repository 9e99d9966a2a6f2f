import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';
import { PRESCRIPTION_LABELS } from '../labels.ts';
import type { PrescriptionState } from '../states.ts';

/** `state`: where the prescription stands now. `reached`: a step that has happened without moving it. */
export interface PrescriptionStep {
  state: PrescriptionState;
  reached: PrescriptionState;
}

const SENDING: readonly PrescriptionState[] = ['signed', 'sent', 'national-code'];
const HANDING: readonly PrescriptionState[] = ['partly-dispensed', 'dispensed'];
const CHAIN = [...SENDING, ...HANDING];
const rank = (state: PrescriptionState): number => CHAIN.indexOf(state);

const isReturn = (from: PrescriptionState, to: PrescriptionState): boolean =>
  HANDING.includes(from) && (to === 'signed' || (from === 'dispensed' && to === 'partly-dispensed'));

/**
 * The step of a prescription. The national system may answer after the drugs have been handed over: the answer is
 * kept, the state stays. `signed` as target means that everything came back: the state is then the last of the
 * sending chain that was reached (`history`).
 */
export function nextPrescriptionState(
  from: PrescriptionState,
  to: PrescriptionState,
  history: readonly PrescriptionState[] = [],
): Result<PrescriptionStep, Issue> {
  if (from !== 'cancelled' && to !== 'cancelled') {
    if (isReturn(from, to))
      return ok({
        state: to === 'signed' ? (SENDING.findLast((s) => history.includes(s)) ?? 'signed') : to,
        reached: to,
      });
    if (HANDING.includes(from) && (to === 'sent' || to === 'national-code')) return ok({ state: from, reached: to });
    if (rank(to) > rank(from) || (from === 'partly-dispensed' && to === from)) return ok({ state: to, reached: to });
  }
  return err(refusal(from, to));
}

export function nextByWithdrawing(from: PrescriptionState): Result<PrescriptionState, Issue> {
  return SENDING.includes(from) ? ok('cancelled') : err(refusal(from, 'cancelled'));
}

function refusal(from: PrescriptionState, to: PrescriptionState): Issue {
  const handed = HANDING.includes(from);
  return {
    severity: 'error',
    code: 'prescription-state',
    field: 'prescription',
    text: {
      vi: `Đơn thuốc đang "${PRESCRIPTION_LABELS[from].vi}": không chuyển sang "${PRESCRIPTION_LABELS[to].vi}" được`,
      en: `The prescription is "${PRESCRIPTION_LABELS[from].en}": it cannot become "${PRESCRIPTION_LABELS[to].en}"`,
    },
    remedy: handed
      ? { vi: 'Nhờ dược sĩ nhận lại thuốc đã phát trước', en: 'Have the pharmacist take the drugs back first' }
      : from === 'cancelled'
        ? { vi: 'Kê đơn mới', en: 'Write a new prescription' }
        : { vi: 'Tải lại để xem trạng thái hiện tại', en: 'Reload to see where it stands' },
  };
}

/** FHIR's own status of the prescription's task. */
export function taskStatus(state: PrescriptionState): 'requested' | 'in-progress' | 'completed' | 'cancelled' {
  if (state === 'dispensed') return 'completed';
  if (state === 'cancelled') return 'cancelled';
  return state === 'partly-dispensed' ? 'in-progress' : 'requested';
}
