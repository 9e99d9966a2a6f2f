import { fromLocal } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine';
import type { OverlayEntry } from '@mach/engine/rule-packs/overlay.ts';
import { queryView } from '@mach/store';
import { present } from './present.ts';

/** What a correction would touch, as the house stands. */
export interface Effect {
  entries: OverlayEntry[];
  /** Visits that are not settled yet: what is ordered in them from that day on is decided with the correction. */
  openVisits: number;
  /** Unpaid lines of these codes since that day. They keep the price that they were ordered at. */
  unpaidLines: number;
  /** Laboratory orders of these codes that have no validated result: they are judged by the correction. */
  pendingTests: number;
  /** Claims of visits since that day that the fund has not had: they are checked by the correction. */
  openClaims: number;
  /** Claims of visits since that day that the fund has: they stay as they were sent, unless somebody sends them again. */
  sentClaims: number;
  /** Where counting stopped; the true number may be larger. */
  atMost: number;
}
const AT_MOST = 5_000;
/** Order states before a result is validated. */
const PENDING = ['signed', 'accepted', 'in-progress', 'performed', 'preliminary'];
const OPEN_RANKS = ['1', '2', '3'];

/** @throws Problem 422 for an entry that does not fit its pack */
export async function effectOf(
  engine: Engine,
  tenant: number,
  entries: readonly OverlayEntry[],
  from: string,
): Promise<Effect> {
  const packs = engine.packsOf(tenant);
  const rules = { rules: (subject: string, date = from) => packs.at(subject, date) };
  const found = entries.map((entry, i) => present(rules, entry, from, `entries.${i}`));
  const codes = new Set(found.flatMap((entry) => Object.values(entry.key)));
  const visits = await rowsOf(engine, tenant, 'cashier.queue', [{ column: 'rank', op: 'eq', values: OPEN_RANKS }]);
  const since = (column: string): Filter => ({ column, op: 'from', values: [fromLocal(from)] });
  const lines = await rowsOf(engine, tenant, 'cashier.lines', [
    { column: 'status', op: 'eq', values: ['billable'] },
    since('at'),
  ]);
  const tests = await rowsOf(engine, tenant, 'lab.worklist', [{ column: 'state', op: 'eq', values: PENDING }]);
  const claims = await rowsOf(engine, tenant, 'claims.list', [since('endedAt')]);
  const open = claims.filter((claim) => claim.sentAt === null);
  return {
    entries: found,
    openVisits: visits.length,
    unpaidLines: lines.filter((line) => codes.has(String(line.code))).length,
    pendingTests: tests.filter((test) => codes.has(String(test.service))).length,
    openClaims: open.length,
    sentClaims: claims.length - open.length,
    atMost: AT_MOST,
  };
}

type Filter = NonNullable<Parameters<typeof queryView>[2]['filters']>[number];

/** Rows that one question brings at most. */
const PAGE = 1_000;
type PlainRow = Awaited<ReturnType<typeof queryView>>['rows'][number];

/** Rows of another module's view; none where that module is not loaded. */
async function rowsOf(engine: Engine, tenant: number, name: string, filters: Filter[]) {
  const view = engine.views.get(name);
  if (!view) return [];
  const found: PlainRow[] = [];
  let after: string | undefined;
  do {
    const page = { filters, limit: PAGE, after };
    const { rows, next } = await queryView(engine.database.tenant(tenant), view.definition, page);
    found.push(...rows);
    after = next ?? undefined;
  } while (after !== undefined && found.length < AT_MOST);
  return found;
}
