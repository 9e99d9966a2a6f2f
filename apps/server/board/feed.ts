import { localDate, startOfLocalDay } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine';
import { type Board, type BoardPlace, type BoardVisit, boardOf, callsOf } from '@mach/operations/board/board.ts';
import type { QueueRow } from '@mach/outpatient/contract.ts';
import { orderQueue, QUEUE_STATES } from '@mach/outpatient/screens/doctor/queue/order.ts';
import type { RoomRow } from '@mach/reception/contract.ts';
import { type Filter, queryView } from '@mach/store';

const QUEUE = 'outpatient.queue';
const ROOMS = 'reception.rooms';
/** However much happens, the wall is drawn no more often than this, ms. */
const PAUSE = 1_000;
/** A new day begins, a missed hint: drawn at least this often while somebody looks, ms. */
const ROUND = 60_000;

/** The public board of one facility: read when the queue has changed and somebody looks. */
export class BoardFeed {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly run: string;
  private readonly viewers = new Set<(board: Board) => void>();
  private calls: ReadonlyMap<string, { id: string; at: string }> = new Map();
  private last: Board | undefined;
  private shown = '';
  private reading: Promise<Board> | undefined;
  private again: NodeJS.Timeout | undefined;
  private readAt = 0;

  constructor(engine: Engine, tenant: number) {
    this.engine = engine;
    this.tenant = tenant;
    this.run = engine.ids();
    engine.relay(tenant).onEntries((entries) => {
      if (entries.some((entry) => QUEUE in entry.dirty)) this.soon(PAUSE);
    });
  }

  get size(): number {
    return this.viewers.size;
  }

  /** The board as it is now, at most a second old. */
  async current(): Promise<Board> {
    if (this.last && performance.now() - this.readAt < PAUSE) return this.last;
    return this.read();
  }

  /** Sends every new board until the answer is called. */
  watch(viewer: (board: Board) => void): () => void {
    this.viewers.add(viewer);
    this.soon(ROUND);
    return () => {
      this.viewers.delete(viewer);
      if (this.viewers.size === 0) this.stop();
    };
  }

  stop(): void {
    clearTimeout(this.again);
    this.again = undefined;
  }

  private soon(ms: number): void {
    if (this.viewers.size === 0) return;
    clearTimeout(this.again);
    const wait = Math.max(ms === PAUSE ? PAUSE - (performance.now() - this.readAt) : ms, 50);
    this.again = setTimeout(() => void this.refresh(), wait);
    this.again.unref();
  }

  private async refresh(): Promise<void> {
    try {
      const board = await this.read();
      const content = JSON.stringify(board.rooms);
      if (content !== this.shown) for (const viewer of this.viewers) viewer(board);
      this.shown = content;
    } finally {
      this.soon(ROUND);
    }
  }

  private read(): Promise<Board> {
    this.reading ??= this.readRows().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readRows(): Promise<Board> {
    const now = this.engine.clock.now().toISOString();
    const day = startOfLocalDay(`${localDate(now)}T12:00:00.000Z`);
    const [queue, rooms] = await Promise.all([
      this.rows<QueueRow>(QUEUE, [
        { column: 'state', op: 'eq', values: [...QUEUE_STATES] },
        { column: 'arrivedAt', op: 'from', values: [day] },
      ]),
      this.rows<RoomRow>(ROOMS, []),
    ]);
    const places = rooms.map((room): BoardPlace => ({ id: room.key, code: room.code, name: room.name }));
    // The very order in which each doctor sees the list.
    const visits = places.flatMap(({ id }) =>
      orderQueue(
        queue.filter((row) => row.room === id),
        { room: id, practitioner: null },
      ).map(
        (row): BoardVisit => ({ key: row.key, room: id, number: row.queueNumber, name: row.name, state: row.state }),
      ),
    );
    this.calls = callsOf(visits, this.calls, now, this.engine.ids);
    const facility = this.engine.facility(this.tenant).name;
    this.last = boardOf({ run: this.run, facility, at: now }, places, visits, this.calls);
    this.readAt = performance.now();
    return this.last;
  }

  private async rows<R>(name: string, filters: Filter[]): Promise<R[]> {
    const view = this.engine.views.get(name);
    if (!view) return [];
    const on = this.engine.database.tenant(this.tenant);
    const { rows } = await queryView(on, view.definition, { filters, limit: 1000 });
    return rows as unknown as R[];
  }
}
