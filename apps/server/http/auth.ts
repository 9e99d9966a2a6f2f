import { refuse } from '@mach/base/problem.ts';
import type { Actor, Engine, Sessions } from '@mach/engine';
import type { FastifyRequest } from 'fastify';
import type { RateLimits } from './guard/rates.ts';

export const COOKIE = 'mach_session';

/** What every route works with. */
export interface Doors {
  engine: Engine;
  sessions: Sessions;
  /** How often one person or address may ask; undefined: as often as it likes. */
  rates?: RateLimits | undefined;
  /** How old an answer about the ways out may be, ms. */
  linksFresh?: number | undefined;
}

/** The token of a request: a bearer header, or the session cookie. */
export function tokenOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ')) return header.slice(7);
  return request.cookies[COOKIE];
}

/** Who asks. @throws Problem 401: no door is open without an answer to that. */
export async function requireActor(doors: Doors, request: FastifyRequest): Promise<Actor> {
  const token = tokenOf(request);
  const actor = token === undefined ? undefined : await doors.sessions.actor(token);
  if (!actor) {
    // Guessing tokens is counted like asking without one.
    if (token !== undefined) doors.rates?.address(request.ip);
    throw refuse(
      401,
      'sign-in-required',
      { vi: 'Chưa đăng nhập hoặc phiên đã hết', en: 'Not signed in, or the session is over' },
      {
        remedy: { vi: 'Đăng nhập lại', en: 'Sign in again' },
      },
    );
  }
  // A partner's program is held back by the room that there is, not by a number: it brings in years of records.
  if (actor.id.startsWith('account:')) doors.rates?.account(actor.id);
  // What stands beside the FHIR door belongs to the person alone, not to an app that acts for him.
  if (actor.app !== undefined && !/^\/fhir\b/.test(request.url))
    throw refuse(
      403,
      'fhir-only',
      { vi: 'Ứng dụng chỉ làm việc qua /fhir', en: 'An app works at /fhir only' },
      { remedy: { vi: 'Đăng nhập bằng tài khoản', en: 'Sign in with an account' } },
    );
  return actor;
}

/** Address and program of the caller, for the audit. */
export function originOf(request: FastifyRequest): string {
  return `${request.ip} ${(request.headers['user-agent'] ?? '').slice(0, 120)}`.trim();
}
