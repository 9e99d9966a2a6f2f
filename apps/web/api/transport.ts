import {
  type CodeQuery,
  type CodeRow,
  type CommandAnswer,
  type Envelope,
  type LinkState,
  request,
  type Session,
  type Transport,
  Unreachable,
  type ViewFilters,
  type ViewPage,
  type ViewQuery,
} from '@mach/ui';
import { queryClient } from '@mach/ui/data/client.ts';
import { watchRequests } from '@mach/ui/data/request.ts';
import { DeskQueue } from '../offline/desk.ts';
import { isKept, keptCodes, keptView, rememberCodes, rememberViews } from '../offline/memory.ts';
import type { Vault } from '../offline/vault.ts';
import { startHeartbeat } from './heartbeat.ts';
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

/** A server that has been silent for so long is not waited for by what only asks, ms. */
const AWAY_MS = 6_000;
/** An act that is kept when no answer comes is not waited for longer, ms. */
const KEEPABLE_MS = 8_000;

/** The app's doors to its own server; `close` ends the live stream. */
export interface WebTransport extends Transport {
  readonly close: () => void;
  readonly desk?: DeskQueue;
}

/** Who works at this desk, and what was kept of that on the device. */
export interface Place {
  readonly session: Session;
  readonly vault: Vault | undefined;
  /** The page was opened from what the device keeps: the server has not been heard yet. */
  readonly down: boolean;
}

/** Opens the transport of a signed-in session. */
export function openTransport(signedOut: () => void, { session, vault, down }: Place): WebTransport {
  const now = new Date().toISOString();
  let link: LinkState = down
    ? { status: 'offline', downSince: now, sending: 0 }
    : { status: 'online', lastSeen: now, sending: 0 };
  const watchers = new Set<() => void>();

  function setLink(change: Partial<LinkState>): void {
    const next = { ...link, ...change };
    const minute = (at: string | undefined): string | undefined => at?.slice(0, 16);
    const same =
      next.status === link.status &&
      next.sending === link.sending &&
      next.services === link.services &&
      minute(next.lastSeen) === minute(link.lastSeen);
    link = same ? link : next;
    if (!same) for (const watcher of watchers) watcher();
  }

  const online = (): boolean => link.status === 'online';
  /** Since when nothing has been heard, ms of this page; from the beginning where it was opened without the server. */
  let silentSince: number | undefined = down ? Number.NEGATIVE_INFINITY : undefined;
  const away = (): boolean => silentSince !== undefined && performance.now() - silentSince > AWAY_MS;
  function reach(reached: boolean): void {
    const at = new Date().toISOString();
    silentSince = reached ? undefined : (silentSince ?? performance.now());
    if (!reached) {
      if (online()) setLink({ status: 'offline', downSince: at });
      return;
    }
    const back = !online();
    setLink({ status: 'online', lastSeen: at, downSince: undefined });
    if (!back) return;
    desk?.handIn();
    // What was shown from the device, or could not be shown, is asked for again.
    void queryClient.invalidateQueries({
      predicate: ({ state }) => state.status === 'error' || isKept(state.data),
    });
  }

  const desk = vault && new DeskQueue(vault, session, { online, signedOut });
  void desk?.open().catch(() => undefined);
  watchRequests({ signedOut, reach, away });
  const live = new Live({ up: reach, signedOut });
  const stopBeat = startHeartbeat(online, (links) => setLink(links));
  const stopKeeping = vault ? rememberViews(queryClient, vault, online) : () => undefined;

  async function command<T>(
    name: string,
    input: unknown,
    key: string,
    envelope?: Envelope,
    keepable = false,
  ): Promise<CommandAnswer<T>> {
    const body = envelope ? { ...(input as object), $envelope: envelope } : (input ?? {});
    if (keepable && !online()) throw new Unreachable(name);
    setLink({ sending: link.sending + 1 });
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          return await request<CommandAnswer<T>>(`/api/commands/${name}`, {
            method: 'POST',
            headers: { 'idempotency-key': key },
            body,
            ...(keepable ? { timeoutMs: KEEPABLE_MS } : {}),
          });
        } catch (error) {
          const wait = COMMAND_RETRY_MS[attempt];
          if (!(error instanceof Unreachable) || wait === undefined || keepable) throw error;
          await later(wait);
        }
      }
    } finally {
      setLink({ sending: link.sending - 1 });
    }
  }

  async function view<R>(name: string, asked: ViewQuery, signal?: AbortSignal): Promise<ViewPage<R>> {
    const { filters, sort, limit, after } = asked;
    // Known to be away: what the device keeps is there at once, and the heartbeat tells when to ask again.
    const early = online() || !vault ? undefined : await keptView<R>(vault, name, asked);
    if (early) return early;
    try {
      return await request<ViewPage<R>>(`/api/views/${name}${query({ ...filters, sort, limit, after })}`, { signal });
    } catch (error) {
      const kept = error instanceof Unreachable && vault ? await keptView<R>(vault, name, asked) : undefined;
      if (kept) return kept;
      throw error;
    }
  }

  async function codes(list: string, { q, date, limit }: CodeQuery, signal?: AbortSignal): Promise<readonly CodeRow[]> {
    try {
      if (vault && !online()) throw new Unreachable(list);
      const { rows } = await request<{ rows: CodeRow[] }>(`/api/codes/${list}${query({ q, date, limit })}`, { signal });
      if (vault) void rememberCodes(vault, list, q, rows).catch(() => undefined);
      return rows;
    } catch (error) {
      if (!vault || !(error instanceof Unreachable)) throw error;
      const kept = await keptCodes(vault, list, q, limit);
      if (kept.length === 0) throw error;
      return kept;
    }
  }

  return {
    command,
    view,
    codes,
    away: desk,
    desk,
    record: <T>(type: string, id: string, signal?: AbortSignal) =>
      request<T>(`/fhir/${type}/${encodeURIComponent(id)}`, { headers: { accept: 'application/fhir+json' }, signal }),
    live: (view, after, listener) => live.listen(view, after, listener),
    link: () => link,
    onLink: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    close: () => {
      // What this page knew of the server ends with it: the next person asks anew.
      watchRequests();
      stopBeat();
      stopKeeping();
      desk?.close();
      live.close();
    },
  };
}
