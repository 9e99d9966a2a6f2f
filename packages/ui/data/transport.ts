import type { Issue } from '@mach/base';
import type { Away, Envelope } from './kept.ts';

/** A signed-in person and the facility, as `GET /api/session` answers. */
export interface Session {
  readonly user: {
    readonly name: string;
    readonly account: string;
    readonly roles: readonly string[];
    readonly permissions: readonly string[];
    readonly practitioner?: string;
  };
  readonly facility: {
    readonly name: string;
    readonly code: string;
    /** `training` paints the purple frame, `demo` says that the people are made up. */
    readonly mode?: 'production' | 'demo' | 'training';
    /** Workspace that opens first for everybody who may open it. */
    readonly home?: string;
  };
}

/** A row of a view: JSON. Its key is `key`, else `id`. */
export type Row = Readonly<Record<string, unknown>>;

export interface ViewPage<R> {
  readonly rows: readonly R[];
  /** Cursor of the next page; absent or null on the last one. */
  readonly next?: string | null;
  /** Place in the change feed (`epoch.number`) that the rows show. */
  readonly asOf?: string;
  /** The server is away: these are the rows that the device kept at this instant. */
  readonly takenAt?: string;
}

/**
 * Filters of a view: its declared columns. An array means "one of"; `column.from`, `column.to`
 * (inclusive) and `column.missing` are ranges and absence.
 */
export type ViewFilters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface ViewQuery {
  readonly filters?: ViewFilters;
  /** Column, `-column` for descending; the key decides between equals. */
  readonly sort?: string;
  readonly limit?: number;
  readonly after?: string;
}

export interface CodeRow {
  readonly code: string;
  readonly display: string;
  readonly [extra: string]: unknown;
}

export interface CodeQuery {
  readonly q: string;
  /** The date on which the code must be in force; default: today. */
  readonly date?: string;
  readonly limit?: number;
}

/** A change of a live view, or the order to load it again. A `put` carries the row as it is when sent. */
export type LiveEvent =
  | { readonly op: 'put'; readonly view: string; readonly key: string; readonly row: Row; readonly position: string }
  | { readonly op: 'remove'; readonly view: string; readonly key: string; readonly position: string }
  | { readonly op: 'reset'; readonly view: string; readonly position: string };

export interface CommandAnswer<T> {
  readonly result: T;
  readonly position?: string;
}

/** How well the device reaches the facility's server. */
export interface LinkState {
  readonly status: 'online' | 'offline';
  /** When the server last answered (ISO instant). */
  readonly lastSeen?: string;
  /** Commands under way or waiting for the network. */
  readonly sending: number;
  /** When the server stopped answering (ISO instant). */
  readonly downSince?: string;
  /** The ways out of the house, as the server last told. */
  readonly internet?: { readonly state: 'ok' | 'down' | 'unknown' };
  readonly services?: readonly ServiceState[];
}

/** A national or other outside service, from what it answers. */
export interface ServiceState {
  readonly name: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly simulated: boolean;
  readonly state: 'ok' | 'down' | 'unknown';
  readonly since: string | null;
  readonly waiting: number;
}

/** The doors to the server. The app injects it; screens use the hooks. */
export interface Transport {
  /** `keepable`: the caller keeps the act when no answer comes, so one attempt is enough. */
  command<T>(
    name: string,
    input: unknown,
    key: string,
    envelope?: Envelope,
    keepable?: boolean,
  ): Promise<CommandAnswer<T>>;
  view<R>(name: string, query: ViewQuery, signal?: AbortSignal): Promise<ViewPage<R>>;
  codes(list: string, query: CodeQuery, signal?: AbortSignal): Promise<readonly CodeRow[]>;
  record<T>(type: string, id: string, signal?: AbortSignal): Promise<T>;
  /** Listens to a view from a place of the feed on; the answer ends it. */
  live(view: string, after: string | undefined, listener: (event: LiveEvent) => void): () => void;
  link(): LinkState;
  onLink(listener: () => void): () => void;
  /** What the desk can do while the server is away; absent where nothing can be kept. */
  readonly away?: Away;
}

/** A refusal of the server as the screens see it. */
export class RequestProblem extends Error {
  readonly status: number;
  readonly issues: readonly Issue[];

  constructor(status: number, issues: readonly Issue[]) {
    super(issues.map((issue) => issue.text.en).join('; ') || `status ${status}`);
    this.name = 'RequestProblem';
    this.status = status;
    this.issues = issues;
  }
}

/** The server could not be reached; what was sent is not lost, but not confirmed either. */
export class Unreachable extends Error {
  override readonly name: string = 'Unreachable';
}

/** The server has been away for a while, and nothing of what is asked lies on this device: nobody is kept waiting for it. */
export class NotKept extends Unreachable {
  override readonly name = 'NotKept';
}
