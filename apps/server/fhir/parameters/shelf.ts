import { type Engine, type JobHandle, Jobs } from '@mach/engine';
import type { JsonObject } from '@mach/fhir/json.ts';
import { setCustomParams } from '@mach/fhir/search-custom.ts';
import type { SearchParam } from '@mach/fhir/search-definitions.ts';
import { parseSearchString } from '@mach/fhir/search-syntax.ts';
import { type Database, type Row, searchRecords } from '@mach/store';
import { countRecords, reindexPage } from '@mach/store/search-reindex.ts';
import { type Definition, readDefinition } from './definition.ts';

/** Other processes know of a new parameter after this time at most, ms. */
const POLL = 2_000;
const PAGE = 500;
/** Parameters of one facility beyond this number are not looked at. */
const MAX_PARAMS = 500;
const KIND = 'fhir.reindex';

interface Shelved extends Row {
  hash: string;
  tenant: number;
  id: string;
  code: string;
  definition: SearchParam;
  state: 'indexing' | 'active' | 'refused';
  reason: string | null;
}
/** One that cannot be searched by: yet, or at all. */
export interface Pending {
  readonly code: string;
  readonly base: readonly string[];
  readonly reason: string | null;
  readonly done: number;
  readonly total: number | null;
}
interface Cursor {
  readonly tenant: number;
  readonly type: number;
  readonly after: string;
}

async function readShelf(database: Database): Promise<Shelved[]> {
  const { rows } = await database.system.query<Shelved>({
    name: 'search_parameter_read',
    text: 'select hash, tenant, id, code, definition, state, reason from system.search_parameter order by noted_at, hash',
  });
  return rows;
}

function make(rows: readonly Shelved[]): void {
  const active = new Set(rows.filter((r) => r.state === 'active').map((r) => `${r.tenant} ${r.code}`));
  setCustomParams(
    rows
      .filter((r) => r.state !== 'refused')
      .map((r) => ({
        tenant: r.tenant,
        code: r.code,
        param: r.definition,
        // Of two with the same code the one that is searched by already stays.
        searchable: r.state === 'active' && active.delete(`${r.tenant} ${r.code}`),
      })),
  );
}

/** For a program that writes without the doors: it keeps the facilities' own parameters in the index as well. */
export async function knowParameters(database: Database): Promise<void> {
  make(await readShelf(database));
}

/**
 * The search parameters that facilities have defined. The active SearchParameters are compared with what is known; a
 * new one is told to every process, is from then on kept up with each write, and after that a job looks at everything
 * that was written before. It is searched by when the job is done, and dropped when its SearchParameter is.
 */
export class ParameterShelf {
  private readonly engine: Engine;
  private readonly jobs: Jobs;
  private readonly poll: number;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private round: Promise<void> = Promise.resolve();
  private shown = '';
  private dirty = true;
  private readonly unfollow: (() => void)[] = [];

  constructor(engine: Engine, poll = POLL) {
    this.engine = engine;
    this.poll = poll;
    this.jobs = new Jobs(engine.database, engine.ids);
    this.jobs.handle(KIND, (job) => this.reindex(job));
  }

  start(): void {
    for (const { tenant } of this.engine.allFacilities)
      this.unfollow.push(
        this.engine.relay(tenant).onEntries((entries) => {
          if (entries.some((entry) => entry.records.some(([type]) => type === 'SearchParameter'))) this.poke();
        }),
      );
    this.jobs.start(Math.min(this.poll, 1_000));
    this.next(0);
  }

  private poke(): void {
    this.dirty = true;
    this.next(0);
  }

  private next(wait: number): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.round
        .then(() => this.look())
        .catch(() => undefined)
        .finally(() => this.next(this.poll));
    }, wait);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const unfollow of this.unfollow) unfollow();
    await Promise.all([this.round, this.jobs.stop()]);
    setCustomParams([]);
  }

  private async look(): Promise<void> {
    if (this.dirty) {
      this.dirty = false;
      await this.compare();
    }
    await this.show();
  }

  /** Makes known to this process what is on the shelf. */
  async show(): Promise<void> {
    const rows = await this.read();
    const now = rows.map((r) => `${r.tenant} ${r.hash} ${r.state}`).join();
    if (now === this.shown) return;
    this.shown = now;
    make(rows);
  }

  private read(): Promise<Shelved[]> {
    return readShelf(this.engine.database);
  }

  /** The active SearchParameters of all facilities against the shelf. */
  private async compare(): Promise<void> {
    const wanted = new Map<string, { definition: Definition; tenant: number; id: string }>();
    const query = parseSearchString('SearchParameter', `status=active&_sort=_id&_count=${MAX_PARAMS}`);
    if (!query.ok) throw new Error('the search for parameters cannot be read');
    for (const { tenant } of this.engine.allFacilities) {
      const { matches } = await searchRecords(this.engine.database, tenant, 'SearchParameter', query.value);
      for (const record of matches) {
        const definition = readDefinition(record.resource as unknown as JsonObject);
        const key = `${tenant} ${definition?.hash}`;
        if (definition && !wanted.has(key)) wanted.set(key, { definition, tenant, id: record.id });
      }
    }
    const known = new Set((await this.read()).map((r) => `${r.tenant} ${r.hash}`));
    const gone = [...known].filter((key) => !wanted.has(key));
    const { system } = this.engine.database;
    if (gone.length > 0)
      await system.query({
        text: `delete from system.search_parameter where tenant || ' ' || hash = any($1)`,
        values: [gone],
      });
    for (const [key, { definition, tenant, id }] of wanted) {
      if (known.has(key)) continue;
      const { hash, code, param, fault } = definition;
      const { rowCount } = await system.query({
        text: `insert into system.search_parameter (hash, tenant, id, code, definition, state, reason)
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, hash) do nothing`,
        values: [hash, tenant, id, code, JSON.stringify(param), fault === null ? 'indexing' : 'refused', fault],
      });
      if (rowCount === 1 && fault === null) await this.jobs.enqueue(tenant, KIND, { tenant, hash, types: param.base });
    }
  }

  /** Looks at what was written before the parameter was known; goes on where an earlier run stopped. */
  private async reindex(job: JobHandle): Promise<void> {
    const { tenant, hash, types } = job.args as { tenant?: number; hash: string; types: string[] };
    // Jobs of earlier versions looked at every facility.
    const tenants = tenant === undefined ? this.engine.allFacilities.map((f) => f.tenant) : [tenant];
    // Every process must know of it before the first page: what it writes from then on it indexes itself.
    await new Promise((resolve) => setTimeout(resolve, 2 * this.poll));
    await this.show();
    let { done, total } = job.progress;
    if (total === null) {
      total = 0;
      for (const tenant of tenants) total += await countRecords(this.engine.database, tenant, types);
    }
    const from = (job.progress.cursor as Cursor | null) ?? { tenant: 0, type: 0, after: '' };
    let { after } = from;
    for (let t = from.tenant; t < tenants.length; t++)
      for (let i = t === from.tenant ? from.type : 0; i < types.length; i++) {
        for (let more = true; more; ) {
          job.signal.throwIfAborted();
          const page = await reindexPage(this.engine.database, tenants[t] ?? 0, types[i] ?? '', after, PAGE);
          done += page.count;
          more = page.last !== undefined;
          after = page.last ?? '';
          if (more || page.count > 0) await job.report({ cursor: { tenant: t, type: i, after }, done, total });
        }
      }
    await this.engine.database.system.query({
      text: `update system.search_parameter set state = 'active' where hash = $1 and tenant = any($2) and state = 'indexing'`,
      values: [hash, tenants],
    });
    await this.show();
  }

  /** Those that cannot be searched by in a facility, with how far they are. */
  async pending(tenant: number): Promise<Pending[]> {
    const { rows } = await this.engine.database.system.query<
      Row & { code: string; definition: SearchParam; reason: string | null; done: string | null; total: string | null }
    >({
      name: 'search_parameter_pending',
      text: `select p.code, p.definition, p.reason, j.done_count as done, j.total_count as total
             from system.search_parameter p
             left join system.job j on j.kind = $1 and j.tenant = p.tenant and j.args->>'hash' = p.hash and j.state in ('queued', 'running')
             where p.tenant = $2 and p.state <> 'active'`,
      values: [KIND, tenant],
    });
    return rows.map((r) => ({
      code: r.code,
      base: r.definition.base,
      reason: r.reason,
      done: Number(r.done ?? 0),
      total: r.total === null ? null : Number(r.total),
    }));
  }
}
