import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../json.ts';
import { nationalPack, profilesForBench } from '../testing/profile-data.ts';
import { parseJson } from '../written-numbers.ts';
import { claimProfile, type DressRules, dressResource } from './dress.ts';

const MACH = 'https://mach.vn/fhir';
const MOH = 'http://fhir.ehealth.gov.vn/core';
const VNC = 'http://fhir.hl7.org.vn/core';

const rules = (dress: string): DressRules => {
  const found = nationalPack().dresses.find((d) => d.dress === dress);
  assert.ok(found);
  return found;
};
const coding = (list: string, code: string, display: string): JsonObject => ({
  system: `${MACH}/cs/${list}`,
  code,
  display,
});

/** A person as the platform keeps him. */
const person: JsonObject = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { versionId: '3' },
  extension: [
    { url: `${MACH}/ext/ethnic`, valueCoding: coding('ethnic', '01', 'Kinh') },
    { url: `${MACH}/ext/nationality`, valueCode: 'VN' },
    { url: `${MACH}/ext/workplace`, valueString: 'Trường THCS Lê Lợi' },
  ],
  identifier: [
    { system: `${MACH}/sid/cccd`, value: '001085012345' },
    { use: 'official', system: `${MACH}/sid/bhyt`, value: 'DN4010123456789' },
    { system: `${MACH}/sid/household`, value: 'H1' },
  ],
  name: [{ use: 'official', family: 'Nguyễn', given: ['Văn', 'An'] }],
  address: [
    {
      line: ['Số 1 Giải Phóng'],
      city: 'Phường Bạch Mai',
      state: 'Thành phố Hà Nội',
      extension: [
        { url: `${MACH}/ext/province`, valueCoding: coding('province', '01', 'Thành phố Hà Nội') },
        { url: `${MACH}/ext/ward`, valueCoding: coding('ward', '00292', 'Phường Bạch Mai') },
      ],
    },
  ],
};

test("in the Ministry's dress a person keeps to the Ministry's profile", () => {
  const dressed = claimProfile(dressResource(person, rules('moh')), rules('moh').profiles.Patient ?? '');
  const issues = profilesForBench().validate(dressed);
  assert.deepEqual(
    issues.filter((i) => i.severity !== 'information'),
    [],
  );
  assert.deepEqual(dressed.meta, { versionId: '3', profile: [`${MOH}/StructureDefinition/vn-core-patient`] });
  // The guide's "race" is the ethnic group.
  assert.deepEqual((dressed.extension as JsonObject[])[0], {
    url: `${MOH}/StructureDefinition/extension-race`,
    valueCodeableConcept: {
      coding: [{ system: `${MOH}/CodeSystem/vn-core-race`, code: '01', display: 'Kinh' }],
      text: 'Kinh',
    },
  });
  assert.deepEqual((dressed.identifier as JsonObject[])[0], {
    use: 'official',
    type: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/v2-0203',
          code: 'NI',
          display: 'National unique individual identifier',
        },
      ],
    },
    system: `${MOH}/sid/national_id`,
    value: '001085012345',
  });
  const [address = {}] = dressed.address as JsonObject[];
  assert.equal(address.text, 'Số 1 Giải Phóng, Phường Bạch Mai, Thành phố Hà Nội');
  assert.deepEqual(
    (address.extension as JsonObject[]).map((e) => [e.url, (e.extension as JsonObject[]).map((part) => part.url)]),
    [[`${MOH}/StructureDefinition/extension-administrative-address`, ['state', 'ward']]],
  );
  assert.equal((dressed.name as JsonObject[])[0]?.text, 'Nguyễn Văn An');
});

test("in the community guide's dress the same person has its names", () => {
  const dressed = dressResource(person, rules('vnc'));
  assert.deepEqual(
    (dressed.identifier as JsonObject[]).map((i) => i.system),
    // What the guide has no name for stays as it is.
    [`${VNC}/sid/cccd`, `${VNC}/sid/bhyt`, `${MACH}/sid/household`],
  );
  assert.deepEqual((dressed.extension as JsonObject[])[1], {
    url: 'http://hl7.org/fhir/StructureDefinition/patient-nationality',
    extension: [{ url: 'code', valueCodeableConcept: { coding: [{ system: 'urn:iso:std:iso:3166', code: 'VN' }] } }],
  });
  assert.deepEqual(
    (dressed.address as { extension: JsonObject[] }[]).flatMap((a) => a.extension.map((e) => e.url)),
    [`${VNC}/StructureDefinition/vn-ext-province`, `${VNC}/StructureDefinition/vn-ext-ward`],
  );
});

test('dressing changes nothing of the resource given, and dressing twice changes nothing more', () => {
  const before = JSON.stringify(person);
  for (const dress of ['moh', 'vnc']) {
    const once = dressResource(person, rules(dress));
    assert.deepEqual(dressResource(once, rules(dress)), once, dress);
  }
  assert.equal(JSON.stringify(person), before);
});

test('decimals keep their digits', () => {
  const text = '{"resourceType":"Observation","valueQuantity":{"value":1.50}}';
  assert.equal(JSON.stringify(dressResource(parseJson(text) as JsonObject, rules('moh'))), text);
});
