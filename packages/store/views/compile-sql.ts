import { typeNumber } from '../types.ts';
import { type Condition, type Expression, patientLabel, type ViewDefinition, viewTable } from './definition.ts';
import { toJsonPath } from './path.ts';

const SQL_TYPES = {
  text: 'text',
  number: 'numeric',
  instant: 'timestamptz',
  boolean: 'boolean',
  json: 'jsonb',
} as const;

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const read = (json: string, path: string): string =>
  `(jsonb_path_query_first(${json}, ${literal(toJsonPath(path))}) #>> '{}')`;
const idOf = (reference: string): string =>
  `(case when ${reference} ~ '^[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}(/_history/[^/]+)?$' then split_part(${reference}, '/', 2) end)`;

function condition(c: Condition | undefined, json: string): string {
  if (c === undefined) return 'true';
  switch (c.op) {
    case 'is':
      return `coalesce(${read(json, c.path)} = ${literal(c.value)}, false)`;
    case 'in':
      return `coalesce(${read(json, c.path)} in (${c.values.map(literal).join(', ') || 'null'}), false)`;
    case 'exists':
      return `${read(json, c.path)} is not null`;
    case 'not':
      return `not ${condition(c.of, json)}`;
    case 'all':
      return c.of.length === 0 ? 'true' : `(${c.of.map((part) => condition(part, json)).join(' and ')})`;
    case 'any':
      return c.of.length === 0 ? 'false' : `(${c.of.map((part) => condition(part, json)).join(' or ')})`;
  }
}

/** Collects the aggregates asked of each set of children, so that each set is grouped once. */
class Aggregates {
  readonly wanted = new Map<string, string[]>();
  ask(alias: string, sql: string): string {
    const list = this.wanted.get(alias) ?? [];
    this.wanted.set(alias, list);
    list.push(sql);
    return `${name(`g_${alias}`)}.a${list.length - 1}`;
  }
}

function scalar(e: Expression, aggregates: Aggregates): string {
  const jsonOf = (from: string | undefined): string => (from === undefined ? 'b.c' : `${name(`j_${from}`)}.c`);
  switch (e.kind) {
    case 'value':
      return read(jsonOf(e.from), e.path);
    case 'reference-id':
      return idOf(read(jsonOf(e.from), e.path));
    case 'constant':
      return literal(e.value);
    case 'coalesce':
      return `coalesce(${e.of.map((part) => scalar(part, aggregates)).join(', ')})`;
    case 'when':
      return `(case ${e.cases.map((c) => `when ${condition(c.if, 'b.c')} then ${literal(c.then)}`).join(' ')} else ${
        e.else === undefined ? 'null' : literal(e.else)
      } end)`;
    case 'count':
      return `coalesce(${aggregates.ask(e.of, `count(*) filter (where ${condition(e.where, 'c')})`)}, 0)`;
    case 'exists':
      return `coalesce(${aggregates.ask(e.of, `count(*) filter (where ${condition(e.where, 'c')})`)}, 0) > 0`;
    case 'sum':
      return `coalesce(${aggregates.ask(e.of, `sum(${read('c', e.path)}::numeric) filter (where ${condition(e.where, 'c')})`)}, 0)`;
    case 'first':
    case 'last': {
      const order = e.kind === 'first' ? 'asc' : 'desc';
      const sort = `coalesce(${read('c', e.by)}, '') collate "C" ${order}, id ${order}`;
      return aggregates.ask(
        e.of,
        `(array_agg(${read('c', e.path)} order by ${sort}) filter (where ${condition(e.where, 'c')}))[1]`,
      );
    }
    case 'list': {
      const fields = Object.entries(e.fields).map(([key, path]) => `${literal(key)}, ${read('c', path)}`);
      const sort = `coalesce(${read('c', e.by)}, '') collate "C" asc, id asc`;
      const asked = `jsonb_agg(jsonb_build_object(${fields.join(', ')}) order by ${sort}) filter (where ${condition(e.where, 'c')})`;
      return `coalesce(${aggregates.ask(e.of, asked)}, '[]'::jsonb)`;
    }
  }
}

/** All rows of the view from the stored text alone: the independent path of a rebuild. Columns as the table has them. */
export function selectSql(view: ViewDefinition): string {
  const aggregates = new Aggregates();
  const outputs = Object.entries(view.columns).map(
    ([key, column]) => `(${scalar(column.value, aggregates)})::${SQL_TYPES[column.type]} as ${name(key)}`,
  );
  const labels = [
    `${scalar(patientLabel(view), aggregates)} as patient_label`,
    `${view.unit ? scalar(view.unit, aggregates) : 'null::text'} as unit_label`,
    `${read('b.c', 'meta.security.code')} as sensitivity_label`,
  ];
  // `offset 0`: the text is parsed once a record, not once for each column that reads it.
  const records = (type: string): string =>
    `select id, content::jsonb as c from public.record where tenant = mach_tenant() and type = ${typeNumber(type)} and not deleted offset 0`;
  const joins = Object.entries(view.joins ?? {}).map(
    ([alias, join]) =>
      `left join (${records(join.type)}) ${name(`j_${alias}`)} on ${name(`j_${alias}`)}.id = ${idOf(read('b.c', join.path))}`,
  );
  const groups = [...aggregates.wanted].map(([alias, asked]) => {
    const children = view.children?.[alias];
    if (!children) throw new RangeError(`view ${view.name}: no children named ${alias}`);
    const columns = asked.map((sql, index) => `${sql} as a${index}`).join(', ');
    return `left join (
      select parent, ${columns} from (
        select distinct r.id, r.c, p #>> '{}' as parent from (${records(children.type)}) r,
        lateral jsonb_path_query(r.c, ${literal(toJsonPath(children.path))}) p) x
      group by parent) ${name(`g_${alias}`)} on ${name(`g_${alias}`)}.parent = ${literal(`${view.base}/`)} || b.id`;
  });
  return `select mach_tenant() as tenant, b.id as key, ${[...labels, ...outputs].join(', ')}
    from (${records(view.base)}) b ${joins.join('\n')} ${groups.join('\n')}
    where ${condition(view.where, 'b.c')}`;
}

/** The statements that make the view's table, with its indexes and its tenant lock. */
export function createTableSql(view: ViewDefinition): string {
  const { table } = viewTable(view);
  const columns = Object.entries(view.columns).map(
    ([key, column]) => `${name(key)} ${SQL_TYPES[column.type]}${column.type === 'text' ? ' collate "C"' : ''}`,
  );
  const indexes = Object.entries(view.columns)
    .filter(([, column]) => column.indexed)
    .map(([key], i) => `create index ${name(`${table}_${i}`)} on view.${table} (tenant, ${name(key)}, key);`);
  return `create table view.${table} (
      tenant integer not null, key text collate "C" not null,
      patient_label text collate "C", unit_label text collate "C", sensitivity_label text collate "C",
      ${columns.join(', ')}, primary key (tenant, key));
    ${indexes.join('\n')}
    alter table view.${table} enable row level security;
    alter table view.${table} force row level security;
    create policy tenant_rows on view.${table} using (tenant = mach_tenant()) with check (tenant = mach_tenant());
    grant select, insert, update, delete on view.${table} to mach_app;`;
}

export function sqlType(type: keyof typeof SQL_TYPES): string {
  return SQL_TYPES[type];
}
