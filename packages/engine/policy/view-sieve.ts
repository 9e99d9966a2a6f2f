import { refuse } from '@mach/base/problem.ts';
import { type PlainRow, type Queryable, queryView, type ViewQuery, viewTable } from '@mach/store';
import type { Actor } from '../actor.ts';
import type { Engine } from '../engine.ts';
import type { View } from '../module.ts';
import { type Extent, isBound } from './access.ts';
import { patientFacts, recordLabels } from './facts.ts';
import { ruledOut } from './limited-policy.ts';
import { NO_FACTS, withheldBy } from './sees.ts';
import { accessService, type Limited } from './service.ts';

/** Rows that are read at a time where only some are shown, and in all for one page. */
const BATCH = 1_000;
const MAX_LOOKED = 20_000;

/** Lets through the rows of a view that one person may see, and empties the columns that are hidden from him. */
export class ViewSieve {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly view: View;
  private readonly limited: Limited;
  private readonly extent: Extent;
  private readonly hidden: readonly string[];

  constructor(engine: Engine, tenant: number, view: View, limited: Limited) {
    this.engine = engine;
    this.tenant = tenant;
    this.view = view;
    this.limited = limited;
    this.extent = limited.access.permission(view.permission);
    this.hidden = limited.access.hiddenColumns(view.definition.name, view.permission);
  }

  /** Of these rows, by key, those that are there for him. */
  async open(keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const { access } = this.limited;
    const on: Queryable = this.engine.database.tenant(this.tenant);
    const { definition } = this.view;
    const { rows } = await on.query<{ key: string; patient: string | null }>({
      text: `select key, patient_label as patient from view.${viewTable(definition).table}
             where tenant = mach_tenant() and key = any($1::text[])`,
      values: [keys],
    });
    const [facts, labels] = await Promise.all([
      patientFacts(
        on,
        rows.flatMap((row) => row.patient ?? []),
      ),
      recordLabels(
        on,
        rows.map((row) => ({ type: definition.base, id: row.key })),
      ),
    ]);
    const now = this.engine.clock.now().toISOString();
    const bound = isBound(access.pack, definition.base);
    const open = rows.filter(({ key, patient }) => {
      // A row about no patient is as open as its view.
      const extent: Extent = patient === null && !bound ? { rows: 'all', rules: [] } : this.extent;
      const record = { patient, labels: labels.get(`${definition.base}/${key}`) ?? [] };
      return withheldBy(access, extent, record, facts.get(patient ?? '') ?? NO_FACTS, now) === null;
    });
    return new Set(open.map((row) => row.key));
  }

  /** A row with its hidden columns emptied. */
  shown(row: PlainRow): PlainRow {
    return this.hidden.length === 0 ? row : { ...row, ...Object.fromEntries(this.hidden.map((name) => [name, null])) };
  }

  /** A page of what he may see, full where there is so much; its cursor stands on a row that he saw. */
  async page(on: Queryable, query: ViewQuery): Promise<{ rows: string[]; next: string | null }> {
    this.refuseHidden(query);
    const limit = Math.min(Math.max(query.limit ?? 200, 1), 1000);
    const shown: PlainRow[] = [];
    let after = query.after;
    for (let looked = 0; looked < MAX_LOOKED; looked += BATCH) {
      const page = await queryView(on, this.view.definition, { ...query, limit: BATCH, ...(after ? { after } : {}) });
      const open = await this.open(page.rows.map((row) => String(row.key)));
      shown.push(...page.rows.filter((row) => open.has(String(row.key))));
      if (shown.length > limit || page.next === null) {
        const rows = shown.slice(0, limit);
        const last = rows.at(-1);
        const next = shown.length > limit && last ? cursorOf(last, query.sort) : null;
        return { rows: rows.map((row) => JSON.stringify(this.shown(row))), next };
      }
      after = page.next;
    }
    throw refuse(
      422,
      'too-costly',
      { vi: 'Phải xem quá nhiều dòng để lọc', en: 'Too many rows would have to be looked at' },
      { remedy: { vi: 'Thêm điều kiện lọc', en: 'Add filters' } },
    );
  }

  /** Every key that is there for him now: what a live reader has been shown. */
  async keys(): Promise<Set<string>> {
    const on = this.engine.database.tenant(this.tenant);
    const keys = new Set<string>();
    for (let after: string | undefined; ; ) {
      const page = await queryView(on, this.view.definition, { limit: BATCH, ...(after ? { after } : {}) });
      for (const key of await this.open(page.rows.map((row) => String(row.key)))) keys.add(key);
      if (page.next === null) return keys;
      after = page.next;
    }
  }

  private refuseHidden({ filters = [], sort }: ViewQuery): void {
    const asked = [...filters.map((f) => f.column), sort?.replace(/^-/, '') ?? ''];
    const column = asked.find((name) => this.hidden.includes(name));
    if (column === undefined) return;
    const { access } = this.limited;
    throw ruledOut(
      access,
      access.policy.rules.flatMap((rule) => (rule.kind === 'hide' ? [rule.id] : [])),
    );
  }
}

/** As the view's own paging writes it: the value that rows are sorted by, and the key. */
function cursorOf(row: PlainRow, sort: string | undefined): string {
  const value = sort === undefined ? null : (row[sort.replace(/^-/, '')] ?? null);
  return Buffer.from(JSON.stringify([value === null ? null : String(value), row.key])).toString('base64url');
}

/**
 * The sieve of a view for one person; undefined where he sees it whole.
 * @throws Problem 403 when a rule closes the view to him
 */
export async function viewSieve(engine: Engine, actor: Actor, view: View): Promise<ViewSieve | undefined> {
  const limited = await accessService(engine).of(actor);
  if (!limited) return undefined;
  const { access } = limited;
  const { rows, rules } = access.permission(view.permission);
  if (rows === 'none') throw ruledOut(access, rules);
  const labels = access.hidden.length + access.soft.length > 0 || access.asksConsent;
  if (rows === 'all' && !labels && access.hiddenColumns(view.definition.name, view.permission).length === 0)
    return undefined;
  return new ViewSieve(engine, actor.tenant, view, limited);
}
