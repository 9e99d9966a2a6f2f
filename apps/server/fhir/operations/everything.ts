import { refuse } from '@mach/base/problem.ts';
import { resourceTypes } from '@mach/fhir/definitions.ts';
import { isResourceType, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { originOf } from '../../http/auth.ts';
import { FHIR_JSON, type FhirCall } from '../exchange.ts';
import { careDate, readCompartment, SUPPORTING, supporting } from './compartment.ts';
import { badParameter, type OperationParameters, readParameters, type Wanted } from './parameters.ts';

export const WANTED: Wanted = {
  start: 'string',
  end: 'string',
  _since: 'string',
  _type: 'string',
  _count: 'integer',
  _after: 'string',
};
const MAX_COUNT = 1_000;

export interface Entry {
  readonly record: StoredRecord;
  readonly mode: 'match' | 'include';
}

/** `Patient/$everything` and `Encounter/$everything`: the whole record, with what it takes to read it. */
export async function everything(
  call: FhirCall,
  reply: FastifyReply,
  compartment: 'Patient' | 'Encounter',
  id: string,
): Promise<FastifyReply> {
  const given = readParameters(call.request, WANTED);
  const [types, since] = [typesOf(call, given), given.instant('_since')];
  const { entries, records } = await entriesOf(call, compartment, id, given);
  const page = paged(entries, records[0], given);
  const { engine } = call.doors;
  await engine.audits.read(call.actor, `everything ${compartment}`, engine.clock.now().toISOString(), {
    origin: originOf(call.request),
    patient: compartment === 'Patient' ? id : records[0]?.patient,
    entities: [`${compartment}/${id}`],
    detail: { records: page.entries.length, of: entries.length, since, types: types && [...types] },
  });
  return reply.type(FHIR_JSON).send(bundleText(call, page.entries, entries.length, page.next));
}

/** The entries of one compartment that the parameters ask for, the focus first where it is among them. */
export async function entriesOf(
  call: FhirCall,
  compartment: 'Patient' | 'Encounter',
  id: string,
  given: OperationParameters,
): Promise<{ entries: Entry[]; records: StoredRecord[] }> {
  const [types, since] = [typesOf(call, given), given.instant('_since')];
  const { records } = await readCompartment(call, compartment, id, resourceTypes());
  const [start, end] = [given.instant('start'), endOf(given)];
  const inTime = records.filter((record, i) => i === 0 || isWithin(record, start, end));
  const around = compartment === 'Encounter' ? new Set([...SUPPORTING, 'Patient', 'EpisodeOfCare']) : SUPPORTING;
  const entries = [
    ...inTime.map((record): Entry => ({ record, mode: 'match' })),
    ...(await supporting(call, inTime, around)).map((record): Entry => ({ record, mode: 'include' })),
  ].filter(({ record }) => (!types || types.has(record.type)) && (since === undefined || record.updated >= since));
  return { entries, records };
}

function typesOf(call: FhirCall, given: OperationParameters): ReadonlySet<string> | undefined {
  const types = given.texts('_type');
  if (types.length === 0) return undefined;
  for (const type of types) {
    if (!isResourceType(type)) throw badParameter('_type', `có loại lạ ${type}`, `has the unknown type ${type}`);
    call.doors.engine.policy.requireRecord(call.actor, 'read', type);
  }
  return new Set(types);
}

/** A date alone means the whole of that day. */
function endOf(given: OperationParameters): string | undefined {
  const text = given.text('end');
  const instant = given.instant('end');
  if (text === undefined || instant === undefined) return undefined;
  return text.length === 10 ? new Date(Date.parse(instant) + 86_400_000 - 1).toISOString() : instant;
}

/** What has no date of care always belongs. */
function isWithin(record: StoredRecord, start: string | undefined, end: string | undefined): boolean {
  if (start === undefined && end === undefined) return true;
  const date = careDate(record);
  if (!date) return true;
  return (start === undefined || date.high >= Date.parse(start)) && (end === undefined || date.low <= Date.parse(end));
}

/** A page goes on after the last record of the page before, whatever was written meanwhile. */
function paged(
  entries: readonly Entry[],
  focus: StoredRecord | undefined,
  given: OperationParameters,
): { entries: Entry[]; next: string | undefined } {
  const count = given.integer('_count', 1, MAX_COUNT);
  const after = given.text('_after');
  // Matches (the focus first) before includes, then by type and id; the cursor is compared, not looked up.
  const place = (e: Entry): number => (e.record === focus ? 0 : e.mode === 'match' ? 1 : 2);
  const ranked = entries
    .map((e) => ({ e, rank: `${place(e)}/${e.record.type}/${e.record.id}` }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  let from = ranked;
  if (after !== undefined) {
    const cursor = Buffer.from(after, 'base64url').toString('utf8');
    if (!/^[012]\/[A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(cursor))
      throw refuse(
        400,
        'bad-cursor',
        { vi: 'Con trỏ trang không hợp lệ', en: 'The page cursor is not valid' },
        { field: '_after' },
      );
    from = ranked.filter(({ rank: r }) => r > cursor);
  }
  const page = count === undefined ? from : from.slice(0, count);
  const last = page.at(-1);
  const next = page.length < from.length && last ? Buffer.from(last.rank).toString('base64url') : undefined;
  return { entries: page.map(({ e }) => e), next };
}

/** A searchset as text, without a total where nobody has counted. */
export function bundleText(
  call: FhirCall,
  entries: readonly Entry[],
  total: number | undefined,
  next: string | undefined,
): string {
  const { request, baseUrl } = call;
  const self = new URL(request.url, baseUrl);
  const link = [{ relation: 'self', url: self.href }];
  if (next !== undefined) {
    const url = new URL(self);
    url.searchParams.set('_after', next);
    link.push({ relation: 'next', url: url.href });
  }
  const list = entries.map(
    ({ record, mode }) =>
      `{"fullUrl":${JSON.stringify(`${baseUrl}/${record.type}/${record.id}`)},"resource":${record.text},"search":{"mode":"${mode}"}}`,
  );
  return `{"resourceType":"Bundle","type":"searchset",${total === undefined ? '' : `"total":${total},`}"link":${JSON.stringify(link)}${
    list.length > 0 ? `,"entry":[${list.join(',')}]` : ''
  }}`;
}
