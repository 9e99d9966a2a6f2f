import {
  type CodeRow,
  type CommandAnswer,
  type Envelope,
  type LinkState,
  type Transport,
  Unreachable,
  type ViewFilters,
  type ViewPage,
} from '@mach/ui';
import { request, watchHttp } from './http.ts';
import { Live } from './live.ts';

/** Waits between attempts of a command whose answer did not come; always with the same key. */
const COMMAND_RETRY_MS = [800, 2500, 6000] as const;

function query(params: ViewFilters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === '') continue;
    search.set(name, typeof value === 'object' ? value.join(',') : String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

function later(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** The app's doors to its own server; `close` ends the live stream. */
export interface WebTransport extends Transport {
  readonly close: () => void;
}

/** Opens the transport of a signed-in session. */
export function openTransport(signedOut: () => void): WebTransport {
  // The session has just been answered.
  let link: LinkState = { status: 'online', lastSeen: new Date().toISOString(), sending: 0 };
  const watchers = new Set<() => void>();

  function setLink(change: Partial<LinkState>): void {
    const next = { ...link, ...change };
    const minute = (at: string | undefined): string | undefined => at?.slice(0, 16);
    const same =
      next.status === link.status && next.sending === link.sending && minute(next.lastSeen) === minute(link.lastSeen);
    link = same ? link : next;
    if (!same) for (const watcher of watchers) watcher();
  }

  function reach(reached: boolean): void {
    setLink(reached ? { status: 'online', lastSeen: new Date().toISOString() } : { status: 'offline' });
  }

  watchHttp({ signedOut, reach });
  const live = new Live({ up: reach, signedOut });

  async function command<T>(name: string, input: unknown, key: string, envelope?: Envelope): Promise<CommandAnswer<T>> {
    const body = envelope ? { ...(input as object), $envelope: envelope } : (input ?? {});
    setLink({ sending: link.sending + 1 });
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          return await request<CommandAnswer<T>>(`/api/commands/${name}`, {
            method: 'POST',
            headers: { 'idempotency-key': key },
            body,
          });
        } catch (error) {
          const wait = COMMAND_RETRY_MS[attempt];
          if (!(error instanceof Unreachable) || wait === undefined) throw error;
          await later(wait);
        }
      }
    } finally {
      setLink({ sending: link.sending - 1 });
    }
  }

  return {
    command,
    view: <R>(name: string, { filters, sort, limit, after }: Parameters<Transport['view']>[1], signal?: AbortSignal) =>
      request<ViewPage<R>>(`/api/views/${name}${query({ ...filters, sort, limit, after })}`, { signal }),
    codes: async (list, { q, date, limit }, signal) =>
      (await request<{ rows: CodeRow[] }>(`/api/codes/${list}${query({ q, date, limit })}`, { signal })).rows,
    record: <T>(type: string, id: string, signal?: AbortSignal) =>
      request<T>(`/fhir/${type}/${encodeURIComponent(id)}`, { headers: { accept: 'application/fhir+json' }, signal }),
    live: (view, after, listener) => live.listen(view, after, listener),
    link: () => link,
    onLink: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    close: () => live.close(),
  };
}
