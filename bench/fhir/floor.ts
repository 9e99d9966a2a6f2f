/*
 * The floor: the requests of the bench answered with as little as node:http and PostgreSQL take, on the same cluster and
 * settings. No validation, rights, audit, terminology or change feed; columns fixed by hand. No FHIR server: what is left
 * above it is the price of being one.
 *
 *   node floor.ts SOCKET_FOLDER PORT
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import type { Bundle, Resource } from './data.ts';

const [, , host = '', port = '0'] = process.argv;
const address = { host, port: 5432, user: 'postgres' };
const maker = new pg.Client({ ...address, database: 'postgres' });
await maker.connect();
await maker.query('create database bare');
await maker.end();
const pool = new pg.Pool({ ...address, database: 'bare', max: 16 });
await pool.query(`
  create table r (id uuid primary key, type text not null, ver int not null, patient uuid, code text, status text,
    at timestamptz, ident text[], family text, birth text, content text not null);
  create table h (id uuid not null, ver int not null, content text not null, primary key (id, ver));
  create index on r (patient, code, at desc) where type = 'Observation';
  create index on r (patient) where patient is not null;
  create index on r (type, code) where code is not null;
  create index on r (status, at desc) where type = 'Encounter';
  create index on r using gin (ident) where ident is not null;
  create index on r (family, birth) where type = 'Patient';`);

interface Row {
  id: string;
  content: string;
  patient: string;
}
let names = 0;
const statements = new Map<string, string>();
async function q<R extends object = Row>(text: string, values: unknown[]): Promise<R[]> {
  let name = statements.get(text);
  if (name === undefined) {
    name = `q${++names}`;
    statements.set(text, name);
  }
  return (await pool.query<R>({ name, text, values })).rows;
}

const INSERT = `with x as (select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[])
    as x(id, type, patient, code, status, at, ident, family, birth, content)),
  i as (insert into r select id, type, 1, patient, code, status, at, string_to_array(ident, '~'), family, birth, content from x)
  insert into h select id, 1, content from x`;
const UPDATE = `with u as (update r set ver = ver + 1, patient = $2, code = $3, status = $4, at = $5, ident = string_to_array($6, '~'),
    family = $7, birth = $8, content = replace($9, '@VER@', (ver + 1)::text) where id = $1 returning id, ver, content)
  insert into h select id, ver, content from u returning content`;

// biome-ignore lint/suspicious/noExplicitAny: the floor knows what it is sent
type Loose = any;
const idOf = (reference: string | undefined): string | null =>
  /^(?:Patient\/)?([0-9a-f-]{36})$/.exec(reference ?? '')?.[1] ?? null;

function columns(o: Loose): (string | null)[] {
  const coding = o.code?.coding?.[0];
  return [
    o.resourceType,
    idOf(o.subject?.reference),
    coding ? `${coding.system}|${coding.code}` : null,
    o.status ?? null,
    o.effectiveDateTime ?? o.period?.start ?? o.recordedDate ?? o.authoredOn ?? null,
    o.identifier?.map((i: Loose) => `${i.system}|${i.value}`).join('~') ?? null,
    o.name?.[0]?.family ?? null,
    o.birthDate ?? null,
  ];
}

function stamped({ resourceType, id: _id, meta, ...rest }: Loose, id: string, version: string): Loose {
  return { resourceType, id, meta: { ...meta, versionId: version, lastUpdated: new Date().toISOString() }, ...rest };
}

async function insert(list: readonly Loose[]): Promise<string[]> {
  const texts = list.map((o) => JSON.stringify(o));
  const rows = list.map((o, i) => [o.id, ...columns(o), texts[i]]);
  await q(
    INSERT,
    Array.from({ length: 10 }, (_, column) => rows.map((row) => row[column])),
  );
  return texts;
}

const entries = (rows: readonly Row[], mode = 'match'): string =>
  rows.map((r) => `{"fullUrl":"urn:uuid:${r.id}","resource":${r.content},"search":{"mode":"${mode}"}}`).join(',');
const setOf = (list: string, total?: number): string =>
  `{"resourceType":"Bundle","type":"searchset"${total === undefined ? '' : `,"total":${total}`},"entry":[${list}]}`;

async function search(type: string, p: URLSearchParams): Promise<string> {
  const get = (name: string): string => p.get(name) ?? '';
  const n = Number(p.get('_count') ?? 20);
  if (p.has('identifier'))
    return setOf(
      entries(
        await q(`select id, content from r where ident @> array[$1] and type = $2 limit ${n}`, [
          get('identifier'),
          type,
        ]),
      ),
    );
  if (p.has('patient.identifier'))
    return setOf(
      entries(
        await q(
          `select o.id, o.content from r p join r o on o.patient = p.id and o.type = 'Observation'
      where p.ident @> array[$1] and p.type = 'Patient' limit ${n}`,
          [get('patient.identifier')],
        ),
      ),
    );
  if (p.has('name'))
    return setOf(
      entries(
        await q(`select id, content from r where type = 'Patient' and family = $1 and birth = $2 limit ${n}`, [
          get('name'),
          get('birthdate'),
        ]),
      ),
    );
  if (p.has('patient'))
    return setOf(
      entries(
        await q(
          `select id, content from r where type = 'Observation' and patient = $1 and code = $2 order by at desc limit ${n}`,
          [idOf(get('patient')), get('code')],
        ),
      ),
    );
  if (p.has('status')) {
    const found = await q(
      `select id, patient, content from r where type = 'Encounter' and status = $1 order by at desc limit ${n}`,
      [get('status')],
    );
    const of = await q('select id, content from r where id = any($1::uuid[])', [
      [...new Set(found.map((e) => e.patient))],
    ]);
    return setOf(`${entries(found)},${entries(of, 'include')}`);
  }
  if (p.has('_has:Condition:patient:code'))
    return setOf(
      entries(
        await q(
          `select p.id, p.content from r p where p.type = 'Patient' and exists
      (select 1 from r c where c.type = 'Condition' and c.patient = p.id and c.code = $1) limit ${n}`,
          [get('_has:Condition:patient:code')],
        ),
      ),
    );
  const [found, [count]] = await Promise.all([
    q(`select id, content from r where type = $1 and code = $2 limit ${n}`, [type, get('code')]),
    q<{ n: number }>('select count(*)::int as n from r where type = $1 and code = $2', [type, get('code')]),
  ]);
  return setOf(entries(found), count?.n);
}

async function handle(
  method: string,
  url: string,
  condition: string | undefined,
  body: string,
): Promise<[number, string]> {
  const [way = '', query = ''] = url.split('?');
  const [type = '', id = '', third, version] = way.split('/').filter(Boolean);
  if (method === 'GET') {
    if (third === '$everything')
      return [
        200,
        setOf(
          entries(
            await q('select id, content from r where id = $1 union all select id, content from r where patient = $1', [
              id,
            ]),
          ),
        ),
      ];
    if (id === '') return [200, await search(type, new URLSearchParams(query))];
    const [row] =
      version === undefined
        ? await q('select content from r where id = $1', [id])
        : await q('select content from h where id = $1 and ver = $2', [id, version]);
    return row ? [200, row.content] : [404, '{}'];
  }
  if (method === 'POST' && type === '') {
    const sent = JSON.parse(body) as Bundle;
    const ids = sent.entry.map(() => randomUUID());
    let text = JSON.stringify(sent.entry.map((e, i) => stamped(e.resource, ids[i] ?? '', '1')));
    sent.entry.forEach((e, i) => {
      text = text.replaceAll(e.fullUrl, `${e.resource.resourceType}/${ids[i]}`);
    });
    const made = JSON.parse(text) as Resource[];
    await insert(made);
    const list = made.map(
      (r) => `{"response":{"status":"201","location":"${r.resourceType}/${String(r.id)}/_history/1"}}`,
    );
    return [200, `{"resourceType":"Bundle","type":"${sent.type}-response","entry":[${list.join()}]}`];
  }
  if (method === 'POST') {
    if (condition !== undefined) {
      const wanted = new URLSearchParams(condition).get('identifier');
      const [row] = await q('select content from r where ident @> array[$1] and type = $2', [wanted, type]);
      if (row) return [200, row.content];
    }
    return [201, (await insert([stamped(JSON.parse(body), randomUUID(), '1')]))[0] ?? ''];
  }
  let next = JSON.parse(body) as Loose;
  if (method === 'PATCH') {
    const [row] = await q('select content from r where id = $1', [id]);
    const [{ value }] = next;
    next = JSON.parse(row?.content ?? '{}');
    next.telecom[0].value = value;
  }
  next = stamped(next, id, '@VER@');
  const [row] = await q(UPDATE, [id, ...columns(next).slice(1), JSON.stringify(next)]);
  return row ? [200, row.content] : [404, '{}'];
}

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const condition = request.headers['if-none-exist'];
    const given = typeof condition === 'string' ? condition : undefined;
    handle(request.method ?? '', request.url ?? '', given, Buffer.concat(parts).toString())
      .catch((error: unknown): [number, string] => [500, JSON.stringify({ error: String(error) })])
      .then(([status, text]) => {
        const bytes = Buffer.from(text);
        response.writeHead(status, { 'content-type': 'application/fhir+json', 'content-length': bytes.length });
        response.end(bytes);
      });
  });
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
