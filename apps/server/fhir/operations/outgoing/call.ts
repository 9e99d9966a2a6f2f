import { lookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Problem, refuse } from '@mach/base/problem.ts';
import { hostOf, isListed, isPublicAddress } from './address.ts';

/** Where this program may call when somebody else names the address. */
export interface OutgoingRules {
  /** Hosts of the house's own network that may be called, also without TLS. */
  readonly trusted: readonly string[];
  /** When given, these alone may be called. */
  readonly only?: readonly string[];
}

export interface OutgoingCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole of it up to the answer's head, ms. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

const refused = (url: string, vi: string, en: string): Problem =>
  refuse(422, 'address-refused', { vi: `Không gọi ${url.slice(0, 200)}: ${vi}`, en: `${url.slice(0, 200)}: ${en}` });

/**
 * Checks an address before anything is sent: its form, its protocol, and whether it is one of the house's own that
 * nobody has opened. Names are looked up again, and their addresses checked, when the call is made.
 * @throws Problem 422
 */
export function checkAddress(text: string, rules: OutgoingRules): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw refused(text, 'không phải địa chỉ http(s)', 'not an http(s) address');
  if (url.username !== '' || url.password !== '')
    throw refused(url.host, 'địa chỉ không được chứa tài khoản', 'the address must not carry a user name');
  if (rules.only && !isListed(url, rules.only))
    throw refused(text, 'máy này không có trong danh sách cho phép', 'this host is not on the list of allowed ones');
  if (isListed(url, rules.trusted)) return url;
  if (url.protocol !== 'https:') throw refused(text, 'phải dùng https', 'https is required');
  const host = hostOf(url);
  if (
    isIP(host) !== 0
      ? !isPublicAddress(host)
      : !host.includes('.') || /\.(local|internal|localhost|localdomain|intranet|lan|home|corp|home\.arpa)$/.test(host)
  )
    throw refused(text, 'địa chỉ nội bộ', 'an address inside a private network');
  return url;
}

/** Name → address; one that leads inside is not called, and the checked one is the one connected to. */
function guarded(url: URL, rules: OutgoingRules): LookupFunction {
  const isTrusted = isListed(url, rules.trusted);
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      const inside = isTrusted ? undefined : found?.find(({ address }) => !isPublicAddress(address));
      const [first] = found ?? [];
      if (error) callback(error, '', 4);
      else if (inside) callback(refused(url.href, 'tên này chỉ vào mạng nội bộ', 'this name leads inside'), '', 4);
      else if (!first) callback(new Error(`${host} has no address`), '', 4);
      else if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * Calls an address that somebody else has named. Redirections are not followed: they would lead past the checks.
 * @returns the answer whose body is still to be read @throws Problem 422, or the fault of the network
 */
export async function callOut(call: OutgoingCall, rules: OutgoingRules): Promise<IncomingMessage> {
  const url = checkAddress(call.url, rules);
  const limit = AbortSignal.timeout(call.timeout);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, {
      method: call.method,
      headers: {
        'user-agent': 'mach',
        ...call.headers,
        ...(call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) }),
      },
      agent: false,
      lookup: guarded(url, rules),
    });
    const stop = (): void => void outgoing.destroy(new Error(`no answer within ${call.timeout} ms`));
    const cancel = (): void => void outgoing.destroy(new Error('cancelled'));
    const settled = (): void => {
      limit.removeEventListener('abort', stop);
      call.signal?.removeEventListener('abort', cancel);
    };
    limit.addEventListener('abort', stop, { once: true });
    call.signal?.addEventListener('abort', cancel, { once: true });
    outgoing.once('response', (answer) => {
      settled();
      resolve(answer);
    });
    outgoing.once('error', (error) => {
      settled();
      reject(error);
    });
    outgoing.end(call.body);
  });
}
