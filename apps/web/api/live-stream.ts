import { comparePosition } from '@mach/base';
import type { LiveEvent } from '@mach/ui';
import { SseParser } from './sse.ts';

export interface StreamEars {
  readonly event: (event: LiveEvent) => void;
  readonly up: (up: boolean) => void;
  readonly signedOut: () => void;
}

/** Several views wanted in the same moment (a screen mounts) become one connection. */
const SETTLE_MS = 40;
const RETRY_MS = [500, 1000, 2000, 5000, 10_000] as const;

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return comparePosition(a, b) <= 0 ? a : b;
}

/** The one connection to `/api/live`: all wanted views, resumed from the last place of the feed. */
export class LiveStream {
  readonly #ears: StreamEars;
  readonly #fetch: typeof fetch;
  readonly #wanted = new Set<string>();
  /** Views that the server refused to stream (not live, or no longer allowed). */
  readonly #refused = new Set<string>();
  #connected: ReadonlySet<string> = new Set();
  #position: string | undefined;
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  // Wrapped: the browser's own fetch refuses to be called as the method of another object.
  constructor(ears: StreamEars, fetcher: typeof fetch = (input, init) => fetch(input, init)) {
    this.#ears = ears;
    this.#fetch = fetcher;
  }

  /** Makes sure a view is streamed, from `after` on. */
  want(view: string, after: string | undefined): void {
    if (this.#refused.has(view)) return;
    const known = this.#connected.has(view);
    const behind = after !== undefined && this.#position !== undefined && comparePosition(after, this.#position) < 0;
    this.#wanted.add(view);
    if (known && !behind) return;
    this.#position = earlier(this.#position, after);
    this.#schedule(SETTLE_MS);
  }

  /** Forgets a view at the next connection; a stream too many costs less than a reconnection. */
  drop(view: string): void {
    this.#wanted.delete(view);
  }

  /** Tries at once (the device says that the network is back). */
  nudge(): void {
    if (this.#connected.size === 0 && this.#wanted.size > 0) this.#schedule(0);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#connected = new Set();
    this.#wanted.clear();
    this.#refused.clear();
    this.#position = undefined;
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), ms);
  }

  async #connect(): Promise<void> {
    this.#abort?.abort();
    const views = [...this.#wanted];
    if (views.length === 0) return;
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const query = views.map((view) => `view=${encodeURIComponent(view)}`).join('&');
      const response = await this.#fetch(`/api/live?${query}`, {
        credentials: 'same-origin',
        headers: {
          accept: 'text/event-stream',
          ...(this.#position === undefined ? {} : { 'last-event-id': this.#position }),
        },
        signal: abort.signal,
      });
      if (!response.ok || !response.body) {
        this.#refuse(response.status, views);
        return;
      }
      this.#connected = new Set(views);
      this.#failures = 0;
      this.#ears.up(true);
      await this.#read(response.body, abort.signal);
    } catch {
      // Aborted by a newer connection, or lost: the latter is handled below.
    }
    if (!abort.signal.aborted) this.#lost();
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    for await (const piece of body) {
      if (signal.aborted) return;
      this.#ears.up(true);
      for (const { data, id } of parser.push(decoder.decode(piece, { stream: true }))) {
        if (id !== undefined) this.#position = id;
        this.#ears.event(JSON.parse(data) as LiveEvent);
      }
    }
  }

  /** A refusal names no view: the newest one is left out, and the others go on. */
  #refuse(status: number, views: readonly string[]): void {
    this.#connected = new Set();
    if (status === 401) {
      this.#ears.signedOut();
      return;
    }
    const newest = views.at(-1);
    if ((status === 403 || status === 404) && newest !== undefined) {
      this.#refused.add(newest);
      this.#wanted.delete(newest);
      this.#schedule(0);
      return;
    }
    this.#lost();
  }

  #lost(): void {
    this.#connected = new Set();
    this.#ears.up(false);
    this.#schedule(RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 10_000);
    this.#failures += 1;
  }
}
