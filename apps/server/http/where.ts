import { randomBytes } from 'node:crypto';
import { knownDevice } from '@mach/engine/identity/devices.ts';
import type { Where } from '@mach/engine/identity/sign-in.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Doors } from './auth.ts';

/** Marks a browser that has signed somebody in; it opens nothing. */
const BROWSER = 'mach_browser';
/** The key of an enrolled device. */
const DEVICE = 'mach_device';
/** The longest that browsers keep a cookie, s. */
const LONG = 400 * 86_400;

/** The site as the browser sees it. */
export function siteOf(request: FastifyRequest): Where['site'] {
  return { origin: `${request.protocol}://${request.host}`, host: request.hostname };
}

export function cookieOptions(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict' as const, secure: request.protocol === 'https' };
}

/** Keeps the key of an enrolled device in its browser. */
export function keepDevice(request: FastifyRequest, reply: FastifyReply, credential: string | undefined): void {
  if (credential !== undefined) reply.setCookie(DEVICE, credential, { ...cookieOptions(request), maxAge: LONG });
}

/** The enrolled device that asks; its renewed key goes out with the answer. */
export async function deviceOf(doors: Doors, request: FastifyRequest, reply: FastifyReply) {
  const device = await knownDevice(doors.engine, request.cookies[DEVICE]);
  keepDevice(request, reply, device?.credential);
  return device;
}

/** From where a request signs in. A browser without a mark gets one. */
export async function whereOf(doors: Doors, request: FastifyRequest, reply: FastifyReply): Promise<Where> {
  const browser = request.cookies[BROWSER] ?? randomBytes(24).toString('base64url');
  reply.setCookie(BROWSER, browser, { ...cookieOptions(request), maxAge: LONG });
  return {
    address: request.ip,
    agent: request.headers['user-agent'] ?? '',
    site: siteOf(request),
    browser,
    device: await deviceOf(doors, request, reply),
  };
}
