import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Engine } from '../engine.ts';
import { peppered, seal, unseal, useIdentityKey } from './sealing.ts';

/** Sealing knows an engine only as the holder of a key. */
const holder = (key?: Buffer): Engine => {
  const engine = {} as Engine;
  if (key) useIdentityKey(engine, key);
  return engine;
};

test('a sealed secret opens for its owner under its key, and for nobody else', () => {
  const key = randomBytes(32);
  const secret = randomBytes(20);
  const sealed = seal(holder(key), 'owner', secret);
  assert.ok(!sealed.includes(secret));
  assert.deepEqual(unseal(holder(key), 'owner', sealed), secret);
  assert.throws(() => unseal(holder(key), 'another', sealed));
  assert.throws(() => unseal(holder(randomBytes(32)), 'owner', sealed));
  assert.throws(() => unseal(holder(), 'owner', sealed), /missing/);
  const changed = Buffer.from(sealed);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  assert.throws(() => unseal(holder(key), 'owner', changed));
});

test('the same secret is sealed differently each time; a PIN is bound to the key', () => {
  const engine = holder(randomBytes(32));
  assert.notDeepEqual(seal(engine, 'owner', Buffer.from('x')), seal(engine, 'owner', Buffer.from('x')));
  assert.equal(peppered(engine, '860427'), peppered(engine, '860427'));
  assert.notEqual(peppered(engine, '860427'), peppered(holder(randomBytes(32)), '860427'));
});
