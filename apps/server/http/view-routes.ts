import { refuse } from '@mach/base/problem.ts';
import { LiveHub, parseViewQuery, readViewText } from '@mach/engine';
import type { FastifyInstance } from 'fastify';
import { type Doors, originOf, requireActor, tokenOf } from './auth.ts';

/** A comment this often keeps proxies from closing a quiet stream, ms. */
const HEARTBEAT = 20_000;
/** A reader that is this far behind is cut off; it resumes by itself. Bytes. */
const BACKLOG = 1_000_000;

/** `GET /api/views/{name}` and the one multiplexed stream `GET /api/live`. */
export function viewRoutes(app: FastifyInstance, doors: Doors): void {
  const hubs = new Map<number, LiveHub>();
  const hubOf = (tenant: number): LiveHub => {
    const hub = hubs.get(tenant) ?? new LiveHub(doors.engine, tenant);
    hubs.set(tenant, hub);
    return hub;
  };

  app.get<{ Params: { name: string }; Querystring: Record<string, string | string[] | undefined> }>(
    '/api/views/:name',
    async (request, reply) => {
      const actor = await requireActor(doors, request);
      const query = parseViewQuery(request.query);
      const page = await readViewText(doors.engine, actor, request.params.name, query, originOf(request));
      return reply.type('application/json; charset=utf-8').send(page);
    },
  );

  app.get<{ Querystring: { view?: string | string[] } }>('/api/live', async (request, reply) => {
    const actor = await requireActor(doors, request);
    const views = [request.query.view ?? []].flat();
    if (views.length === 0 || views.length > 50)
      throw refuse(
        400,
        'views',
        { vi: 'Cần từ 1 đến 50 tham số view', en: 'Between 1 and 50 view parameters are needed' },
        { field: 'view' },
      );
    const last = request.headers['last-event-id'];
    const after = typeof last === 'string' && /^\d+\.\d+$/.test(last) ? last : undefined;
    const stream = reply.raw;
    // Refusals must come before the stream's head: subscribe first, hold the events until it is out.
    const held: string[] = [];
    let open = false;
    const write = (text: string): void => {
      if (!open) held.push(text);
      else if (stream.writableLength > BACKLOG) stream.destroy();
      else stream.write(text);
    };
    const unsubscribe = await hubOf(actor.tenant).subscribe(actor, views, after, (event, complete) => {
      // Cut off in the middle of a command, a reader resumes before it.
      const id = complete ? `id: ${event.position}\n` : '';
      write(`${id}event: ${event.op === 'reset' ? 'reset' : 'message'}\ndata: ${JSON.stringify(event)}\n\n`);
    });
    reply.hijack();
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    open = true;
    stream.write(`retry: 2000\n: ready\n\n${held.join('')}`);
    const heartbeat = setInterval(() => {
      write(': alive\n\n');
      // A session that was ended, or ran out, reads nothing more; listening alone does not keep it open.
      void doors.sessions.isOpen(tokenOf(request) ?? '').then(
        (open) => open || stream.destroy(),
        () => undefined,
      );
    }, HEARTBEAT);
    stream.on('close', () => {
      clearInterval(heartbeat);
      unsubscribe();
    });
  });
}
