import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paperTicket } from './ticket.ts';

test('the number of a paper is read as it is kept, and nothing else is taken for one', () => {
  assert.equal(paperTicket(' g0012 '), 'G0012');
  assert.equal(paperTicket('G123456'), 'G123456');
  for (const none of ['', '0012', 'G12', 'GG012', 'G1234567', 'G00 12'])
    assert.equal(paperTicket(none), undefined, none);
});
