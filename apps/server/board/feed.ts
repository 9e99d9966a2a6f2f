import { localDate, startOfLocalDay } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine';
import {
  type Board,
  type BoardPlace,
  type BoardVisit,
  boardOf,
  callsOf,
  type Shown,
} from '@mach/operations/board/board.ts';
import type { QueueRow } from '@mach/outpatient/contract.ts';
import { isUrgent } from '@mach/outpatient/screens/doctor/queue/order.ts';
import {
  type CallRow,
  QUEUE_PACK,
  type QueueRules,
  type RoomRow,
  roomQueue,
  type TodayRow,
} from '@mach/reception/contract.ts';
import { type Filter, queryView } from '@mach/store';

const QUEUE = 'outpatient.queue';
const TODAY = 'reception.today';
const CALLS = 'reception.calls';
const ROOMS = 'reception.rooms';
/** What changes the wall. */
const WATCHED = [QUEUE, TODAY, CALLS];
/** Rows of one question to the database. */
const PAGE = 1_000;
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
  private calls: ReadonlyMap<string, Shown> = new Map();
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
      if (entries.some((entry) => WATCHED.some((view) => view in entry.dirty))) this.soon(PAUSE);
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
    const day = localDate(now);
    const from = startOfLocalDay(`${day}T12:00:00.000Z`);
    const [today, calls, vitals, rooms] = await Promise.all([
      this.rows<TodayRow>(TODAY, [{ column: 'arrivedAt', op: 'from', values: [from] }]),
      this.rows<CallRow>(CALLS, [{ column: 'at', op: 'from', values: [from] }]),
      this.rows<QueueRow>(QUEUE, [
        { column: 'state', op: 'eq', values: ['waiting'] },
        { column: 'arrivedAt', op: 'from', values: [from] },
      ]),
      this.rows<RoomRow>(ROOMS, []),
    ]);
    const rules = this.engine.packsOf(this.tenant).at<QueueRules>(QUEUE_PACK, day).data;
    const urgent = new Set(vitals.filter(isUrgent).map((row) => row.key));
    const places = rooms.map((room): BoardPlace => ({ id: room.key, code: room.code, name: room.name }));
    // The very order in which each doctor sees the list.
    const visits = places.flatMap(({ id }) => {
      const here = today.filter((row) => row.room === id);
      const line = roomQueue(here, calls, rules, (row) => urgent.has(row.key));
      const inside = here.filter((row) => row.state === 'in-exam');
      return [
        ...inside.map((row): BoardVisit => visitOf(row, id)),
        ...line.map(({ row, wait }): BoardVisit => ({ ...visitOf(row, id), wait })),
      ];
    });
    this.calls = callsOf(visits, calls, this.calls, { at: now, minutes: rules.calledMinutes }, this.engine.ids);
    const facility = this.engine.facility(this.tenant).name;
    this.last = boardOf({ run: this.run, facility, at: now }, places, visits, this.calls);
    this.readAt = performance.now();
    return this.last;
  }

  private async rows<R>(name: string, filters: Filter[]): Promise<R[]> {
    const view = this.engine.views.get(name);
    if (!view) return [];
    const on = this.engine.database.tenant(this.tenant);
    const found: unknown[] = [];
    let after: string | undefined;
    do {
      const { rows, next } = await queryView(on, view.definition, { filters, limit: PAGE, after });
      found.push(...rows);
      after = next ?? undefined;
    } while (after !== undefined);
    return found as R[];
  }
}

const visitOf = (row: TodayRow, room: string): BoardVisit => ({
  key: row.key,
  room,
  number: row.queueNumber,
  name: row.name,
  state: row.state,
});
