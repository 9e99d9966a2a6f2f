import { refuse } from '@mach/base/problem.ts';
import type { Facility } from '@mach/engine';
import type { Board } from '@mach/operations/board/board.ts';
import { BOARD_SETTING } from '@mach/operations/contract.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BoardFeed } from '../board/feed.ts';
import { type Doors, originOf, requireActor } from './auth.ts';

/** A comment this often keeps proxies from closing a quiet stream, ms; a board that hears nothing connects anew. */
const HEARTBEAT = 15_000;
/** Screens on the walls of one facility, and whoever else has found the address. */
const VIEWERS = 200;
/** A screen that is this far behind is cut off; it comes back by itself. Bytes. */
const BACKLOG = 200_000;

interface Ask {
  Querystring: { facility?: string };
}

/**
 * `GET /api/board` and `GET /api/board/live`: the public board of a facility. Open without sign-in only where the
 * facility has switched it on; shows numbers, rooms and masked names, and nothing else.
 */
export function boardRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;
  const feeds = new Map<number, BoardFeed>();
  const feedOf = (tenant: number): BoardFeed => {
    const feed = feeds.get(tenant) ?? new BoardFeed(engine, tenant);
    feeds.set(tenant, feed);
    return feed;
  };
  app.addHook('onClose', async () => {
    for (const feed of feeds.values()) feed.stop();
  });

  const isPublic = ({ tenant, mode }: Facility): boolean => {
    const set = engine.settings(tenant).get(BOARD_SETTING);
    return set === true || (set === 'demo' && mode === 'demo');
  };

  /** @throws Problem 404 for an unknown facility, 401 or 403 where the board is not public */
  const open = async (request: FastifyRequest<Ask>): Promise<Facility> => {
    const { facility: code } = request.query;
    const all = engine.allFacilities;
    const facility = code === undefined ? (all.find(isPublic) ?? all[0]) : all.find((one) => one.code === code);
    if (!facility)
      throw refuse(
        404,
        'unknown-facility',
        { vi: `Không có cơ sở ${code ?? ''}`, en: `There is no facility ${code ?? ''}` },
        { field: 'facility' },
      );
    if (isPublic(facility)) return facility;
    const actor = await requireActor(doors, request);
    if (actor.tenant !== facility.tenant) throw elsewhere();
    engine.policy.require(actor, 'reception.see');
    await engine.audits.read(actor, 'view board', engine.clock.now().toISOString(), {
      kind: 'view',
      origin: originOf(request),
    });
    return facility;
  };

  app.get<Ask>('/api/board', async (request, reply) => {
    const facility = await open(request);
    reply.header('cache-control', 'no-store');
    return feedOf(facility.tenant).current();
  });

  app.get<Ask>('/api/board/live', async (request, reply) => {
    const facility = await open(request);
    const feed = feedOf(facility.tenant);
    if (feed.size >= VIEWERS) throw crowded();
    const board = await feed.current();
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const write = (text: string): void => {
      if (stream.writableLength > BACKLOG) stream.destroy();
      else stream.write(text);
    };
    const send = (one: Board): void => write(`data: ${JSON.stringify(one)}\n\n`);
    write('retry: 3000\n');
    send(board);
    const leave = feed.watch(send);
    // An event, not a comment: the screen must be able to hear that the line is alive.
    const heartbeat = setInterval(() => write('event: alive\ndata: \n\n'), HEARTBEAT);
    stream.on('close', () => {
      clearInterval(heartbeat);
      leave();
    });
  });
}

const elsewhere = () =>
  refuse(403, 'other-facility', {
    vi: 'Bảng này của cơ sở khác',
    en: 'This board belongs to another facility',
  });
const crowded = () =>
  refuse(
    503,
    'board-busy',
    { vi: 'Quá nhiều màn hình đang mở bảng này', en: 'Too many screens show this board' },
    { remedy: { vi: 'Thử lại sau ít phút', en: 'Try again in a few minutes' } },
  );
