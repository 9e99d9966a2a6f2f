import pg from 'pg';
import type { Query, Queryable, Row } from './query.ts';

/*
 * Statements that travel together: one packet out, one synchronisation, one packet back. The driver's own pipeline
 * synchronises after each statement, and each of those wakes the other side; a command has twenty of them.
 */

export interface Outcome<R extends Row = Row> {
  rows: R[];
  rowCount: number | null;
}

type Parser = (text: string) => unknown;
/** A query that reads its answer with parsers of its own. */
type Typed = Query & { types?: { getTypeParser(oid: number): Parser } };
interface Fields {
  names: readonly string[];
  parsers: readonly Parser[];
}

/** The part of the driver's connection that a query of one's own is allowed to speak to. */
interface Connection {
  stream: { readonly writable: boolean; write(bytes: Uint8Array): unknown };
  parsedStatements: Record<string, string | undefined>;
  submittedNamedStatements: Record<string, string | undefined>;
  parse(message: { text: string; name: string; types: undefined }): void;
  bind(message: { portal: string; statement: string; values: unknown[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string }): void;
  sync(): void;
}

/** What a statement of this name gives back, by connection: told once, not with every execution. */
const described = new WeakMap<Connection, Map<string, Fields | null>>();

function fieldsOf(connection: Connection): Map<string, Fields | null> {
  const known = described.get(connection) ?? new Map<string, Fields | null>();
  described.set(connection, known);
  return known;
}

function elementText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = String(value);
  return /["\\]/.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`;
}

/** A parameter as PostgreSQL reads it: arrays in its own notation, other objects as JSON. */
export function encode(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return `{${value.map(elementText).join(',')}}`;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

type Settle = (outcomes: Outcome[], failure: unknown) => void;

/**
 * A query of the driver that is many statements. A statement without a name is parsed anew each time; none may copy.
 * When one fails the server skips the rest.
 */
class Burst extends pg.Query {
  private readonly queries: readonly Query[];
  private readonly settle: Settle;
  private readonly outcomes: Outcome[] = [];
  private found: Row[] = [];
  private fields: Fields | null = null;
  private connection: Connection | undefined;
  private ended = false;
  readonly callback = (): void => undefined;

  constructor(queries: readonly Query[], settle: Settle) {
    super({ text: '' });
    this.queries = queries;
    this.settle = settle;
    this.fresh();
  }

  private get current(): Query | undefined {
    return this.queries[this.outcomes.length];
  }
  // The driver notes which named statements are prepared by asking the active query for its name and text.
  get name(): string | undefined {
    return this.current?.name;
  }
  set name(_: string | undefined) {}
  get text(): string | undefined {
    return this.current?.text;
  }
  set text(_: string | undefined) {}

  /** Called by the driver when it is this query's turn on the wire. */
  override submit = (given: unknown): Error | null => {
    const connection = given as Connection;
    this.connection = connection;
    const known = fieldsOf(connection);
    // Nothing is on the wire yet when a parameter cannot be written: the driver tells the asker.
    let parameters: (string | Buffer | null)[][];
    try {
      parameters = this.queries.map(({ values }) => values?.map(encode) ?? []);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    // One piece for the socket instead of four a statement, each with a callback of its own.
    const { stream } = connection;
    const pieces: Uint8Array[] = [];
    connection.stream = { writable: stream.writable, write: (bytes) => pieces.push(bytes) };
    try {
      for (const [i, { name = '', text }] of this.queries.entries()) {
        const prepared = connection.parsedStatements[name] ?? connection.submittedNamedStatements[name];
        if (name === '' || prepared === undefined) {
          connection.parse({ text, name, types: undefined });
          if (name !== '') connection.submittedNamedStatements[name] = text;
        }
        connection.bind({ portal: '', statement: name, values: parameters[i] ?? [] });
        if (name === '' || !known.has(name)) connection.describe({ type: 'P', name: '' });
        connection.execute({ portal: '' });
      }
      connection.sync();
    } finally {
      connection.stream = stream;
    }
    stream.write(Buffer.concat(pieces));
    this.fresh();
    return null;
  };

  private fresh(): void {
    this.found = [];
    const name = this.current?.name;
    this.fields = (name !== undefined && this.connection && fieldsOf(this.connection).get(name)) || null;
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    const own = (this.current as Typed | undefined)?.types;
    this.fields = {
      names: fields.map((f) => f.name),
      parsers: fields.map((f) => own?.getTypeParser(f.dataTypeID) ?? pg.types.getTypeParser(f.dataTypeID, 'text')),
    };
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const row: Row = {};
    const { names, parsers } = this.fields ?? { names: [], parsers: [] };
    for (let i = 0; i < fields.length; i++) {
      const text = fields[i];
      row[names[i] ?? ''] = text === null || text === undefined ? null : parsers[i]?.(text);
    }
    this.found.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const { name } = this;
    if (name !== undefined && this.connection) fieldsOf(this.connection).set(name, this.fields);
    const count = /(\d+)$/.exec(text)?.[1];
    this.outcomes.push({ rows: this.found, rowCount: count === undefined ? null : Number(count) });
    this.fresh();
  }

  handleError(failure: unknown): void {
    if (this.ended) return;
    this.ended = true;
    // What the server skipped was never prepared there.
    for (const { name } of this.queries.slice(this.outcomes.length))
      if (name !== undefined) delete this.connection?.submittedNamedStatements[name];
    this.settle(this.outcomes, failure);
  }

  handleReadyForQuery(): void {
    if (this.ended) return;
    this.ended = true;
    this.settle(this.outcomes, undefined);
  }
}

/**
 * One connection for the length of a transaction: what is asked in the same turn of the program goes out together.
 * After a fault everything behind it in the same packet ends with that fault.
 */
export class Conversation implements Queryable {
  private waiting: { query: Query; resolve(outcome: Outcome): void; reject(failure: unknown): void }[] = [];
  private readonly client: Queryable;
  constructor(client: Queryable) {
    this.client = client;
  }

  query<R extends Row = Row>(query: Query): Promise<Outcome<R>> {
    const answer = new Promise<Outcome>((resolve, reject) => {
      if (this.waiting.push({ query, resolve, reject }) === 1) queueMicrotask(() => this.send());
    });
    return answer as Promise<Outcome<R>>;
  }

  private send(): void {
    const asked = this.waiting;
    this.waiting = [];
    const query = new Burst(
      asked.map((a) => a.query),
      (outcomes, failure) => {
        for (const [i, { resolve, reject }] of asked.entries()) {
          const outcome = outcomes[i];
          if (outcome) resolve(outcome);
          else reject(failure);
        }
      },
    );
    (this.client as unknown as { query(query: Burst): unknown }).query(query);
  }
}
