import type { Text } from '@mach/base/problem.ts';
import type { Balance, Filter, Flow, OutboxRow, PlainRow, Row, ViewDefinition, ViewQuery } from '@mach/store';
import type { Command } from './command.ts';
import type { CommandRef } from './command-ref.ts';
import type { Destination } from './exchange/destination.ts';
import type { Schedule } from './jobs/schedule.ts';
import { checkEvery } from './jobs/times.ts';
import type { RulePack, RulePacks } from './rule-packs.ts';

/** A view as a door offers it: the definition, who may read it, how it sorts by itself. */
export interface View {
  definition: ViewDefinition;
  permission: string;
  title: Text;
  /** Default order, `-column` for descending. */
  sort?: string;
}

/** Something about the house itself that waits for a person, not about a patient. */
export interface HouseAlarm {
  /** One alarm has one code while it lasts. */
  code: string;
  /** What it is about: a folder, a machine. */
  title: string;
  reason: Text;
  remedy: Text;
  since: string | null;
}

/** Rows of a view that sums are made of. */
export interface RowsOf {
  view: string;
  /** Narrow them where only some may be seen: each of those is looked at. */
  filters?: readonly Filter[];
}

/** What a table that is not made of records may read, in the name of the one who asks. */
export interface TableSource {
  /** The instant of the question. */
  now: string;
  balances(ledger: string, prefix: string): Promise<Balance[]>;
  /** What went from accounts to others since an instant, less what came back. */
  flows(ledger: string, from: string, to: string, since: string): Promise<Flow[]>;
  outbox(query: {
    states?: readonly string[];
    subject?: string;
    destination?: string;
    limit?: number;
  }): Promise<OutboxRow[]>;
  setting<T>(key: string, fallback: T): T;
  /** The house has this view, and the one who asks may read it. */
  sees(view: string): boolean;
  may(permission: string): boolean;
  /** Set-based sums over views; see `figures`. */
  figures<R extends Row>(
    from: Readonly<Record<string, RowsOf>>,
    text: string,
    values?: readonly unknown[],
  ): Promise<R[]>;
  rules<T>(subject: string, date: string): RulePack<T>;
  jobs(): Promise<Row[]>;
  schedules(): Promise<{ schedule: Schedule; row: Row | undefined }[]>;
  /** What a message of the outbox is called: where it goes, and of which kind it is. */
  message(destination: string, kind: string): Text;
  /** Names of accounts by login. */
  people(logins: readonly string[]): Promise<Map<string, string>>;
  /** What is wrong with the house itself: backups. */
  alarms(): Promise<HouseAlarm[]>;
}

/** Rows over ledgers, the outbox or jobs, served by the same door as views; not live, not rebuilt. */
export interface Table {
  name: string;
  permission: string;
  title: Text;
  read(source: TableSource, query: ViewQuery): Promise<PlainRow[]>;
}

/** A committed event as a reaction sees it. */
export interface CommittedEvent {
  name: string;
  payload: Readonly<Record<string, unknown>>;
  /** Key of the command that emitted it. */
  key: string;
  at: string;
}

/** A command that follows an event, after the fact and exactly once. Undefined input: nothing to do. */
export interface Reaction {
  /** `claims.on-settled`: names the follower's deeds in the audit. */
  name: string;
  event: string;
  command: CommandRef<never, unknown> | CommandRef<unknown, unknown>;
  input(event: CommittedEvent): unknown;
  roles: readonly string[];
}

/** Lets a reaction name a command of any input type. */
export function reaction<I, R>(spec: {
  name: string;
  event: string;
  command: CommandRef<I, R>;
  input(event: CommittedEvent): I | undefined;
  roles: readonly string[];
}): Reaction {
  return spec as unknown as Reaction;
}

/** A right that a module claims over records: a raw write of these is refused, with the name of the command to use. */
export interface Owned {
  type: string;
  /** The command that does it properly. */
  command: string;
  /** Only records for which this holds (default: all of the type that carry the module's mark). */
  when?: (resource: Record<string, unknown>) => boolean;
}

export interface CodeRow {
  code: string;
  display: string;
  [more: string]: unknown;
}

/** A code list that people search by typing: `GET /api/codes/{list}`. */
export interface CodeList {
  list: string;
  title: Text;
  search(query: { packs: RulePacks; q: string; date: string; limit: number }): CodeRow[];
}

/** The manifest of a module: everything that the rest of the house may know of it. */
export interface Module {
  name: string;
  title: Text;
  commands?: readonly Command<never, unknown>[];
  views?: readonly View[];
  tables?: readonly Table[];
  reactions?: readonly Reaction[];
  owns?: readonly Owned[];
  /** Proposed roles: role → permissions. */
  roles?: Readonly<Record<string, readonly string[]>>;
  codes?: readonly CodeList[];
  destinations?: readonly Destination[];
  /** Work that is done by itself at its times. */
  schedules?: readonly Schedule[];
  /** Settings with their defaults; an installation overrides them by key `module.name`. */
  settings?: Readonly<Record<string, unknown>>;
  /** Secrets inside the settings, `bank.secret` (`*`: any name): sealed in the database, opened by `openSetting` alone. */
  secrets?: readonly string[];
}

/** Declares a module; checks what the compiler cannot: names carry the module's own name. */
export function defineModule(module: Module): Module {
  const prefix = `${module.name}.`;
  const foreign = [
    ...(module.commands ?? []).map((c) => c.name),
    ...(module.views ?? []).map((v) => v.definition.name),
    ...(module.schedules ?? []).map((s) => s.name),
  ].find((name) => !name.startsWith(prefix));
  if (foreign) throw new RangeError(`module ${module.name} may not declare ${foreign}`);
  for (const schedule of module.schedules ?? []) checkEvery(schedule.every);
  return module;
}

/** Lets a command of any input type stand in a manifest; the dispatcher parses the input before it calls. */
export function commands(...list: readonly unknown[]): readonly Command<never, unknown>[] {
  return list as readonly Command<never, unknown>[];
}
