import { readView } from '@mach/engine';
import { asOwner } from '@mach/server/owner.ts';
import { knownArchive } from '@mach/server/safekeeping/archive-of.ts';
import { findBehind, setAside } from '@mach/server/safekeeping/behind.ts';
import { newestEvents } from '@mach/server/safekeeping/events.ts';
import { reconcile } from '@mach/store';
import { UsageError } from './arguments.ts';
import type { Call } from './call.ts';
import { instantFlag } from './restore.ts';

/** What a restore has left to do, of one facility. */
interface Left {
  facility: string;
  /** Messages of before whose destination was asked again, by state. */
  messages: { destination: string; state: string; n: number }[];
  /** Blocks of paper numbers that were taken before the restore and are not accounted for. */
  blocks: number;
}

/** `mach reconcile --show`: the last time that this house was put back, and what waits for people since. */
async function show({ house, out }: Call): Promise<number> {
  const { engine } = house;
  const { restore } = await newestEvents(engine.database.system);
  if (!restore) {
    out.result({ restored: null }, ['✓ dữ liệu này chưa từng phục hồi · this data was never put back']);
    return 0;
  }
  const left: Left[] = [];
  for (const { tenant, code } of engine.allFacilities) {
    const { rows } = await engine.database.tenant(tenant).query<{ destination: string; state: string; n: number }>({
      text: `select destination, state, count(*)::int as n from outbox
             where tenant = mach_tenant() and restored_at is not null group by 1, 2 order by 1, 2`,
    });
    const actor = engine.systemActor(tenant, 'cli', ['administrator']);
    const filters = [
      { column: 'state', op: 'eq', values: ['open'] },
      { column: 'takenAt', op: 'to', values: [restore.at] },
    ] as const;
    const blocks = engine.views.has('desk.blocks')
      ? (await readView(engine, actor, 'desk.blocks', { filters, limit: 1_000 })).rows.length
      : 0;
    left.push({ facility: code, messages: rows, blocks });
  }
  const { since, until, counters, uncertain, sessions } = restore.detail;
  out.result({ restored: { at: restore.at, ...restore.detail }, left }, [
    `phục hồi lúc ${restore.at}, về ${String(since)}; mất đến ${String(until)} · put back at ${restore.at} to ${String(since)}`,
    `  ${String(counters)} bộ đếm đã nhảy qua · counters moved on; ${String(uncertain)} thông điệp hỏi lại · messages asked again; ${String(sessions)} phiên kết thúc · sessions ended`,
    ...left.flatMap(({ facility, messages, blocks }) => [
      ...messages.map(({ destination, state, n }) => `  ${facility} ${destination}: ${n} ${state}`),
      `  ${facility}: ${blocks} quyển số giấy chưa kết sổ · blocks of paper numbers not accounted for`,
    ]),
  ]);
  return 0;
}

/** `mach reconcile`: a house that has gone back (a lost end of the log, another's restore) goes on safely. */
export async function acceptLoss(call: Call): Promise<number> {
  const { house, words, out } = call;
  if (words.flags.show === true) return show(call);
  if (house.attached)
    throw new UsageError('dừng máy chủ của thư mục này trước · a server is working on this data folder: stop it first');
  const { engine, dataDir } = house;
  const behind = await findBehind(engine, dataDir, knownArchive(dataDir, process.env));
  const given = instantFlag(words, 'lost-until');
  if (!behind && given === undefined) {
    out.result({ behind: false }, [
      '✓ không bên nào biết nhiều hơn dữ liệu này · nobody knows more than this data does',
    ]);
    return 0;
  }
  const at = new Date().toISOString();
  const { since, seen } = await setAside(engine, dataDir);
  const until = given ?? [seen, at].sort().at(-1) ?? at;
  const done = await asOwner(house.urls, (owner) =>
    reconcile(owner, { at, source: 'reconcile', since, until, seenUntil: since, marks: {} }),
  );
  out.result({ behind: true, evidence: behind?.evidence ?? [], since, until, ...done }, [
    ...(behind?.evidence ?? []),
    `✓ mất từ ${since} đến ${until}; ${done.counters} bộ đếm đã nhảy qua, ${done.uncertain} thông điệp sẽ hỏi lại nơi nhận, ${done.sessions} phiên đã kết thúc`,
    `  lost from ${since} to ${until}: ${done.counters} counters moved on, ${done.uncertain} messages will be asked about, ${done.sessions} sessions ended`,
  ]);
  return 0;
}
