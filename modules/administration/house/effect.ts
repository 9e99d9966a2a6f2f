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
  /** Where counting stopped; the true number may be larger. */
  atMost: number;
}
const AT_MOST = 5_000;
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
  const lines = await rowsOf(engine, tenant, 'cashier.lines', [
    { column: 'status', op: 'eq', values: ['billable'] },
    { column: 'at', op: 'from', values: [fromLocal(from)] },
  ]);
  return {
    entries: found,
    openVisits: visits.length,
    unpaidLines: lines.filter((line) => codes.has(String(line.code))).length,
    atMost: AT_MOST,
  };
}

type Filter = NonNullable<Parameters<typeof queryView>[2]['filters']>[number];

/** Rows of another module's view; none where that module is not loaded. */
async function rowsOf(engine: Engine, tenant: number, name: string, filters: Filter[]) {
  const view = engine.views.get(name);
  if (!view) return [];
  const { rows } = await queryView(engine.database.tenant(tenant), view.definition, { filters, limit: AT_MOST });
  return rows;
}
