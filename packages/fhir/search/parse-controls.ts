/** Parameters that shape the answer rather than choose resources. */
import { isResourceType, typeDef } from '../definitions.ts';
import type { SearchParam } from '../search-definitions.ts';
import type { Include, SortKey, Summary } from './ast.ts';
import { type FilterContext, searchIssue, targetTypes, unknownParam } from './parse-filter.ts';

const SUMMARIES: readonly string[] = ['true', 'text', 'data', 'count', 'false'];
const TOTALS: readonly string[] = ['none', 'estimate', 'accurate'];
const MAX_SORT_KEYS = 5;

export function parseCount(value: string, ctx: FilterContext): number | null {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  ctx.issues.push(
    searchIssue('value', '_count', '_count phải là số nguyên từ 0', '_count must be a whole number of 0 or more'),
  );
  return null;
}

export function parseSummary(value: string, ctx: FilterContext): Summary | null {
  if (SUMMARIES.includes(value)) return value as Summary;
  ctx.issues.push(
    searchIssue(
      'value',
      '_summary',
      `_summary chỉ nhận ${SUMMARIES.join(', ')}`,
      `_summary is one of ${SUMMARIES.join(', ')}`,
    ),
  );
  return null;
}

export function parseTotal(value: string, ctx: FilterContext): 'none' | 'estimate' | 'accurate' | null {
  if (TOTALS.includes(value)) return value as 'none' | 'estimate' | 'accurate';
  ctx.issues.push(
    searchIssue('value', '_total', `_total chỉ nhận ${TOTALS.join(', ')}`, `_total is one of ${TOTALS.join(', ')}`),
  );
  return null;
}

/** `_sort=-date,_id`. The parameter must exist for every type that is searched. */
export function parseSort(
  value: string,
  params: ReadonlyMap<string, SearchParam>,
  types: readonly string[],
  ctx: FilterContext,
): SortKey[] {
  const keys: SortKey[] = [];
  for (const part of value.split(',')) {
    const descending = part.startsWith('-');
    const code = descending ? part.slice(1) : part;
    const param = params.get(code);
    if (!param) {
      ctx.issues.push({ ...unknownParam(code, types, params.keys()), field: '_sort' });
    } else if (param.type === 'composite' || param.type === 'special' || param.expression === '') {
      ctx.issues.push(
        searchIssue('not-supported', '_sort', `Không sắp xếp được theo ${code}`, `${code} cannot be sorted by`),
      );
    } else if (!keys.some((k) => k.param === param)) {
      keys.push({ param, descending });
    }
  }
  if (keys.length > MAX_SORT_KEYS) {
    ctx.issues.push(
      searchIssue(
        'too-costly',
        '_sort',
        `Chỉ sắp xếp được theo ${MAX_SORT_KEYS} tham số`,
        `No more than ${MAX_SORT_KEYS} sort keys`,
      ),
    );
  }
  return keys;
}

/** `_elements=name,birthDate`: elements at the top of the resource. */
export function parseElements(value: string, types: readonly string[], ctx: FilterContext): string[] {
  const elements: string[] = [];
  for (const raw of value.split(',')) {
    // `Patient.name` is allowed beside `name`.
    const name = types.length === 1 && raw.startsWith(`${types[0]}.`) ? raw.slice((types[0] ?? '').length + 1) : raw;
    const known = types.length === 0 || types.some((t) => typeDef(t)?.elements.some((e) => e.name === name));
    if (known && /^[a-zA-Z]+$/.test(name)) elements.push(name);
    else
      ctx.issues.push(
        searchIssue(
          'value',
          '_elements',
          `Không có phần tử "${raw.slice(0, 64)}"`,
          `There is no element "${raw.slice(0, 64)}"`,
        ),
      );
  }
  return elements;
}

/** `Encounter:patient`, `Encounter:patient:Patient`, `Encounter:*`, `*`. */
export function parseInclude(name: string, value: string, ctx: FilterContext): Include | undefined {
  const modifier = name.split(':')[1];
  const iterate = modifier === 'iterate' || modifier === 'recurse';
  const fail = (vi: string, en: string): undefined => {
    ctx.issues.push(searchIssue('value', name.slice(0, 64), vi, en));
    return undefined;
  };
  if (modifier !== undefined && !iterate) return fail('Chỉ dùng được :iterate', 'Only :iterate is allowed');
  if (value === '*') return { source: '*', param: null, target: null, iterate };
  const [source = '', code = '', target, ...rest] = value.split(':');
  if (!isResourceType(source) || code === '' || rest.length > 0) {
    return fail('Dùng dạng Loại:tham-chiếu hoặc Loại:tham-chiếu:Đích', 'Use Type:parameter or Type:parameter:Target');
  }
  if (target !== undefined && !isResourceType(target)) {
    return fail(`Không có loại ${target.slice(0, 64)}`, `There is no type ${target.slice(0, 64)}`);
  }
  if (code === '*') return { source, param: null, target: target ?? null, iterate };
  const params = ctx.lookup(source);
  const param = params.get(code);
  if (!param) {
    ctx.issues.push({ ...unknownParam(code, [source], references(params)), field: name.slice(0, 64) });
    return undefined;
  }
  if (param.type !== 'reference')
    return fail(`${source}.${code} không phải tham chiếu`, `${source}.${code} is no reference`);
  const allowed = targetTypes(param, source);
  if (target !== undefined && allowed.length > 0 && !allowed.includes(target)) {
    return fail(`${source}.${code} không dẫn tới ${target}`, `${source}.${code} does not lead to ${target}`);
  }
  return { source, param, target: target ?? null, iterate };
}

function references(params: ReadonlyMap<string, SearchParam>): string[] {
  return [...params.values()].filter((p) => p.type === 'reference').map((p) => p.code);
}
