import { asOwner } from '@mach/server/owner.ts';
import { archiveOf } from '@mach/server/safekeeping/archive-of.ts';
import { findBehind, setAside } from '@mach/server/safekeeping/behind.ts';
import { reconcile } from '@mach/store';
import { UsageError } from './arguments.ts';
import type { Call } from './commands.ts';
import { instantFlag } from './restore.ts';

/** `mach reconcile`: a house that has gone back (a lost end of the log, another's restore) goes on safely. */
export async function acceptLoss({ house, words, out }: Call): Promise<number> {
  if (house.attached) throw new UsageError('a server is working on this data folder: stop it first');
  const { engine, dataDir } = house;
  const behind = await findBehind(engine, dataDir, archiveOf(dataDir, process.env)?.archive);
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
  ]);
  return 0;
}
