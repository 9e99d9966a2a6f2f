import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { networkOf } from './attempts.ts';
import { isInside } from './policy.ts';
import { base32, hotp, matchTotp, otpauthUri, totpStep } from './totp.ts';

const ascii = (text: string): Buffer => Buffer.from(text, 'ascii');
const SHA1 = ascii('12345678901234567890');
const SHA256 = ascii('12345678901234567890123456789012');
const SHA512 = ascii('1234567890123456789012345678901234567890123456789012345678901234');

test('the vectors of RFC 4226, appendix D', () => {
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
  assert.deepEqual(
    codes.map((_, counter) => hotp(SHA1, counter)),
    codes,
  );
});

test('the vectors of RFC 6238, appendix B', () => {
  const rows: [number, string, string, string][] = [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ];
  for (const [seconds, sha1, sha256, sha512] of rows) {
    const step = totpStep(seconds * 1000);
    assert.deepEqual(
      [hotp(SHA1, step, 8), hotp(SHA256, step, 8, 'sha256'), hotp(SHA512, step, 8, 'sha512')],
      [sha1, sha256, sha512],
    );
  }
});

test('the vectors of RFC 4648, §10, without padding', () => {
  const pairs = { '': '', f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' };
  for (const [plain, text] of Object.entries(pairs)) assert.equal(base32(ascii(plain)), text);
});

test('a code is good in its own period and the neighbours, and never twice', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000, max: 2_000_000_000 }), fc.integer({ min: -3, max: 3 }), (seconds, off) => {
      const now = totpStep(seconds * 1000);
      const code = hotp(SHA1, now + off);
      const found = matchTotp(SHA1, code, seconds * 1000, -1);
      // Six digits of neighbouring periods may be the same by chance: then the earlier one is meant.
      const near = [-1, 0, 1].map((d) => now + d).find((step) => hotp(SHA1, step) === code);
      assert.equal(found, near);
      if (found !== undefined) assert.equal(matchTotp(SHA1, code, seconds * 1000, now + 1), undefined);
    }),
    { numRuns: 200 },
  );
  assert.equal(matchTotp(SHA1, '12345', 0, -1), undefined);
  assert.equal(matchTotp(SHA1, '755 224', 0, -1), 0, 'spaces as apps show them');
});

test('the address of an enrolment names issuer and account', () => {
  assert.equal(
    otpauthUri(SHA1, 'BV Mẫu', 'bac si'),
    'otpauth://totp/BV%20M%E1%BA%ABu:bac%20si?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=BV%20M%E1%BA%ABu&digits=6&period=30',
  );
});

test('addresses of the house, and networks that count as one', () => {
  for (const inside of [
    '127.0.0.1',
    '::1',
    '::ffff:10.1.2.3',
    '192.168.1.7',
    '172.16.0.1',
    '172.31.9.9',
    'fd12::1',
    'fe80::1',
  ])
    assert.equal(isInside(inside), true, inside);
  for (const outside of ['8.8.8.8', '172.32.0.1', '2001:db8::1', '100.64.0.1', '::ffff:1.2.3.4', '1.127.0.0'])
    assert.equal(isInside(outside), false, outside);
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  assert.equal(networkOf('2001:DB8::5:6'), '2001:db8:0:0');
  assert.equal(networkOf('::ffff:10.0.0.1'), '10.0.0.1');
});
