import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ServerEvent, SseParser } from './sse.ts';

const wire =
  'retry: 2000\n: ready\n\nid: 1.7\nevent: message\ndata: {"a":\ndata: 1}\n\n: alive\n\nid: 1.8\ndata:Đặng\n\ndata: cut';

test('comments and unfinished events are left out, data lines are joined', () => {
  assert.deepEqual(new SseParser().push(wire), [
    { event: 'message', data: '{"a":\n1}', id: '1.7' },
    { event: 'message', data: 'Đặng', id: '1.8' },
  ]);
});

test('the events do not depend on where the network cuts the stream', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: wire.length })), (cuts) => {
      const parser = new SseParser();
      const found: ServerEvent[] = [];
      const places = [0, ...cuts.toSorted((a, b) => a - b), wire.length];
      for (let i = 1; i < places.length; i++) found.push(...parser.push(wire.slice(places[i - 1], places[i])));
      assert.deepEqual(found, new SseParser().push(wire));
    }),
  );
});

test('windows line ends', () => {
  assert.deepEqual(new SseParser().push('event: reset\r\ndata: {}\r\n\r\n'), [
    { event: 'reset', data: '{}', id: undefined },
  ]);
});
