import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CS, EXT, SID } from './systems.ts';

test('no two names share a URL, and each is an absolute URL without a trailing slash', () => {
  const urls = [SID, CS, EXT].flatMap((kind) => Object.values(kind));
  assert.equal(new Set(urls).size, urls.length);
  for (const url of urls) assert.match(url, /^https?:\/\/[a-z0-9.]+(?:\/[a-z0-9-]+)*$/);
});

test('the names that other systems already know', () => {
  assert.equal(SID.cccd, 'https://mach.vn/fhir/sid/cccd');
  assert.equal(SID.visitCode, 'https://mach.vn/fhir/sid/visit-code');
  assert.equal(CS.icd10, 'http://hl7.org/fhir/sid/icd-10');
  assert.equal(CS.loinc, 'http://loinc.org');
  assert.equal(EXT.queueNumber, 'https://mach.vn/fhir/ext/queue-number');
});
