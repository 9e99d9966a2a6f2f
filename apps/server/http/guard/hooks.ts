import type { FastifyReply, FastifyRequest } from 'fastify';

/*
 * Hooks that have nothing to wait for. Written as `async` each would cost every request a promise and a turn of the queue
 * of microtasks; and an answer that is not sent by the time its handler returns is watched with eight listeners more.
 */

type Done = (error?: Error) => void;
type Sent = (error: Error | null, payload?: unknown) => void;

/** A check that throws what it refuses. */
export function atOnce(
  check: (request: FastifyRequest, reply: FastifyReply) => void,
): (request: FastifyRequest, reply: FastifyReply, done: Done) => void {
  return (request, reply, done) => {
    try {
      check(request, reply);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}

/** What is done as an answer goes out, beside its content. */
export function onTheWay(
  act: (request: FastifyRequest, reply: FastifyReply) => void,
): (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Sent) => void {
  return (request, reply, payload, done) => {
    try {
      act(request, reply);
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, payload);
  };
}

/** What has something to wait for now and then: a promise where it has. */
export function whereNeeded(
  act: (request: FastifyRequest, reply: FastifyReply) => Promise<void> | undefined,
): (request: FastifyRequest, reply: FastifyReply, done: Done) => void {
  return (request, reply, done) => {
    let waiting: Promise<void> | undefined;
    try {
      waiting = act(request, reply);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (!waiting) done();
    else
      waiting.then(() => {
        // Who has answered already ends here.
        if (!reply.sent) done();
      }, done);
  };
}
