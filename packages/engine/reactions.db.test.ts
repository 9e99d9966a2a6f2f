import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { relay } from '@mach/store';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { Reactions } from './reactions.ts';
import { add, noted, sample } from './testing/sample.ts';

test('events are reacted to once and in order, whoever gives them their place', { timeout: 60_000 }, async (t) => {
  noted.length = 0;
  const house = await testEngine(t, [sample]);
  const reactions = new Reactions(house.engine, 1);
  reactions.start();
  // Another process that relays too: what it has placed is never handed on here.
  let running = true;
  const other = (async () => {
    while (running) {
      await relay(house.engine.database, 1, 3);
      await sleep(1);
    }
  })();
  const sent: string[] = [];
  const one = async (i: number): Promise<void> => {
    sent.push((await house.send(add, { name: `Lan ${i}` }, 'tester')).patient);
  };
  try {
    for (let i = 0; i < 12; i += 4) await Promise.all([one(i), one(i + 1), one(i + 2), one(i + 3)]);
    running = false;
    await other;
    for (let i = 12; i < 22; i++) await one(i);
    const until = Date.now() + 30_000;
    while (noted.length < sent.length && Date.now() < until) await sleep(20);
  } finally {
    running = false;
    await reactions.stop();
  }
  assert.deepEqual([...noted].sort(), [...sent].sort());
  // Those that came one after the other.
  assert.deepEqual(noted.slice(-10), sent.slice(-10));
});
