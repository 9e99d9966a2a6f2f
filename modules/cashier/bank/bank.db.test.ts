import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../../../apps/server/http/app.ts';
import { BANK, openDay } from '../testing/day.ts';
import { SIGNATURE_HEADER, signNotice, TIME_HEADER } from './notice.ts';
import { simulatedNotice } from './simulator.ts';

test('a bank is heard through its signature, once, and never through another', async (t) => {
  const h = await openDay(t);
  const app = await buildApp(h.engine, { web: import.meta.dirname, log: () => undefined });
  t.after(() => app.close());
  const at = h.clock.now().toISOString();
  const sent = simulatedNotice({ transaction: 'FT1', amount: 20_000, content: 'ung ho', at }, BANK);
  const post = async (over: Partial<typeof sent> = {}, facility = '01999') => {
    const { body, timestamp, signature } = { ...sent, ...over };
    const answer = await app.inject({
      method: 'POST',
      url: `/api/hooks/bank/${facility}`,
      headers: { 'content-type': 'application/json', [TIME_HEADER]: timestamp, [SIGNATURE_HEADER]: signature },
      payload: body,
    });
    return answer.statusCode;
  };
  assert.equal(await post({ signature: 'sha256=00' }), 401);
  assert.equal(await post({ body: sent.body.replace('20000', '90000') }), 401, 'the amount was changed on the way');
  const old = String(Number(sent.timestamp) - 3_600);
  assert.equal(await post({ timestamp: old, signature: signNotice(sent.body, BANK.secret, Number(old)) }), 401, 'old');
  const junk = '{"amount":1}';
  assert.equal(await post({ body: junk, signature: signNotice(junk, BANK.secret, Number(sent.timestamp)) }), 422);
  assert.equal(await post({}, '01998'), 404, 'a house without an account');
  assert.equal((await h.money())['bank:qr'], undefined, 'nothing of that moved money');
  assert.equal(await post(), 200);
  assert.equal(await post(), 200, 'the bank says it again');
  assert.equal((await h.money())['bank:qr'], '20000');
});
