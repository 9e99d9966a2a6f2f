import { addDays, localDate } from '@mach/base/time.ts';
import { analyze, openStock } from '@mach/server/first-run.ts';
import { MOST_VISITS, runFollowers, simulate } from '@mach/simulation';
import type { Batch } from '@mach/store';
import { countFlag, dateFlag, UsageError } from './arguments.ts';
import type { Call } from './call.ts';

const DEFAULTS = { days: 30, visits: 200, seed: 1 } as const;

/** `mach simulate`: the demo hospital works for some days through the real commands. */
export async function simulateDays({ house, words, out }: Call): Promise<number> {
  const facility = house.engine.allFacilities.find((f) => f.mode === 'demo');
  if (!house.demo || facility === undefined) {
    process.stderr.write(
      'Thư mục dữ liệu này không phải bản thử nghiệm: mô phỏng sẽ trộn người bịa vào hồ sơ thật.\n' +
        'This data folder is not marked demo: a simulation would mix made-up people with real records.\n' +
        '→ MACH_DATA=<thư mục mới · a new folder> mach simulate …\n',
    );
    return 1;
  }
  const count = countFlag(words, 'days', DEFAULTS.days);
  const visits = countFlag(words, 'visits', DEFAULTS.visits);
  const seed = countFlag(words, 'seed', DEFAULTS.seed);
  if (visits > MOST_VISITS) throw new UsageError(`--visits must be ${MOST_VISITS} at most`);
  const today = localDate(house.engine.clock.now().toISOString());
  const from = words.flags.from === undefined ? addDays(today, -count) : dateFlag(words, 'from');
  const days = Array.from({ length: count }, (_, i) => addDays(from, i));
  if (addDays(from, count) > today)
    throw new UsageError(`--from ${from} and --days ${count} reach into today: the days must be over`);

  await openStock(house, from);
  const started = Date.now();
  // On a signal the program closes the house; here the run only ends between two steps and says how to go on.
  let stopping = false;
  const stop = (): void => {
    stopping = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // A server on the same folder runs the followers itself.
  const follow = house.attached
    ? undefined
    : (batch: Batch | undefined) => runFollowers(house.engine, facility.tenant, house, batch);
  try {
    const report = await simulate({
      engine: house.engine,
      tenant: facility.tenant,
      seed,
      visits,
      days,
      follow,
      together: follow !== undefined,
      analyze: () => analyze(house),
      stopped: () => stopping,
      onProgress: ({ day, visits: done, total }) => out.progress(`${day} · lượt khám`, done, total, started),
    });
    const seconds = (Date.now() - started) / 1000;
    const rate = report.visits / Math.max(seconds, 0.001);
    out.result(
      {
        seed,
        from,
        days: count,
        visits: report.visits,
        commands: report.commands,
        seconds: Math.round(seconds * 10) / 10,
        visitsPerSecond: Math.round(rate * 10) / 10,
        complete: report.complete,
        refusals: report.refusals,
      },
      [
        `${report.visits} lượt khám · ${report.commands} lệnh · ${seconds.toFixed(0)} s · ${rate.toFixed(1)} lượt/s`,
        ...report.refusals.map((r) => `  từ chối ${r.count} × ${r.command} (${r.code}): ${r.text}`),
        ...(report.complete ? [] : ['Đã dừng. Chạy lại cùng lệnh để làm tiếp · stopped: run the same again to go on']),
      ],
    );
    return report.complete ? 0 : 130;
  } catch (error) {
    if (!stopping) throw error;
    return 130;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
