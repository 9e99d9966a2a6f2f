import { localDate } from '@mach/base/time.ts';
import { resourceTypes } from '@mach/fhir/definitions.ts';
import type { StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { originOf } from '../../http/auth.ts';
import { matchOne } from '../conditions.ts';
import { FHIR_JSON, type FhirCall, notFound } from '../exchange.ts';
import { readCompartment, supporting } from './compartment.ts';
import { documentText, entryOf } from './document.ts';
import { badParameter, readParameters, type Wanted } from './parameters.ts';
import { conceptKey, dateOf, lineOf, SECTIONS, type SectionSpec } from './summary-sections.ts';

const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition';
const WANTED: Wanted = { profile: 'string' };
const LOINC = 'http://loinc.org';

/** `Patient/$summary?identifier=system|value`: of the one patient who bears it. @throws Problem 400, 404, 412 */
export async function summaryByIdentifier(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
  const given = readParameters(call.request, { ...WANTED, identifier: 'string' });
  const identifier = given.required('identifier');
  const patient = await matchOne(call, 'Patient', new URLSearchParams({ identifier }), 'identifier');
  if (!patient) throw notFound('Patient', `?identifier=${identifier.slice(0, 100)}`);
  return summaryOf(call, reply, patient.id, given.text('profile'));
}

/** `Patient/[id]/$summary`: the International Patient Summary as a document bundle. */
export async function patientSummary(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
  return summaryOf(call, reply, id, readParameters(call.request, WANTED).text('profile'));
}

async function summaryOf(
  call: FhirCall,
  reply: FastifyReply,
  id: string,
  profile: string | undefined,
): Promise<FastifyReply> {
  if (profile !== undefined && profile !== `${IPS}/Bundle-uv-ips`)
    throw badParameter('profile', `chỉ là ${IPS}/Bundle-uv-ips`, `can only be ${IPS}/Bundle-uv-ips`);
  const { engine } = call.doors;
  const now = engine.clock.now().toISOString();
  const today = localDate(now);
  const { focus, records } = await readCompartment(call, 'Patient', id, resourceTypes());
  const taken = new Set<StoredRecord>();
  const sections = SECTIONS.flatMap((spec) => {
    const chosen = choose(
      records.filter((r) => !taken.has(r) && spec.takes(r, today)),
      spec,
    );
    for (const record of chosen) taken.add(record);
    return chosen.length > 0 || spec.required ? [section(spec, chosen)] : [];
  });
  const chosen = [...taken];
  const around = await supporting(call, [focus, ...chosen]);
  const facility = engine.facility(call.actor.tenant);
  const key = engine.ids();
  const composition = {
    resourceType: 'Composition',
    id: key,
    meta: { profile: [`${IPS}/Composition-uv-ips`] },
    status: 'final',
    type: { coding: [{ system: LOINC, code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: `Patient/${id}` },
    date: now,
    author: [author(around, facility.name)],
    title: 'Tóm tắt hồ sơ sức khoẻ (IPS)',
    section: sections,
  };
  await engine.audits.read(call.actor, 'summary Patient', now, {
    origin: originOf(call.request),
    patient: id,
    entities: [`Patient/${id}`],
    detail: { records: chosen.length },
  });
  const entries = [
    { fullUrl: `${call.baseUrl}/Composition/${key}`, text: JSON.stringify(composition) },
    ...[focus, ...chosen, ...around].map((r) => entryOf(call, r)),
  ];
  return reply
    .type(FHIR_JSON)
    .send(documentText(engine.ids(), now, entries, { id: engine.ids(), profile: `${IPS}/Bundle-uv-ips` }));
}

/** The facility that made the summary, as a record where the document has it, else by name. */
function author(around: readonly StoredRecord[], name: string): object {
  const own = around.find(
    (r) => r.type === 'Organization' && (r.resource as unknown as { name?: string }).name === name,
  );
  return own ? { reference: `Organization/${own.id}`, display: name } : { display: name };
}

function choose(records: readonly StoredRecord[], spec: SectionSpec): StoredRecord[] {
  const at = (r: StoredRecord): string => dateOf(r.resource as unknown as Record<string, unknown>);
  const latestFirst = [...records].sort((a, b) => (at(a) === at(b) ? (a.id < b.id ? -1 : 1) : at(a) < at(b) ? 1 : -1));
  if (!spec.latestOfEach) return latestFirst.slice(0, spec.limit ?? 500);
  const seen = new Set<string>();
  return latestFirst.filter((r) => !seen.has(conceptKey(r)) && seen.add(conceptKey(r)));
}

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A section without records says that nothing is on record here; that is not a statement that there is nothing. */
function section(spec: SectionSpec, records: readonly StoredRecord[]): object {
  const rows = records.map((r) => {
    const { what, detail, date } = lineOf(r);
    return `<tr><td>${xml(what)}</td><td>${xml(detail)}</td><td>${xml(date)}</td></tr>`;
  });
  const body = rows.length > 0 ? `<table>${rows.join('')}</table>` : '<p>Không có thông tin trong hồ sơ này</p>';
  return {
    title: spec.title.vi,
    code: { coding: [{ system: LOINC, code: spec.code, display: spec.title.en }] },
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${body}</div>` },
    ...(records.length > 0
      ? { entry: records.map((r) => ({ reference: `${r.type}/${r.id}` })) }
      : {
          emptyReason: {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason',
                code: 'unavailable',
                display: 'Unavailable',
              },
            ],
          },
        }),
  };
}
