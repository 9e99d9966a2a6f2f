/** Pieces of SQL for values of FHIRPath. Everything that comes from a definition goes in as a quoted literal. */

export function literal(value: string): string {
  if (value.includes('\0')) throw new NotCompiled('a text with NUL');
  return value.includes('\\')
    ? `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${value.replaceAll("'", "''")}'`;
}

/** A part of a view that has no set-based form: the view runs in memory instead, with the same rows. */
export class NotCompiled extends Error {
  constructor(what: string) {
    super(`${what} has no set-based form`);
    this.name = 'NotCompiled';
  }
}

/** A view that is wrong for any data. */
export class ViewTypeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ViewTypeError';
  }
}

/**
 * A date or dateTime text as one that sorts: UTC, milliseconds, cut at the precision that was written. A time without a
 * zone is one of Viet Nam, as in the in-memory evaluation.
 */
export function sortableDate(text: string): string {
  return `(case when length(${text}) <= 10 then ${text} else to_char(
    (case when ${text} ~ '(Z|[+-]\\d\\d:\\d\\d)$' then ${text} else ${text} || '+07:00' end)::timestamptz at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS') end)`;
}

/** `HH:MM:SS.mmm`, cut at the precision that was written. */
export function sortableTime(text: string): string {
  return `(case when length(${text}) < 8 then ${text} when length(${text}) = 8 then ${text} || '.000' else left(${text} || '00', 12) end)`;
}

/** Order of two sortable texts as -1, 0, 1; null where the precision does not tell. Values are read once. */
export function comparePrecise(a: string, b: string): string {
  return `(select case when left(x, n) < left(y, n) then -1 when left(x, n) > left(y, n) then 1 when length(x) = length(y) then 0 end
    from (select x, y, least(length(x), length(y)) as n from (select ${a} collate "C" as x, ${b} collate "C" as y) p) q)`;
}

const lastDay = (yearMonth: string): string =>
  `to_char((${yearMonth} || '-01')::date + interval '1 month' - interval '1 day', 'YYYY-MM-DD')`;

function wholeDay(text: string, high: boolean): string {
  const month = high ? lastDay(`${text} || '-12'`) : `${text} || '-01-01'`;
  const day = high ? lastDay(text) : `${text} || '-01'`;
  return `(case length(${text}) when 4 then ${month} when 7 then ${day} else ${text} end)`;
}

/** Milliseconds of `…:05.12` at one edge: a second without a fraction lasts until its last millisecond. */
function fraction(text: string, high: boolean): string {
  const written = `rpad(left(coalesce(substring(${text} from '\\.(\\d+)'), ''), 3), 3, '0')`;
  return high ? `(case ${written} when '000' then '999' else ${written} end)` : written;
}

export function boundary(text: string, type: 'date' | 'dateTime' | 'time' | 'number', high: boolean): string {
  switch (type) {
    case 'number': {
      const half = `5 * power(10::numeric, -(scale(${text}) + 1))`;
      return high
        ? `(ceil((${text} + ${half}) * 100000000) / 100000000)`
        : `(floor((${text} - ${half}) * 100000000) / 100000000)`;
    }
    case 'date':
      return `(case when ${text} is not null then ${wholeDay(text, high)} end)`;
    case 'time':
      return high
        ? `(case length(${text}) when 2 then ${text} || ':59:59.999' when 5 then ${text} || ':59.999' else left(${text}, 8) || '.' || ${fraction(text, true)} end)`
        : `(case length(${text}) when 2 then ${text} || ':00:00.000' when 5 then ${text} || ':00.000' else left(${text}, 8) || '.' || ${fraction(text, false)} end)`;
    case 'dateTime': {
      const edge = high ? 'T23:59:59.999-12:00' : 'T00:00:00.000+14:00';
      const zone = `coalesce(substring(${text} from '(Z|[+-]\\d\\d:\\d\\d)$'), ${high ? "'-12:00'" : "'+14:00'"})`;
      return `(case when length(${text}) <= 10 then ${wholeDay(text, high)} || '${edge}'
        else left(${text}, 19) || '.' || ${fraction(text, high)} || (case ${zone} when '+00:00' then 'Z' when '-00:00' then 'Z' else ${zone} end) end)`;
    }
  }
}

/**
 * The id that a literal reference names, where it is of one of the types. Nearly all references are `Type/id`, which
 * needs no pattern; absolute ones and those with a version go through one.
 */
export function referenceId(text: string, types: readonly string[]): string {
  const wanted = types.map(literal).join(', ');
  const isId = (id: string): string =>
    `${id} <> '' and length(${id}) <= 64 and translate(${id}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-', '') = ''`;
  const pattern = `'^(?:[A-Za-z][A-Za-z0-9+.-]*:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$'`;
  return `(select case
      when ref = t || '/' || i then case when t in (${wanted}) and ${isId('i')} then i end
      when ref like 'urn:%' or ref not like '%/%' then null
      else (select case when p[1] in (${wanted}) then p[2] end from (select regexp_match(ref, ${pattern}) as p) m) end
    from (select ref, split_part(ref, '/', 1) as t, split_part(ref, '/', 2) as i from (select ${text} as ref) r offset 0) s)`;
}
