import { type Condition, type Expression, patientLabel, type ViewDefinition, viewTable } from './definition.ts';
import { Stages } from './stage.ts';

const SQL_TYPES = {
  text: 'text',
  number: 'numeric',
  instant: 'timestamptz',
  boolean: 'boolean',
  json: 'jsonb',
} as const;

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;
/** The length stands beside the pattern: `{1,64}` in it costs PostgreSQL ten times the time, for each reference. */
const idOf = (reference: string): string =>
  `(case when ${reference} ~ '^[A-Z][A-Za-z]+/[A-Za-z0-9.-]+(/_history/[^/]+)?$' and length(split_part(${reference}, '/', 2)) <= 64
    then split_part(${reference}, '/', 2) end)`;

/** SQL of what a path of one record says. */
type Read = (path: string) => string;

function condition(c: Condition | undefined, read: Read): string {
  if (c === undefined) return 'true';
  switch (c.op) {
    case 'is':
      return `coalesce(${read(c.path)} = ${literal(c.value)}, false)`;
    case 'in':
      return `coalesce(${read(c.path)} in (${c.values.map(literal).join(', ') || 'null'}), false)`;
    case 'exists':
      return `${read(c.path)} is not null`;
    case 'not':
      return `not ${condition(c.of, read)}`;
    case 'all':
      return c.of.length === 0 ? 'true' : `(${c.of.map((part) => condition(part, read)).join(' and ')})`;
    case 'any':
      return c.of.length === 0 ? 'false' : `(${c.of.map((part) => condition(part, read)).join(' or ')})`;
  }
}

/** How a view's expressions read their records, and the aggregates asked of each set of children: grouped once a set. */
class Reading {
  readonly wanted = new Map<string, string[]>();
  readonly base: Read;
  private readonly view: ViewDefinition;
  private readonly stages: Stages;

  constructor(view: ViewDefinition, stages: Stages) {
    this.view = view;
    this.stages = stages;
    this.base = this.reader(view.base, 'b');
  }

  private reader(type: string, alias: string): Read {
    return (path) => `${alias}.${this.stages.of(type).value(path)}`;
  }

  private missing(alias: string): RangeError {
    return new RangeError(`view ${this.view.name}: nothing is named ${alias}`);
  }

  of(from: string | undefined): Read {
    if (from === undefined) return this.base;
    const join = this.view.joins?.[from];
    if (!join) throw this.missing(from);
    return this.reader(join.type, name(`j_${from}`));
  }

  children(alias: string): { type: string; path: string; read: Read } {
    const set = this.view.children?.[alias];
    if (!set) throw this.missing(alias);
    return { ...set, read: this.reader(set.type, 'r') };
  }

  ask(alias: string, sql: string): string {
    const list = this.wanted.get(alias) ?? [];
    this.wanted.set(alias, list);
    list.push(sql);
    return `${name(`g_${alias}`)}.a${list.length - 1}`;
  }
}

function scalar(e: Expression, reading: Reading): string {
  switch (e.kind) {
    case 'value':
      return reading.of(e.from)(e.path);
    case 'reference-id':
      return idOf(reading.of(e.from)(e.path));
    case 'constant':
      return literal(e.value);
    case 'coalesce':
      return `coalesce(${e.of.map((part) => scalar(part, reading)).join(', ')})`;
    case 'when':
      return `(case ${e.cases.map((c) => `when ${condition(c.if, reading.base)} then ${literal(c.then)}`).join(' ')} else ${
        e.else === undefined ? 'null' : literal(e.else)
      } end)`;
  }
  const { read } = reading.children(e.of);
  const filter = `filter (where ${condition(e.where, read)})`;
  switch (e.kind) {
    case 'count':
      return `coalesce(${reading.ask(e.of, `count(*) ${filter}`)}, 0)`;
    case 'exists':
      return `coalesce(${reading.ask(e.of, `count(*) ${filter}`)}, 0) > 0`;
    case 'sum':
      return `coalesce(${reading.ask(e.of, `sum(${read(e.path)}::numeric) ${filter}`)}, 0)`;
    case 'first':
    case 'last': {
      const order = e.kind === 'first' ? 'asc' : 'desc';
      const sort = `coalesce(${read(e.by)}, '') collate "C" ${order}, r.id ${order}`;
      return reading.ask(e.of, `(array_agg(${read(e.path)} order by ${sort}) ${filter})[1]`);
    }
    case 'list': {
      const fields = Object.entries(e.fields).map(([key, path]) => `${literal(key)}, ${read(path)}`);
      const sort = `coalesce(${read(e.by)}, '') collate "C" asc, r.id asc`;
      return `coalesce(${reading.ask(e.of, `jsonb_agg(jsonb_build_object(${fields.join(', ')}) order by ${sort}) ${filter}`)}, '[]'::jsonb)`;
    }
  }
}

/** All rows of the view from stages that say what it reads. Columns as the table has them. */
export function rowsSql(view: ViewDefinition, stages: Stages): string {
  const reading = new Reading(view, stages);
  const outputs = Object.entries(view.columns).map(
    ([key, column]) => `(${scalar(column.value, reading)})::${SQL_TYPES[column.type]} as ${name(key)}`,
  );
  const labels = [
    `${scalar(patientLabel(view), reading)} as patient_label`,
    `${view.unit ? scalar(view.unit, reading) : 'null::text'} as unit_label`,
    `${reading.base('meta.security.code')} as sensitivity_label`,
  ];
  const joins = Object.entries(view.joins ?? {}).map(
    ([alias, join]) =>
      `left join ${stages.place(join.type)} ${name(`j_${alias}`)} on ${name(`j_${alias}`)}.id = ${idOf(reading.base(join.path))}`,
  );
  const groups = [...reading.wanted].map(([alias, asked]) => {
    const { type, path } = reading.children(alias);
    const columns = asked.map((sql, index) => `${sql} as a${index}`).join(', ');
    return `left join (
      select x.parent, ${columns} from ${stages.place(type)} r
      cross join lateral (select distinct e.value from jsonb_array_elements_text(r.${stages.of(type).values(path)}) e) x(parent)
      group by x.parent) ${name(`g_${alias}`)} on ${name(`g_${alias}`)}.parent = ${literal(`${view.base}/`)} || b.id`;
  });
  for (const join of Object.values(view.joins ?? {})) stages.of(join.type);
  return `select mach_tenant() as tenant, b.id as key, ${[...labels, ...outputs].join(', ')}
    from ${stages.place(view.base)} b ${joins.join('\n')} ${groups.join('\n')}
    where ${condition(view.where, reading.base)}`;
}

/** All rows of the view from the stored text alone: the independent path of a proof. */
export function selectSql(view: ViewDefinition): string {
  const stages = new Stages();
  const rows = rowsSql(view, stages);
  return `with ${stages
    .all()
    .map((stage) => `${stages.place(stage.type)} as materialized (${stage.sql()})`)
    .join(',\n')}
    ${rows}`;
}

/** The statements that make the view's table with its tenant lock; it is filled before it gets its indexes. */
export function createTableSql(view: ViewDefinition): string {
  const { table } = viewTable(view);
  const columns = Object.entries(view.columns).map(
    ([key, column]) => `${name(key)} ${SQL_TYPES[column.type]}${column.type === 'text' ? ' collate "C"' : ''}`,
  );
  return `create table view.${table} (
      tenant integer not null, key text collate "C" not null,
      patient_label text collate "C", unit_label text collate "C", sensitivity_label text collate "C",
      ${columns.join(', ')});
    alter table view.${table} enable row level security;
    alter table view.${table} force row level security;
    create policy tenant_rows on view.${table} using (tenant = mach_tenant()) with check (tenant = mach_tenant());
    grant select, insert, update, delete on view.${table} to mach_app;`;
}

export function createIndexesSql(view: ViewDefinition): string {
  const { table } = viewTable(view);
  const indexes = Object.entries(view.columns)
    .filter(([, column]) => column.indexed)
    .map(([key], i) => `create index ${name(`${table}_${i}`)} on view.${table} (tenant, ${name(key)}, key);`);
  return `alter table view.${table} add primary key (tenant, key); ${indexes.join('\n')}`;
}

export function sqlType(type: keyof typeof SQL_TYPES): string {
  return SQL_TYPES[type];
}
