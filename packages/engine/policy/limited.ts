import { Conversation, Database, encode, type Query, type Queryable, RESOURCE_TYPES, type Row } from '@mach/store';
import type { Access } from './access.ts';

/** What the views of the schema `access` ask about the one who looks: see migrations 0041 and 0042. */
export interface Enter {
  readonly types: string;
  readonly person: readonly (string | null)[];
  readonly unit: readonly (string | null)[];
  readonly who: readonly string[];
  readonly closed: readonly string[];
  readonly soft: readonly string[];
  readonly own: string;
  readonly purpose: string;
  readonly hide: string;
}

const DAY = 86_400_000;
const before = (now: string, days: number | null): string | null =>
  days === null ? null : new Date(Date.parse(now) - days * DAY).toISOString();

/** A policy as settings: short enough to travel with every question. Kept with background work in this form. */
export function enterOf(access: Access): Enter {
  const { asker } = access;
  const profiles: string[] = [];
  const [person, unit]: [(string | null)[], (string | null)[]] = [[], []];
  const hide: Record<string, string[]> = {};
  const signs = RESOURCE_TYPES.map((type, index) => {
    const { rows } = access.records('read', type);
    if (rows === 'none') return '0';
    const hidden = access.hiddenElements(type);
    if (hidden.length > 0) hide[index + 1] = hidden.flatMap((name) => [name, `_${name}`]);
    if (rows === 'all') return '1';
    const key = JSON.stringify(rows);
    let place = profiles.indexOf(key);
    if (place < 0) {
      place = profiles.push(key) - 1;
      person.push(before(asker.now, rows.person));
      unit.push(before(asker.now, rows.unit));
    }
    return String.fromCharCode(97 + place);
  });
  return {
    types: signs.join(''),
    person,
    unit,
    who: [...asker.me, ...asker.units],
    closed: [...access.hidden, ...access.soft],
    soft: access.soft,
    own: before(asker.now, access.ownDays) ?? asker.now,
    purpose: access.asksConsent ? asker.purpose : '',
    hide: Object.keys(hide).length === 0 ? '' : JSON.stringify(hide),
  };
}

const array = (list: readonly (string | null)[]): string => String(encode([...list]));

/** The settings of one person as a statement; the last value is the instant. */
function statementOf(enter: Enter): { name: string; text: string; values: readonly string[] } {
  const all: [string, string][] = [
    ['mach.types', enter.types],
    ['mach.who', array(enter.who)],
    ['mach.person', array(enter.person)],
    ['mach.unit', array(enter.unit)],
    ['mach.own', enter.own],
  ];
  const { closed, soft, purpose, hide } = enter;
  // What is not set is empty: most have none of these.
  if (closed.length > 0) all.push(['mach.closed', array(closed)], ['mach.soft', array(soft)]);
  if (purpose !== '') all.push(['mach.purpose', purpose]);
  if (hide !== '') all.push(['mach.hide', hide]);
  const sets = [...all.map(([name]) => name), 'mach.now'].map((name, i) => `set_config('${name}', $${i + 1}, true)`);
  const text = `select set_config('search_path', 'access, public', true), ${sets.join(', ')}`;
  return { name: `access_enter_${all.map(([name]) => name[5]).join('')}`, text, values: all.map(([, value]) => value) };
}

type Typed = Query & { types?: unknown };

/**
 * The database as one person sees it: every question travels with his settings, in the same packet, and what he may not
 * see is not there. For reading only; commands write as themselves, under their own checks.
 */
export class LimitedDatabase extends Database {
  private readonly whole: Database;
  private readonly enter: ReturnType<typeof statementOf>;
  private readonly now: () => string;

  constructor(whole: Database, enter: Enter, now: () => string) {
    super({ host: '', port: 0, database: '', user: '' });
    this.whole = whole;
    this.enter = statementOf(enter);
    this.now = now;
  }

  override get system(): Queryable {
    return this.whole.system;
  }
  override relaxed(tenant: number): Queryable {
    return this.tenant(tenant);
  }
  override tenant(tenant: number): Queryable {
    return { query: (query) => this.withClient(tenant, (client) => client.query(query)) };
  }
  override withClient<T>(tenant: number, work: (client: Queryable) => Promise<T>): Promise<T> {
    return this.whole.withClient(tenant, (client) => work(this.limited(client)));
  }
  override transaction<T>(tenant: number, work: (client: Queryable) => Promise<T>): Promise<T> {
    return this.whole.transaction(tenant, (client) => work(this.limited(client)));
  }
  override async close(): Promise<void> {
    // The connections belong to the whole.
  }

  private limited(client: Queryable): Queryable {
    const { processID } = client as { processID?: number };
    const query = async <R extends Row>(asked: Query): Promise<{ rows: R[]; rowCount: number | null }> => {
      // The end of a transaction that has failed takes no other statement before it.
      if (/^\s*(rollback|commit)\b/i.test(asked.text)) return client.query<R>(asked);
      const together = new Conversation(client);
      // Plans of the smaller world have names of their own: a change of the search path would undo the others'.
      const { name, text, values } = asked as Typed;
      const answers = Promise.all([
        // They hold for the transaction that the question is alone in: the next one on the connection knows none.
        together.query({ ...this.enter, values: [...this.enter.values, this.now()] }),
        together.query<R>({ text, values, ...(name === undefined ? {} : { name: `${name}~` }) }),
      ]);
      const [, answer] = await answers;
      return (asked as Typed).types === undefined ? answer : { ...answer, rows: answer.rows.map(instantsAsText) };
    };
    return { query, processID } as Queryable & { processID: number | undefined };
  }
}

/** Who asks with parsers of his own takes instants as PostgreSQL writes them: `2026-11-22 07:44:21.12+00`. */
function instantsAsText<R extends Row>(row: R): R {
  const plain: Row = { ...row };
  for (const [name, value] of Object.entries(row))
    if (value instanceof Date) plain[name] = value.toISOString().replace('T', ' ').replace('Z', '+00');
  return plain as R;
}
