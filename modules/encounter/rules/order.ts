import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';
import { ORDER_LABELS } from '../labels.ts';
import { DIAGNOSTIC_GROUPS, FINISHED_ORDER, type OrderState, type ServiceGroup } from '../states.ts';

/**
 * Order of the chain. A step may be left out (an ECG is read where it is made), never gone back, except: a rejected
 * specimen or image goes back to `signed`, and a corrected result must be seen again.
 */
const CHAIN: readonly OrderState[] = [
  'signed',
  'accepted',
  'in-progress',
  'performed',
  'preliminary',
  'validated',
  'seen',
];
const rank = (state: OrderState): number => CHAIN.indexOf(state);

/** Until here nothing has been done to the patient that must be paid. */
export const CANCELLABLE: readonly OrderState[] = ['signed', 'accepted', 'in-progress'];

export function mayAdvance(from: OrderState, to: OrderState): boolean {
  if (from === 'cancelled' || to === 'cancelled') return false;
  if (to === 'seen') return from === 'validated';
  if (to === 'signed') return rank(from) > 0 && rank(from) < rank('validated');
  if (from === 'seen') return to === 'validated';
  return rank(to) > rank(from);
}

/** The step of an order, or a refusal. Going back needs a reason. */
export function nextOrderState(from: OrderState, to: OrderState, reason?: string): Result<OrderState, Issue> {
  if (!mayAdvance(from, to)) {
    const ways = CHAIN.filter((state) => mayAdvance(from, state)).map((s) => ORDER_LABELS[s]);
    return err({
      severity: 'error',
      code: 'order-state',
      field: 'order',
      text: {
        vi: `Chỉ định đang "${ORDER_LABELS[from].vi}": không chuyển sang "${ORDER_LABELS[to].vi}" được`,
        en: `The order is "${ORDER_LABELS[from].en}": it cannot become "${ORDER_LABELS[to].en}"`,
      },
      remedy:
        ways.length === 0
          ? { vi: 'Lập chỉ định mới nếu vẫn cần', en: 'Place a new order if it is still needed' }
          : {
              vi: `Từ đây chỉ chuyển được sang: ${ways.map((w) => w.vi).join(', ')}`,
              en: `From here it can become: ${ways.map((w) => w.en).join(', ')}`,
            },
    });
  }
  if (rank(to) < rank(from) && (reason ?? '').trim() === '')
    return err({
      severity: 'error',
      code: 'reason-required',
      field: 'reason',
      text: { vi: 'Trả lại chỉ định cần có lý do', en: 'Sending an order back needs a reason' },
      remedy: { vi: 'Ghi lý do, ví dụ "mẫu vỡ hồng cầu"', en: 'Write the reason, e.g. "haemolysed specimen"' },
    });
  return ok(to);
}

export function nextByCancelling(from: OrderState): Result<OrderState, Issue> {
  if (CANCELLABLE.includes(from)) return ok('cancelled');
  return err({
    severity: 'error',
    code: 'order-state',
    field: 'order',
    text: {
      vi: `Chỉ định đang "${ORDER_LABELS[from].vi}": không huỷ được`,
      en: `The order is "${ORDER_LABELS[from].en}": it cannot be cancelled`,
    },
    remedy:
      from === 'cancelled'
        ? { vi: 'Chỉ định này đã huỷ rồi', en: 'This order is cancelled already' }
        : {
            vi: 'Đã thực hiện: liên hệ nơi làm để đính chính kết quả',
            en: 'It has been performed: have the result corrected where it was made',
          },
  });
}

const isDiagnostic = (group: ServiceGroup | undefined): boolean =>
  group !== undefined && DIAGNOSTIC_GROUPS.includes(group);

export interface OrderFacts {
  group: ServiceGroup | undefined;
  state: OrderState | undefined;
}

/** Orders whose result the doctor still waits for. */
export const pendingResults = (orders: readonly OrderFacts[]): OrderFacts[] =>
  orders.filter((o) => isDiagnostic(o.group) && o.state !== undefined && !FINISHED_ORDER.includes(o.state));

/** What a visit that awaits results does when its orders have changed. */
export function resultsDeed(orders: readonly OrderFacts[]): 'await-results' | 'results-in' | 'results-off' {
  if (pendingResults(orders).length > 0) return 'await-results';
  const arrived = orders.some((o) => isDiagnostic(o.group) && (o.state === 'validated' || o.state === 'seen'));
  return arrived ? 'results-in' : 'results-off';
}

/** FHIR's own status of an order in a state: an exam or procedure ends with being performed, a test with its result. */
export function requestStatus(state: OrderState, group: ServiceGroup | undefined): 'active' | 'completed' | 'revoked' {
  if (state === 'cancelled') return 'revoked';
  if (state === 'validated' || state === 'seen') return 'completed';
  return !isDiagnostic(group) && (state === 'performed' || state === 'preliminary') ? 'completed' : 'active';
}
