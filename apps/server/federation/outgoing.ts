import type { Engine } from '@mach/engine';
import type { IdentityProvider } from '@mach/engine/identity/federation.ts';
import { callOut, type OutgoingRules } from '../fhir/operations/outgoing/call.ts';
import { trustedHosts } from '../fhir/operations/outgoing/settings.ts';

/** Longest wait for a party that shows who somebody is, and longest answer of it. */
export interface Bounds {
  /** ms, from the first byte that is sent to the last that is read */
  readonly timeout: number;
  /** bytes */
  readonly most: number;
}

/**
 * `fetch` for libraries that call addresses which another party has named: the same checks as every call out of the
 * house, no redirection, an answer of bounded length.
 * @throws Problem 422 for an address that is not called, or the fault of the network
 */
export async function fetchOut(
  target: string | URL | Request,
  options: RequestInit | undefined,
  rules: OutgoingRules,
  { timeout, most }: Bounds,
): Promise<Response> {
  const url = target instanceof Request ? target.url : String(target);
  const limit = AbortSignal.timeout(timeout);
  const signal = options?.signal ? AbortSignal.any([options.signal, limit]) : limit;
  const method = options?.method === 'POST' ? 'POST' : 'GET';
  const headers = Object.fromEntries(new Headers(options?.headers));
  const body = options?.body == null ? {} : { body: String(options.body) };
  const answer = await callOut({ method, url, headers, ...body, timeout, signal }, rules);
  const stop = (): void => void answer.destroy(new Error(`no whole answer within ${timeout} ms`));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) throw new Error(`the answer is longer than ${most} bytes`);
      parts.push(part);
    }
    const status = answer.statusCode ?? 502;
    const type = answer.headers['content-type'];
    // 204, 205 and 304 have no body by the rules of `Response`.
    return new Response([204, 205, 304].includes(status) ? null : Buffer.concat(parts), {
      status,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  } finally {
    signal.removeEventListener('abort', stop);
    answer.destroy();
  }
}

/**
 * Where the program may call for a sign-in provider: the issuer itself, which the house's operator has named and which
 * often stands in its own network; what the issuer's metadata name beside it only if it is on the public internet or
 * among the trusted hosts of the facility.
 */
export function providerRules(engine: Engine, provider: Pick<IdentityProvider, 'issuer' | 'tenant'>): OutgoingRules {
  const { hostname, port, protocol } = new URL(provider.issuer);
  const own = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  return { trusted: [own, ...trustedHosts(engine, provider.tenant)] };
}
