import type { Issue } from '@mach/base/problem.ts';
import type { Delivery, Destination, Outgoing } from '@mach/engine/exchange/destination.ts';
import { NATIONAL_PRESCRIPTION } from '../contract.ts';
import type { NationalMessage } from './payload.ts';
import { LOGIN_PATH, type NationalAnswer, type NationalTransport, SEND_PATH } from './transport.ts';

/** A token lives seven days; half a day is safe and forgotten soon enough. */
const TOKEN_MS = 12 * 3_600_000;

export interface NationalOptions {
  transport: NationalTransport;
  /** Password of a prescriber on the national system; undefined: none is kept, the message waits. */
  password(facility: string, prescriber: string): string | undefined | Promise<string | undefined>;
  now?: () => number;
}

/**
 * Sends a signed prescription: sign-in of the prescriber, then `gui-don-thuoc`. A prescription that is there already
 * counts as taken when it may have been this program that brought it (an answer that was lost on the way).
 */
export function nationalPrescription(options: NationalOptions): Destination {
  const { transport } = options;
  const now = options.now ?? Date.now;
  const tokens = new Map<string, { token: string; until: number }>();

  async function login(message: NationalMessage, signal: AbortSignal): Promise<string | Delivery> {
    const key = `${message.facility}/${message.prescriber}`;
    const kept = tokens.get(key);
    if (kept && kept.until > now()) return kept.token;
    const password = await options.password(message.facility, message.prescriber);
    if (password === undefined)
      return { outcome: 'later', reason: `no password is kept for prescriber ${message.prescriber}` };
    const answer = await transport.post(
      LOGIN_PATH,
      {
        ma_lien_thong_bac_si: message.prescriber,
        ma_lien_thong_co_so_kham_chua_benh: message.facility,
        password,
      },
      undefined,
      signal,
    );
    const token = (answer.body as { token?: unknown } | null)?.token;
    if (ok(answer) && typeof token === 'string' && token !== '') {
      tokens.set(key, { token, until: now() + TOKEN_MS });
      return token;
    }
    return failed(answer, {
      code: 'prescriber-unknown',
      field: 'ma_lien_thong_bac_si',
      vi: `Hệ thống đơn thuốc quốc gia không nhận bác sĩ "${message.prescriber}"`,
      en: `The national prescription system does not know prescriber "${message.prescriber}"`,
    });
  }

  async function deliver(outgoing: Outgoing, signal: AbortSignal): Promise<Delivery> {
    const message = outgoing.payload as NationalMessage;
    for (const last of [false, true]) {
      const token = await login(message, signal);
      if (typeof token !== 'string') return token;
      const answer = await transport.post(SEND_PATH, message.body, token, signal);
      if (answer.status === 401 && !last) {
        tokens.delete(`${message.facility}/${message.prescriber}`);
        continue;
      }
      const twice = outgoing.attempts > 1 && isDuplicate(answer);
      if (ok(answer) || twice)
        return {
          outcome: 'accepted',
          receipt: {
            code: message.body.ma_don_thuoc,
            by: transport.name,
            status: answer.status,
            answer: answer.body,
            twice,
          },
        };
      return failed(answer, {
        code: isDuplicate(answer) ? 'prescription-duplicate' : 'national-refused',
        field: 'prescription',
        vi: 'Hệ thống đơn thuốc quốc gia từ chối đơn',
        en: 'The national prescription system refused the prescription',
      });
    }
    return { outcome: 'later', reason: 'the token is refused again and again' };
  }

  return {
    name: NATIONAL_PRESCRIPTION,
    title: transport.simulated
      ? { vi: 'Đơn thuốc quốc gia (mô phỏng)', en: 'National prescriptions (simulator)' }
      : { vi: 'Đơn thuốc quốc gia', en: 'National prescriptions' },
    simulated: transport.simulated,
    deliver,
  };
}

const ok = (answer: NationalAnswer): boolean => answer.status >= 200 && answer.status < 300;

/** Refused for good: the other side has read it. Overload and faults of the other side are no refusal. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;

const isDuplicate = (answer: NationalAnswer): boolean =>
  answer.status === 409 ||
  (isRefusal(answer.status) && /already exists|đã tồn tại/i.test(messages(answer.body).join(' ')));

function failed(answer: NationalAnswer, as: { code: string; field: string; vi: string; en: string }): Delivery {
  const said = messages(answer.body);
  if (!isRefusal(answer.status))
    return { outcome: 'later', reason: `status ${answer.status}: ${said.join('; ')}`.slice(0, 500) };
  const issues: Issue[] = (said.length > 0 ? said : ['']).map((text) => ({
    severity: 'error',
    code: as.code,
    field: as.field,
    text: { vi: text === '' ? as.vi : `${as.vi}: ${text}`, en: text === '' ? as.en : `${as.en}: ${text}` },
    remedy: {
      vi: 'Sửa theo thông báo, kê đơn thay thế hoặc gửi lại',
      en: 'Mend it, replace the prescription or send again',
    },
  }));
  return { outcome: 'refused', receipt: { status: answer.status, answer: answer.body }, issues };
}

/** Every sentence of an answer, whatever its shape: `{message}`, `{errors: {field: […]}}`, a list, plain text. */
function messages(body: unknown): string[] {
  if (typeof body === 'string') return body.trim() === '' ? [] : [body.trim()];
  if (Array.isArray(body)) return body.flatMap(messages);
  if (body === null || typeof body !== 'object') return [];
  return Object.entries(body).flatMap(([key, value]) => (key === 'token' ? [] : messages(value)));
}
