import {
  Conversation,
  Database,
  encode,
  Gathering,
  processOf,
  type Query,
  type Queryable,
  RESOURCE_TYPES,
  type Row,
} from '@mach/store';
import type { Access } from './access.ts';

/** What the views of the schema `access` ask about the one who looks: see migrations 0041, 0042 and 0165. */
export interface Enter {
  readonly types: string;
  readonly person: readonly (string | null)[];
  readonly unit: readonly (string | null)[];
  readonly who: readonly string[];
  readonly closed: readonly string[];
  readonly soft: readonly string[];
  readonly own: string;
  readonly purpose: string;
  /** '1': the purpose needs an agreement. Work that was begun before there was such a thing has none. */
  readonly agree?: string;
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
    ...(access.asksAgreement ? { agree: '1' } : {}),
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
  const { closed, soft, purpose, agree = '', hide } = enter;
  // What is not set is empty: most have none of these.
  if (closed.length > 0) all.push(['mach.closed', array(closed)], ['mach.soft', array(soft)]);
  if (purpose !== '') all.push(['mach.purpose', purpose]);
  if (agree !== '') all.push(['mach.agree', agree]);
  if (hide !== '') all.push(['mach.hide', hide]);
  const sets = [...all.map(([name]) => name), 'mach.now'].map((name, i) => `set_config('${name}', $${i + 1}, true)`);
  // A row without columns: nobody reads back what he has said. No setting is null, so each is set.
  const text = `select where ${["set_config('search_path', 'access, public', true)", ...sets].map((set) => `${set} is not null`).join(' and ')}`;
  return {
    name: `access_enter_${all.map(([name]) => name.slice(5, 7)).join('')}`,
    text,
    values: all.map(([, value]) => value),
  };
}

/**
 * The database as one person sees it: every question travels with his settings, in the same packet, and what he may not
 * see is not there. For reading only; commands write as themselves, under their own checks.
 */
export class LimitedDatabase extends Database {
  private readonly whole: Database;
  private readonly enter: ReturnType<typeof statementOf>;
  private readonly now: () => string;
  private readonly gatherings = new Map<number, Queryable>();

  constructor(whole: Database, enter: Enter, now: () => string) {
    super({ host: '', port: 0, database: '', user: '' });
    this.whole = whole;
    this.enter = statementOf(enter);
    this.now = now;
  }

  override get isLimited(): boolean {
    return true;
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
  /** Questions of one person travel together; never with another's, whose settings they would share. */
  override reading(tenant: number): Queryable {
    const known = this.gatherings.get(tenant);
    if (known) return known;
    const gathering = new Gathering(
      (work) => this.whole.withClient(tenant, work),
      () => this.entering(),
    );
    const made: Queryable = { query: (query) => gathering.query(apart(query)) };
    this.gatherings.set(tenant, made);
    return made;
  }
  override withClient<T>(tenant: number, work: (client: Queryable) => Promise<T>): Promise<T> {
    return this.whole.withClient(tenant, (client) => work(this.limited(client)));
  }
  override conversing<T>(tenant: number, work: (on: Queryable & { processID?: number }) => Promise<T>): Promise<T> {
    return this.withClient(tenant, work);
  }
  override transaction<T>(tenant: number, work: (client: Queryable) => Promise<T>): Promise<T> {
    return this.whole.transaction(tenant, (client) => work(this.limited(client)));
  }
  override async close(): Promise<void> {
    // The connections belong to the whole.
  }

  private entering(): Query {
    return { ...this.enter, values: [...this.enter.values, this.now()] };
  }

  private limited(client: Queryable): Queryable {
    const together = new Conversation(client);
    let isEntered = false;
    const query = async <R extends Row>(asked: Query): Promise<{ rows: R[]; rowCount: number | null }> => {
      // The end of a transaction that has failed takes no other statement before it.
      if (/^\s*(rollback|commit)\b/i.test(asked.text)) return client.query<R>(asked);
      if (!isEntered) {
        // They hold for the packet alone, which is a transaction: the next one on the connection knows none.
        isEntered = true;
        together.query(this.entering()).catch(() => undefined);
        queueMicrotask(() => {
          isEntered = false;
        });
      }
      return together.query<R>(apart(asked));
    };
    return { query, ...processOf(client) } as Queryable;
  }
}

/** Plans of the smaller world have names of their own: a change of the search path would undo the others'. */
const apart = (query: Query): Query => (query.name === undefined ? query : { ...query, name: `${query.name}~` });
