import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importKey, seal, unseal } from './sealing.ts';
import { stillHolds } from './seat.ts';

const keyOf = (byte: number): Promise<CryptoKey> => importKey(Buffer.alloc(32, byte).toString('base64url'));

test('what one person keeps is read by nobody else, and nowhere else', async () => {
  const [lan, hung] = [await keyOf(0xfb), await keyOf(2)];
  const value = { name: 'TRẦN THỊ LAN', amount: 150_000 };
  const sealed = await seal(lan, 'a/act/1', value);
  assert.deepEqual(await unseal(lan, 'a/act/1', sealed), value);
  assert.ok(!Buffer.from(sealed.body).toString('latin1').includes('LAN'));
  await assert.rejects(unseal(hung, 'a/act/1', sealed), 'the key of another person');
  await assert.rejects(unseal(lan, 'a/act/2', sealed), 'an entry in another place');
  const again = await seal(lan, 'a/act/1', value);
  assert.notDeepEqual(again.nonce, sealed.nonce, 'no nonce twice');
  await assert.rejects(crypto.subtle.exportKey('raw', lan), 'the key cannot be read out');
});

test('a sign-in holds without the server as long as it would with it', () => {
  const now = Date.parse('2026-11-24T02:00:00.000Z');
  const minutes = (n: number): number => now - n * 60_000;
  const seat = { expiresAt: '2026-11-24T10:00:00.000Z', idleSeconds: 900 };
  assert.ok(stillHolds(seat, minutes(14), now));
  assert.ok(!stillHolds(seat, minutes(15), now), 'nobody has touched anything for as long as the session allows');
  assert.ok(!stillHolds({ ...seat, expiresAt: '2026-11-24T02:00:00.000Z' }, minutes(1), now));
  assert.ok(
    !stillHolds({ expiresAt: null, idleSeconds: null }, minutes(31), now),
    'half an hour where nothing is said',
  );
  assert.ok(!stillHolds({ expiresAt: null, idleSeconds: 86_400 * 7 }, minutes(13 * 60), now), 'a shift at the most');
});
