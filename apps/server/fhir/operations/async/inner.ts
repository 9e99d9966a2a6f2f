import { randomBytes } from 'node:crypto';
import type { Actor } from '@mach/engine';
import type { FastifyRequest } from 'fastify';

/** Header by which this program asks itself; what it holds is made up for one request and told to nobody. */
export const INNER = 'x-mach-inner';

const underWay = new Map<string, Actor>();

/** Lets `work` ask this program's own doors in somebody's name. */
export async function asActor<T>(actor: Actor, work: (token: string) => Promise<T>): Promise<T> {
  const token = randomBytes(32).toString('base64url');
  underWay.set(token, actor);
  try {
    return await work(token);
  } finally {
    underWay.delete(token);
  }
}

/** In whose name this program asks itself; undefined for everybody else's requests. */
export function innerActor(request: FastifyRequest): Actor | undefined {
  const token = request.headers[INNER];
  return typeof token === 'string' ? underWay.get(token) : undefined;
}
