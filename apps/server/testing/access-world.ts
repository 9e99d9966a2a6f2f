import { defineCommand, defineModule, type Module } from '@mach/engine';
import { commands } from '@mach/engine/module.ts';
import type { AccessPolicy } from '@mach/engine/policy/rules.ts';
import type { Observation } from '@mach/fhir/types.ts';
import { number, referenceId, text } from '@mach/store/views/definition.ts';
import { z } from 'zod';

/* A small ward to try policies on: roles, a command, a view, and resources that differ in one thing each. */

export const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const MRN = 'https://benh-vien.vn/so-ho-so';
const WARD_TEXT = { vi: 'Khoa', en: 'Ward' };

const noteCommand = defineCommand({
  name: 'ward.note',
  kind: 'intent',
  permission: 'ward.note',
  title: WARD_TEXT,
  input: z.strictObject({ patient: z.string(), value: z.number() }),
  async handle({ patient, value }, ctx) {
    const found = await ctx.read('Patient', patient);
    const earlier = await ctx.referring<Observation>('Observation.subject', patient);
    ctx.create<Observation>(observation(ctx.id(), found.id, value) as Observation);
    return { earlier: earlier.length };
  },
});

export const ward: Module = defineModule({
  name: 'ward',
  title: WARD_TEXT,
  commands: commands(noteCommand),
  views: [
    {
      permission: 'ward.see',
      title: WARD_TEXT,
      sort: '-value',
      definition: {
        name: 'ward.readings',
        kind: 'live',
        base: 'Observation',
        patient: referenceId('subject.reference'),
        columns: { what: text('code.text', { indexed: true }), value: number('valueQuantity.value') },
      },
    },
  ],
  roles: {
    doctor: ['record.read:*', 'record.write', 'record.write:*', 'ward.note', 'ward.see'],
    cashier: ['record.read:Patient', 'record.read:Encounter', 'record.write', 'record.write:Encounter'],
    researcher: ['record.read:*'],
    assistant: ['record.read:*', 'ward.see'],
  },
});

const rule = { text: { vi: 'Quy tắc thử', en: 'A rule to try' }, grantedBy: ['privacy-officer'] };

/** Every kind of rule at once. */
export const WARD_POLICY: AccessPolicy = {
  title: WARD_TEXT,
  rules: [
    {
      ...rule,
      id: 'care',
      kind: 'limit',
      roles: ['doctor'],
      types: ['@bound'],
      permissions: ['ward.*'],
      when: { care: { person: { days: 30 }, unit: { days: 0 } } },
    },
    { ...rule, id: 'hiv', kind: 'labels', labels: [`${ACT}|HIV`] },
    { ...rule, id: 'psy', kind: 'labels', labels: [`${ACT}|PSY`], except: { own: { days: 0 } } },
    {
      ...rule,
      id: 'bills',
      kind: 'hide',
      roles: ['cashier'],
      elements: { Encounter: ['diagnosis', 'reasonCode', 'reasonReference'] },
    },
    { ...rule, id: 'consent', kind: 'consent', purposes: ['HRESCH'] },
    { ...rule, id: 'agreement', kind: 'consent', purposes: ['TRAIN'], needs: 'agreement' },
    // What closes a whole type: outside of hours, without a licence, for another purpose. Patients stay open beside it.
    {
      ...rule,
      id: 'hours',
      kind: 'limit',
      roles: ['assistant'],
      types: ['Observation'],
      permissions: ['ward.*'],
      when: { hours: { from: '22:00', to: '05:00' } },
    },
    {
      ...rule,
      id: 'licence',
      kind: 'limit',
      roles: ['assistant'],
      types: ['Encounter'],
      when: { licence: true },
    },
    {
      ...rule,
      id: 'purpose',
      kind: 'limit',
      roles: ['assistant'],
      types: ['AllergyIntolerance'],
      when: { purposes: ['HQUALIMP'] },
    },
  ],
};

export const patient = (id: string, family: string, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  name: [{ family, text: family }],
  identifier: [{ system: MRN, value: `so-${id}` }],
  gender: 'female',
  birthDate: '1980-02-03',
  generalPractitioner: [{ reference: 'Practitioner/prac-person-1' }],
  ...more,
});

export const encounter = (id: string, of: string, more: object = {}) => ({
  resourceType: 'Encounter',
  id,
  status: 'in-progress',
  class: { system: ACT, code: 'AMB' },
  subject: { reference: `Patient/${of}` },
  period: { start: '2026-11-23T01:00:00Z' },
  ...more,
});

export const observation = (id: string, of: string, value: number, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Mạch' },
  subject: { reference: `Patient/${of}` },
  performer: [{ reference: 'Practitioner/prac-person-1' }],
  effectiveDateTime: '2026-11-23T02:00:00Z',
  valueQuantity: { value, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  ...more,
});

export const labelled = (code: string) => ({ meta: { security: [{ system: ACT, code }] } });
export const byMe = { participant: [{ individual: { reference: 'Practitioner/prac-person-1' } }] };

/** People, places, and one patient in the care of the first who signs in. */
export const WARD_WORLD: readonly object[] = [
  { resourceType: 'Practitioner', id: 'prac-person-1', name: [{ text: 'BS Một' }] },
  { resourceType: 'Organization', id: 'dep-1', name: 'Khoa Một' },
  { resourceType: 'Organization', id: 'dep-2', name: 'Khoa Hai' },
  {
    resourceType: 'Location',
    id: 'room-1',
    name: 'Phòng 1',
    managingOrganization: { reference: 'Organization/dep-1' },
  },
  {
    resourceType: 'Location',
    id: 'room-2',
    name: 'Phòng 2',
    managingOrganization: { reference: 'Organization/dep-2' },
  },
  {
    resourceType: 'PractitionerRole',
    id: 'role-1',
    practitioner: { reference: 'Practitioner/prac-person-1' },
    organization: { reference: 'Organization/dep-1' },
  },
  patient('mine', 'An'),
  encounter('e-mine', 'mine', byMe),
  observation('o-mine', 'mine', 70),
];

/** Every way to ask, about a patient `id` with an encounter `e-id` and an observation `o-id`: is he there? */
export function questions(
  id: string,
  family: string,
): {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  body?: object;
  headers?: Record<string, string>;
}[] {
  const get = (url: string) => ({ method: 'GET' as const, url: `/fhir/${url}` });
  const reads = [
    `Patient/${id}`,
    `Patient/${id}/_history`,
    `Patient/${id}/_history/1`,
    `Observation/o-${id}`,
    `Observation/o-${id}?_summary=true`,
    `Observation/o-${id}/_history/1`,
    `Encounter/e-${id}`,
    'Patient?_total=accurate',
    'Patient?_summary=count',
    `Patient?identifier=${MRN}|so-${id}`,
    `Patient?family=${family}&_total=accurate`,
    `Patient?family:contains=${family.slice(1, 4)}`,
    `Patient?_id=${id},mine`,
    'Patient?_sort=family&_count=1',
    'Patient?_sort=-family&_count=1',
    'Patient?_sort=birthdate,-_lastUpdated',
    'Patient?gender:not=male&_total=accurate',
    'Patient?general-practitioner=prac-person-1&_total=accurate',
    'Observation?_sort=-value-quantity&_count=1',
    'Observation?_sort=value-quantity&_count=1',
    'Observation?_sort=-date',
    'Observation?_sort=subject',
    'Observation?code=8867-4&_total=accurate&_count=1',
    'Observation?value-quantity=gt0&_summary=count',
    'Observation?code:missing=false&_total=accurate',
    `Observation?patient=${id}&_total=accurate`,
    `Observation?subject:Patient.family=${family}&_total=accurate`,
    `Observation?patient.identifier=${MRN}|so-${id}`,
    `Observation?encounter:Encounter.subject=Patient/${id}`,
    'Patient?_has:Observation:patient:code=8867-4&_total=accurate',
    'Patient?_has:Encounter:subject:status=in-progress&_total=accurate',
    'Practitioner?_has:Observation:performer:value-quantity=gt90&_total=accurate',
    'Practitioner?_id=prac-person-1&_revinclude=Observation:performer&_revinclude=Patient:general-practitioner',
    'Practitioner?_revinclude=Patient:general-practitioner&_revinclude:iterate=Observation:subject',
    'Encounter?_include=Encounter:subject&_total=accurate',
    'Observation?_include=Observation:*',
    'Observation?_lastUpdated=gt2000-01-01&_summary=count',
    '?_type=Patient,Observation,Encounter&_total=accurate',
    `?_id=${id}`,
    '_history?_count=500',
    'Patient/_history?_count=500',
    'Observation/_history?_since=2000-01-01T00:00:00Z&_count=500',
    `Observation/o-${id}/_history`,
    `Patient/${id}/$everything`,
    'Patient/mine/$everything',
    `Encounter/e-${id}/$everything`,
    `Patient/${id}/$summary`,
    `Patient/${id}/$meta`,
    '$meta',
    'Observation/$meta',
    `Patient/${id}/Observation?_total=accurate`,
    `Patient/${id}/*`,
    'Practitioner/prac-person-1/Observation?_total=accurate',
    `Patient?_content=${family}`,
    `Observation?code:text=${family}`,
    `Observation/o-${id}/$validate`,
  ].map(get);
  const etag = { 'if-match': 'W/"1"' };
  const entry = (method: string, url: string, resource?: object, more: object = {}) => ({
    ...(resource ? { resource } : {}),
    request: { method, url, ...more },
  });
  const bundle = (type: string, ...list: object[]) => ({ resourceType: 'Bundle', type, entry: list });
  const { id: _id, ...nameless } = observation('x', id, 1);
  const broken = { ...nameless, status: 'no-such-status' };
  return [
    ...reads,
    {
      method: 'POST',
      url: '/fhir/Patient/_search',
      body: undefined,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    {
      method: 'POST',
      url: '/fhir/ViewDefinition/$run?_format=json',
      body: {
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'viewResource',
            resource: {
              resourceType: 'ViewDefinition',
              name: 'all_readings',
              status: 'active',
              resource: 'Observation',
              select: [
                {
                  column: [
                    { name: 'id', path: 'id' },
                    { name: 'value', path: 'value.ofType(Quantity).value' },
                  ],
                },
              ],
            },
          },
        ],
      },
    },
    // Writes that must end the same whether he is there or not.
    { method: 'PUT', url: `/fhir/Patient/${id}`, body: patient(id, 'Chiếm') },
    { method: 'PUT', url: `/fhir/Patient/${id}`, body: patient(id, 'Chiếm'), headers: etag },
    { method: 'PUT', url: `/fhir/Observation/o-${id}`, body: observation(`o-${id}`, 'mine', 1) },
    { method: 'PATCH', url: `/fhir/Patient/${id}`, body: [{ op: 'replace', path: '/gender', value: 'male' }] },
    { method: 'DELETE', url: `/fhir/Observation/o-${id}` },
    { method: 'DELETE', url: `/fhir/Patient?identifier=${MRN}|so-${id}` },
    {
      method: 'PATCH',
      url: `/fhir/Patient?identifier=${MRN}|so-${id}`,
      body: [{ op: 'test', path: '/id', value: id }],
    },
    { method: 'POST', url: '/fhir/Observation', body: nameless },
    {
      method: 'POST',
      url: '/fhir/Patient',
      body: { resourceType: 'Patient', gender: 'no-such' },
      headers: { 'if-none-exist': `identifier=${MRN}|so-${id}` },
    },
    {
      method: 'PUT',
      url: `/fhir/Patient?identifier=${MRN}|so-${id}`,
      body: { resourceType: 'Patient', gender: 'no-such' },
    },
    {
      method: 'POST',
      url: `/fhir/Patient/${id}/$meta-add`,
      body: {
        resourceType: 'Parameters',
        parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'x', code: 'y' }] } }],
      },
    },
    {
      method: 'POST',
      url: '/fhir',
      body: bundle(
        'batch',
        entry('GET', `Patient/${id}`),
        entry('GET', `Observation?patient=${id}`),
        entry('DELETE', `Observation/o-${id}`),
        entry('PUT', `Patient/${id}`, patient(id, 'Chiếm')),
      ),
    },
    { method: 'POST', url: '/fhir', body: bundle('transaction', entry('GET', `Patient/${id}`)) },
    {
      method: 'POST',
      url: '/fhir',
      body: bundle(
        'transaction',
        entry('POST', 'Observation', { ...nameless, subject: { reference: `Patient?identifier=${MRN}|so-${id}` } }),
      ),
    },
    { method: 'POST', url: '/fhir', body: bundle('transaction', entry('POST', 'Observation', broken)) },
    // GraphQL: one record, lists, connections with their counts, references backwards.
    ...[
      `{ Patient(id: "${id}") { id name { family } } }`,
      `{ Observation(id: "o-${id}") { id valueQuantity { value } subject { resource(optional: true) { ... on Patient { id } } } } }`,
      `{ PatientList(family: "${family}") { id } }`,
      '{ ObservationConnection(_count: 1, _sort: "-value-quantity") { count edges { resource { id } } } }',
      '{ Patient(id: "mine") { id ObservationList(_reference: patient) { id } EncounterList(_reference: subject) { id } } }',
      '{ Practitioner(id: "prac-person-1") { id ObservationList(_reference: performer) { id } } }',
    ].map((query) => ({ method: 'POST' as const, url: '/fhir/$graphql', body: { query } })),
    // The house's own doors.
    { method: 'GET', url: '/api/views/ward.readings' },
    { method: 'GET', url: '/api/views/ward.readings?limit=1' },
    { method: 'GET', url: `/api/views/ward.readings?patient=${id}&sort=what` },
    {
      method: 'POST',
      url: '/api/commands/ward.note',
      body: { patient: id, value: 5 },
      headers: { 'idempotency-key': `note-${id}-${family}` },
    },
    { method: 'GET', url: `/api/access/why?type=Patient&id=${id}` },
  ];
}
