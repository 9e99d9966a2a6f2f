import { comparePosition } from '@mach/base';
import type { LiveEvent } from '@mach/ui';
import { LiveStream, type StreamEars } from './live-stream.ts';

type Message =
  | { readonly kind: 'want'; readonly view: string; readonly after: string | undefined }
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'up'; readonly up: boolean }
  | { readonly kind: 'leader' };

interface Interest {
  readonly listeners: Set<(event: LiveEvent) => void>;
  position: string | undefined;
}

const LOCK = 'mach-live';

/**
 * Live views of this tab. One tab of the browser leads: it holds a Web Lock and the only stream,
 * and tells the others over a BroadcastChannel (browsers allow six connections to a host over
 * HTTP/1.1). When the leader closes, the lock passes on and the next tab resumes where it had
 * stopped. Without locks (plain HTTP on a LAN) each tab has its own stream.
 */
export class Live {
  readonly #stream: LiveStream;
  readonly #interests = new Map<string, Interest>();
  readonly #ears: StreamEars;
  readonly #channel: BroadcastChannel | undefined;
  #leads = false;
  #release: (() => void) | undefined;
  readonly #stopAsking = new AbortController();

  constructor(ears: Omit<StreamEars, 'event'>) {
    this.#ears = { ...ears, event: (event) => this.#hear(event) };
    this.#stream = new LiveStream({
      event: (event) => {
        this.#hear(event);
        this.#tell({ kind: 'event', event });
      },
      up: (up) => {
        ears.up(up);
        this.#tell({ kind: 'up', up });
      },
      signedOut: ears.signedOut,
    });
    window.addEventListener('online', this.#online);
    if (!navigator.locks || typeof BroadcastChannel === 'undefined') {
      this.#leads = true;
      return;
    }
    this.#channel = new BroadcastChannel(LOCK);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#listen(data);
    void navigator.locks
      .request(LOCK, { signal: this.#stopAsking.signal }, () => {
        this.#lead();
        return new Promise<void>((done) => {
          this.#release = done;
        });
      })
      .catch(() => undefined);
  }

  readonly #online = (): void => this.#stream.nudge();

  /** Listens to a view from a place of the feed on; the answer ends it. */
  listen(view: string, after: string | undefined, listener: (event: LiveEvent) => void): () => void {
    const interest = this.#interests.get(view) ?? { listeners: new Set(), position: after };
    this.#interests.set(view, interest);
    interest.listeners.add(listener);
    this.#want(view, after);
    return () => {
      interest.listeners.delete(listener);
      if (interest.listeners.size > 0) return;
      this.#interests.delete(view);
      // Other tabs may still look at it; a leader keeps it until the next connection at least.
      if (this.#leads && !this.#channel) this.#stream.drop(view);
    };
  }

  /** Ends everything: the person signs out. */
  close(): void {
    window.removeEventListener('online', this.#online);
    this.#stopAsking.abort();
    this.#release?.();
    this.#stream.close();
    this.#channel?.close();
    this.#interests.clear();
  }

  #want(view: string, after: string | undefined): void {
    if (this.#leads) this.#stream.want(view, after);
    else this.#tell({ kind: 'want', view, after });
  }

  #lead(): void {
    this.#leads = true;
    for (const [view, { position }] of this.#interests) this.#stream.want(view, position);
    this.#tell({ kind: 'leader' });
  }

  #listen(message: Message): void {
    if (message.kind === 'want' && this.#leads) this.#stream.want(message.view, message.after);
    else if (message.kind === 'event') this.#hear(message.event);
    else if (message.kind === 'up') this.#ears.up(message.up);
    else if (message.kind === 'leader') for (const [view, { position }] of this.#interests) this.#want(view, position);
  }

  #hear(event: LiveEvent): void {
    const interest = this.#interests.get(event.view);
    if (!interest) return;
    const newer = interest.position === undefined || comparePosition(event.position, interest.position) > 0;
    if (newer || event.op === 'reset') interest.position = event.position;
    for (const listener of interest.listeners) listener(event);
  }

  #tell(message: Message): void {
    this.#channel?.postMessage(message);
  }
}
