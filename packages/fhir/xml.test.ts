import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fromXml } from './xml-read.ts';
import { toXml } from './xml-write.ts';

const DATA = process.env.MACH_SHARED_DATA ?? join(import.meta.dirname, '../../../shared/data');
const FILE = join(DATA, 'fhir-r4-examples/r4-examples-dev-half.ndjson.gz');

const read = (xml: string): Record<string, unknown> => {
  const result = fromXml(xml);
  assert.ok(result.ok, JSON.stringify(!result.ok && result.error.slice(0, 3)));
  return result.value;
};
const faults = (xml: string): string[] => {
  const result = fromXml(xml);
  return result.ok ? [] : result.error.map((i) => `${i.field ?? ''} ${i.text.en}`);
};
const patient = (inner: string): string => `<Patient xmlns="http://hl7.org/fhir">${inner}</Patient>`;

test('elements go in the order of the definitions, whatever the order of the JSON', () => {
  const xml = toXml({
    resourceType: 'Patient',
    birthDate: '1964-07-14',
    name: [{ given: ['Lan'], family: 'Trần', id: 'n1' }],
    active: true,
    id: 'p1',
    deceasedBoolean: false,
    meta: { versionId: '3' },
    extension: [{ valueString: 'x', url: 'urn:e' }],
  });
  assert.equal(
    xml,
    '<?xml version="1.0" encoding="UTF-8"?><Patient xmlns="http://hl7.org/fhir"><id value="p1"/><meta><versionId value="3"/></meta>' +
      '<extension url="urn:e"><valueString value="x"/></extension><active value="true"/>' +
      '<name id="n1"><family value="Trần"/><given value="Lan"/></name><birthDate value="1964-07-14"/><deceasedBoolean value="false"/></Patient>',
  );
});

test('primitives keep their type, their extensions, and the place of what is missing in a list', () => {
  const resource = {
    resourceType: 'Patient',
    _birthDate: { extension: [{ url: 'urn:when', valueDateTime: '1964-07-14T08:00:00+07:00' }] },
    name: [
      {
        given: ['Lan', null, 'Anh'],
        _given: [null, { extension: [{ url: 'urn:none', valueCode: 'unknown' }] }, { id: 'g3' }],
      },
    ],
    multipleBirthInteger: 2,
  };
  assert.deepEqual(read(toXml(resource)), resource);
  assert.deepEqual(read(toXml(resource, true)), resource);
  assert.equal(read(patient('<active value="true"/>')).active, true);
});

test('signs, line ends and tabs survive', () => {
  const resource = { resourceType: 'Patient', name: [{ text: 'a "b" <c> & d\n\te\r\nf \' 𠮷' }] };
  assert.deepEqual(read(toXml(resource)), resource);
  assert.deepEqual(read(patient('<name><text value="&#84;r&#x1EA7;n &apos;&lt;"/></name>')).name, [
    { text: "Trần '<" },
  ]);
});

test('narratives stay as they are written; entities of HTML become characters', () => {
  const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p class="x">a &amp; b<br/> <b>c</b></p>\n<div>in</div></div>';
  const resource = { resourceType: 'Patient', text: { status: 'generated', div } };
  assert.deepEqual(read(toXml(resource)), resource);
  const html = { ...resource, text: { status: 'generated', div: div.replace('&amp;', '&nbsp;') } };
  assert.match(toXml(html), /a &#160; b/);
});

test('contained resources, entries and parameters hold whole resources', () => {
  const resource = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        fullUrl: 'urn:uuid:1',
        resource: {
          resourceType: 'Patient',
          contained: [{ resourceType: 'Organization', id: 'o', name: 'BV' }],
          managingOrganization: { reference: '#o' },
        },
      },
      {
        resource: {
          resourceType: 'Parameters',
          parameter: [{ name: 'x', resource: { resourceType: 'Basic', code: { text: 'y' } } }],
        },
      },
    ],
  };
  assert.deepEqual(read(toXml(resource)), resource);
});

test('what is wrong is told with its place', () => {
  assert.match(faults(patient('<colour value="red"/>'))[0] ?? '', /^Patient\.colour There is no element/);
  assert.match(
    faults(patient('<gender value="x" style="y"/>'))[0] ?? '',
    /^Patient\.gender There is no attribute style/,
  );
  assert.match(faults(patient('<birthDate value="1"/><birthDate value="2"/>'))[0] ?? '', /one birthDate only/);
  assert.match(faults(patient('<active value="yes"/>'))[0] ?? '', /Not a boolean/);
  assert.match(faults(patient('<active>true</active>')).join(), /no text outside/);
  assert.match(faults(patient('<active/>'))[0] ?? '', /value is missing/);
  assert.match(faults('<Patient><active value="true"/></Patient>')[0] ?? '', /namespace/);
  assert.match(faults('<Nothing xmlns="http://hl7.org/fhir"/>')[0] ?? '', /no resource type/);
  assert.match(faults('<Patient xmlns="http://hl7.org/fhir">')[0] ?? '', /not well-formed/);
  assert.match(faults('')[0] ?? '', /well-formed|root/);
});

test('no document type, no entity, inside or outside', () => {
  const secret = '<!DOCTYPE Patient [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
  assert.match(faults(`${secret}${patient('<gender value="&x;"/>')}`)[0] ?? '', /DOCTYPE/);
  assert.match(faults(patient('<gender value="&x;"/>'))[0] ?? '', /no entity/);
  assert.match(faults(patient('<gender value="&#0;"/>'))[0] ?? '', /no entity/);
  const deep = `${'<extension url="x">'.repeat(5_000)}${'</extension>'.repeat(5_000)}`;
  assert.ok(faults(patient(deep)).length > 0);
});

test('the official examples come back from XML as they went', {
  skip: existsSync(FILE) ? false : 'the official examples are not here',
}, () => {
  const lines = gunzipSync(readFileSync(FILE))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  for (const line of lines) {
    const resource = JSON.parse(line) as Record<string, unknown>;
    const at = `${resource.resourceType}/${resource.id}`;
    assert.deepEqual(read(toXml(resource)), resource, at);
    assert.deepEqual(read(toXml(resource, true)), resource, `${at} pretty`);
  }
  assert.ok(lines.length > 300);
});
