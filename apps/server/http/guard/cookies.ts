import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { atOnce, onTheWay } from './hooks.ts';

/** A browser takes such a cookie over HTTPS only, from this very host only: no neighbour and no plain line can plant one. */
const PREFIX = '__Host-';
/** Cookies of the whole site. Those of one path cannot have the prefix. */
const OURS = ['mach_session', 'mach_device', 'mach_browser'];
/**
 * Marks of devices from before the prefix are carried over: a ward's tablet need not be enrolled again. A session is not,
 * since a planted one would make somebody work in another's name: people sign in once more after the change to HTTPS.
 */
const CARRIED = ['mach_device', 'mach_browser'];

/**
 * Over HTTPS the cookies of the house are called `__Host-…`; the doors go on calling them by their plain names. Loopback
 * without TLS keeps the plain ones, for there a browser would refuse the others.
 */
export function prefixCookies(app: FastifyInstance): void {
  app.addHook('onRequest', atOnce(readPrefixed));
  app.addHook('onSend', onTheWay(writePrefixed));
}

function readPrefixed(request: FastifyRequest): void {
  if (request.protocol !== 'https') return;
  const { cookies } = request;
  for (const name of OURS) {
    const kept = cookies[PREFIX + name] ?? (CARRIED.includes(name) ? cookies[name] : undefined);
    if (kept === undefined) delete cookies[name];
    else cookies[name] = kept;
  }
}

function writePrefixed(request: FastifyRequest, reply: FastifyReply): void {
  const set = reply.getHeader('set-cookie');
  if (set === undefined || request.protocol !== 'https') return;
  const lines = (Array.isArray(set) ? set : [String(set)]).map((line) =>
    OURS.some((name) => line.startsWith(`${name}=`)) ? secured(PREFIX + line) : line,
  );
  reply.removeHeader('set-cookie');
  reply.header('set-cookie', lines);
}

/** Clearing one is refused too without what the prefix demands. */
const secured = (line: string): string => (/; *secure/i.test(line) ? line : `${line}; Secure`);
