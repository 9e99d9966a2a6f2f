import { refuse } from '@mach/base/problem.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { atOnce } from './hooks.ts';

/** Endpoints that pages of other sites may post to: they answer to a code or a token in the request, never to a cookie. */
const OPEN = /^\/oauth2\/(authorize|token|revoke|introspect|userinfo)\b/;

/**
 * A page of another site cannot act in the name of who is signed in here: what changes anything and brings no bearer
 * token must come from our own pages. Browsers say where a request comes from (`Sec-Fetch-Site`, else `Origin`); what
 * says neither is no browser and has no cookies that it did not mean to send. `SameSite=Strict` is the second lock.
 */
export function refuseCrossSite(app: FastifyInstance): void {
  app.addHook('onRequest', atOnce(requireOwnPage));
}

/** @throws Problem 403 */
function requireOwnPage(request: FastifyRequest): void {
  if (/^(GET|HEAD|OPTIONS)$/.test(request.method) || request.headers.authorization !== undefined) return;
  if (OPEN.test(request.url) || isOwnPage(request)) return;
  throw refuse(
    403,
    'cross-site',
    { vi: 'Yêu cầu đến từ trang web khác nên không được nhận', en: 'A request from another web site is not taken' },
    { remedy: { vi: 'Mở đúng địa chỉ của Mạch rồi làm lại', en: 'Open the address of Mạch itself and try again' } },
  );
}

/** Whether a request comes from a page of this very site, or from no browser at all. */
export function isOwnPage(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  // No page can forge it, and it holds behind a proxy that gives us another name. Told over HTTPS and on loopback only.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { host, protocol } = new URL(origin);
  if (host !== request.host.toLowerCase()) return false;
  // A proxy that ends TLS may not say so; the other way round, a page without TLS speaks to one with it.
  return protocol === 'https:' || request.protocol === 'http';
}
