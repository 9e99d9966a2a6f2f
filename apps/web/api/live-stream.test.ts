import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveEvent } from '@mach/ui/data/transport.ts';
import { LiveStream } from './live-stream.ts';

interface Call {
  readonly url: string;
  readonly after: string | null;
  readonly send: (text: string) => void;
  readonly end: () => void;
}

function server(statusOf: (url: string) => number = () => 200) {
  const calls: Call[] = [];
  const waiters: (() => void)[] = [];
  const fetcher = (async (url: string, init: RequestInit) => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (c) => {
        controller = c;
      },
    });
    calls.push({
      url,
      after: new Headers(init.headers).get('last-event-id'),
      send: (text) => controller?.enqueue(new TextEncoder().encode(text)),
      end: () => controller?.close(),
    });
    for (const wake of waiters.splice(0)) wake();
    const status = statusOf(url);
    return new Response(status === 200 ? body : '{}', { status });
  }) as typeof fetch;
  const call = async (n: number): Promise<Call> => {
    for (;;) {
      const found = calls[n];
      if (found) return found;
      await new Promise<void>((wake) => waiters.push(wake));
    }
  };
  return { fetcher, calls, call };
}

function listen(fetcher: typeof fetch) {
  const events: LiveEvent[] = [];
  const ups: boolean[] = [];
  const ears = {
    event: (e: LiveEvent) => void events.push(e),
    up: (u: boolean) => void ups.push(u),
    signedOut: () => void ups.push(false),
  };
  return { stream: new LiveStream(ears, fetcher), events, ups };
}

const until = async (ready: () => boolean): Promise<void> => {
  while (!ready()) await new Promise((r) => setTimeout(r, 5));
};
const line = (position: string, key: string): string =>
  `id: ${position}\ndata: ${JSON.stringify({ op: 'remove', view: 'a', key, row: null, position })}\n\n`;

test('views wanted together share one connection from the earliest place', async () => {
  const { fetcher, call, calls } = server();
  const { stream, events } = listen(fetcher);
  stream.want('a', '1.9');
  stream.want('b', '1.10');
  const first = await call(0);
  assert.equal(first.url, '/api/live?view=a&view=b');
  assert.equal(first.after, '1.9');
  first.send(line('1.11', 'x'));
  await until(() => events.length === 1);
  assert.equal(calls.length, 1);
  stream.close();
});

test('a lost connection resumes behind the last event', async () => {
  const { fetcher, call } = server();
  const { stream, events, ups } = listen(fetcher);
  stream.want('a', '1.1');
  const first = await call(0);
  first.send(line('1.5', 'x'));
  await until(() => events.length === 1);
  first.end();
  const second = await call(1);
  assert.equal(second.after, '1.5');
  assert.ok(ups.includes(false) && ups.at(0) === true);
  stream.close();
});

test('a new view reconnects; one that is streamed and up to date does not', async () => {
  const { fetcher, call, calls } = server();
  const { stream, events } = listen(fetcher);
  stream.want('a', '1.1');
  const first = await call(0);
  first.send(line('1.5', 'x'));
  await until(() => events.length === 1);
  stream.want('a', '1.7');
  stream.want('b', '1.3');
  const second = await call(1);
  assert.equal(second.url, '/api/live?view=a&view=b');
  assert.equal(second.after, '1.3', 'rows of b may have changed since 1.3');
  assert.equal(calls.length, 2);
  stream.close();
});

test('a view that cannot be streamed does not silence the others', async () => {
  const { fetcher, call } = server((url) => (url.includes('table') ? 404 : 200));
  const { stream } = listen(fetcher);
  stream.want('a', undefined);
  stream.want('table', undefined);
  assert.equal((await call(0)).url, '/api/live?view=a&view=table');
  assert.equal((await call(1)).url, '/api/live?view=a');
  stream.close();
});
