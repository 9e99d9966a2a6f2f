import { listOutbox, type Row, readBalances, readFlows } from '@mach/store';
import type { Actor } from './actor.ts';
import { houseAlarms } from './alarms.ts';
import type { Engine } from './engine.ts';
import { figures, maySee } from './figures.ts';
import type { TableSource } from './module.ts';

/** What the tables of modules may read, for one person. */
export function tableSource(engine: Engine, actor: Actor): TableSource {
  const { tenant } = actor;
  const on = engine.database.tenant(tenant);
  const system = engine.database.system;
  return {
    now: engine.clock.now().toISOString(),
    balances: (ledger, prefix) => readBalances(on, ledger, prefix),
    flows: (ledger, from, to, since) => readFlows(on, ledger, { from, to, since }),
    outbox: (query) => listOutbox(on, query),
    setting: (key, fallback) => (engine.settings(tenant).get(key) ?? fallback) as typeof fallback,
    sees: (view) => maySee(engine, actor, view),
    may: (permission) => engine.policy.may(actor, permission),
    figures: (from, text, values) => figures(engine, actor, from, text, values),
    rules: (subject, date) => engine.packsOf(tenant).at(subject, date),
    jobs: async () => (await system.query({ name: 'job_list', text: JOBS, values: [tenant] })).rows,
    schedules: async () => {
      const { rows } = await system.query<Row & { name: string }>({
        name: 'schedule_last',
        text: `select s.name, s.planned_to, s.paused_at, s.paused_by, j.id as job, j.state, j.due_at, j.finished_at
               from system.schedule s left join lateral (
                 select * from system.job j where j.tenant = s.tenant and j.schedule = s.name order by j.due_at desc limit 1) j on true
               where s.tenant = $1`,
        values: [tenant],
      });
      const known = new Map(rows.map((row) => [row.name, row]));
      return engine.modules.flatMap((module) =>
        (module.schedules ?? []).map((schedule) => ({ schedule, row: known.get(schedule.name) })),
      );
    },
    message: (destination, kind) => {
      const known = engine.modules
        .flatMap((module) => module.destinations ?? [])
        .find((one) => one.name === destination);
      const say = (language: 'vi' | 'en'): string =>
        [known?.title[language] ?? destination, known?.kinds?.[kind]?.[language]].filter(Boolean).join(' · ');
      return { vi: say('vi'), en: say('en') };
    },
    alarms: () => houseAlarms(engine),
    people: async (logins) => {
      const { rows } = await system.query<{ login: string; display_name: string }>({
        name: 'account_names',
        text: 'select login, display_name from system.account where login = any($1::text[])',
        values: [logins],
      });
      return new Map(rows.map((row) => [row.login, row.display_name]));
    },
  };
}

/** What runs, what failed, and the newest of what is over. */
const JOBS = `(select * from system.job where tenant = $1 and state in ('queued', 'running', 'failed')
    order by created_at desc limit 200)
  union all (select * from system.job where tenant = $1 and state in ('done', 'cancelled') order by created_at desc limit 100)
  order by created_at desc`;
