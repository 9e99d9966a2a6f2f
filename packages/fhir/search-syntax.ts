/**
 * FHIR search strings to a syntax-free query (`search/ast.ts`). Strict: what is unknown is an error that names it and
 * its nearest neighbours; lenient handling turns such errors into warnings and drops the parameter.
 */
import { err, type Issue, ok, type Result } from '@mach/base';
import { isResourceType } from './definitions.ts';
import type { Include, SearchFilter, SearchQuery, SortKey, StringQuery, Summary } from './search/ast.ts';
import { fold } from './search/convert-text.ts';
import { splitEscaped, unescapeValue } from './search/escape.ts';
import {
  parseCount,
  parseElements,
  parseInclude,
  parseSort,
  parseSummary,
  parseTotal,
} from './search/parse-controls.ts';
import { parseExpression } from './search/parse-expression.ts';
import { type FilterContext, type ParamLookup, parseFilter, searchIssue, unknownParam } from './search/parse-filter.ts';
import { compartmentParams, type SearchParam, searchParams } from './search-definitions.ts';

export type * from './search/ast.ts';
export { escapeSearchValue } from './search/escape.ts';
export { type ParamLookup, targetTypes } from './search/parse-filter.ts';

export interface SearchOptions {
  /** `Prefer: handling=lenient`: unknown parameters are left out with a warning. */
  readonly lenient?: boolean;
  /** Base URL of this server: references below it are local ones. */
  readonly baseUrl?: string;
  /** Parameters of a type; R4's own where not given. */
  readonly lookup?: ParamLookup;
  /** Names that the server answers itself beside `_format` and `_pretty`, such as its paging keys. */
  readonly serverParams?: ReadonlySet<string>;
  /** A search below a compartment: `Patient/1/Observation?…`. */
  readonly compartment?: { readonly name: string; readonly id: string };
}

const SERVER_PARAMS = new Set(['_format', '_pretty']);
const NOT_OFFERED = new Set(['_query', '_score', '_graph', '_contained', '_containedType', '_maxresults']);
const MAX_PARAMS = 100;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** Mutable while it is being read. */
interface Draft {
  types: readonly string[];
  filters: SearchFilter[];
  sort: SortKey[];
  count: number | null;
  total: SearchQuery['total'];
  summary: Summary | null;
  elements: string[];
  include: Include[];
  revinclude: Include[];
  other: Map<string, string>;
}

/**
 * Reads the parameters of a search on one type, or on all types (null). `entries` are decoded names and values, as
 * those of URLSearchParams. All faults are reported together.
 */
export function parseSearch(
  type: string | null,
  entries: Iterable<readonly [string, string]>,
  options: SearchOptions = {},
): Result<SearchQuery, Issue[]> {
  const list = [...entries];
  const ctx: FilterContext = { lookup: options.lookup ?? searchParams, baseUrl: options.baseUrl ?? null, issues: [] };
  const warnings: Issue[] = [];
  if (type !== null && !isResourceType(type)) return err([unknownType(type)]);
  if (list.length > MAX_PARAMS) {
    return err([searchIssue('too-costly', '', `Quá ${MAX_PARAMS} tham số`, `More than ${MAX_PARAMS} parameters`)]);
  }
  const draft: Draft = {
    types: type === null ? parseTypes(list, ctx) : [type],
    filters: [],
    sort: [],
    count: null,
    total: null,
    summary: null,
    elements: [],
    include: [],
    revinclude: [],
    other: new Map(),
  };
  if (options.compartment && type !== null) addCompartment(draft, type, options.compartment, ctx);
  for (const [name, value] of list) {
    if (name.includes('\0') || value.includes('\0')) {
      const field = name.replaceAll('\0', '').slice(0, 64);
      ctx.issues.push(searchIssue('value', field, 'Không được có ký tự NUL', 'There must be no NUL character'));
      continue;
    }
    const before = ctx.issues.length;
    readParam(draft, type, name, value, ctx, options);
    if (!options.lenient) continue;
    // Only what is unknown may be left out; a wrong value would silently widen the search.
    for (let i = ctx.issues.length - 1; i >= before; i--) {
      if (ctx.issues[i]?.code === 'not-supported') warnings.push(...ctx.issues.splice(i, 1).map(asWarning));
    }
  }
  return ctx.issues.length > 0 ? err(ctx.issues) : ok({ ...draft, warnings });
}

/** Reads the text after `?`. */
export function parseSearchString(
  type: string | null,
  query: string,
  options: SearchOptions = {},
): Result<SearchQuery, Issue[]> {
  return parseSearch(type, new URLSearchParams(query), options);
}

function asWarning(issue: Issue): Issue {
  return { ...issue, severity: 'warning' };
}

function unknownType(type: string): Issue {
  const name = type.slice(0, 64);
  return searchIssue(
    'not-supported',
    name,
    `Không có loại tài nguyên "${name}"`,
    `There is no resource type "${name}"`,
  );
}

function parseTypes(list: readonly (readonly [string, string])[], ctx: FilterContext): string[] {
  const types = new Set<string>();
  for (const [name, value] of list) {
    if (name !== '_type') continue;
    for (const t of value.split(',')) {
      if (isResourceType(t)) types.add(t);
      else ctx.issues.push(unknownType(t));
    }
  }
  return [...types];
}

function addCompartment(draft: Draft, type: string, at: { name: string; id: string }, ctx: FilterContext): void {
  const params = compartmentParams(at.name, type).flatMap((code) => ctx.lookup(type).get(code) ?? []);
  if (params.length > 0) {
    draft.filters.push({ kind: 'compartment', compartment: at.name, id: at.id, params });
    return;
  }
  ctx.issues.push(
    searchIssue(
      'not-found',
      type,
      `${type} không thuộc phân vùng ${at.name}`,
      `${type} is not in the ${at.name} compartment`,
    ),
  );
}

/** What shapes an answer, and words and lists, is the same however it is asked. */
const WITHOUT_MODIFIERS: ReadonlySet<string> = new Set(
  ['type', 'count', 'total', 'summary', 'sort', 'elements', 'text', 'content', 'list', 'contained'].map((n) => `_${n}`),
);

function readParam(
  draft: Draft,
  type: string | null,
  name: string,
  value: string,
  ctx: FilterContext,
  options: SearchOptions,
): void {
  const [base = '', modifier] = name.split(':', 2);
  if (modifier !== undefined && WITHOUT_MODIFIERS.has(base)) {
    ctx.issues.push(
      searchIssue('not-supported', name, `${base} không có :${modifier}`, `${base} has no modifier :${modifier}`),
    );
    return;
  }
  switch (base) {
    case '_type':
      if (type !== null)
        ctx.issues.push(
          searchIssue('invalid', '_type', '_type chỉ dùng khi tìm trên mọi loại', '_type is for searches on all types'),
        );
      return;
    case '_count':
      draft.count = parseCount(value, ctx);
      return;
    case '_total':
      draft.total = parseTotal(value, ctx);
      return;
    case '_summary':
      draft.summary = parseSummary(value, ctx);
      return;
    case '_sort':
      draft.sort.push(...parseSort(value, paramsOf(draft.types, ctx), draft.types, ctx));
      return;
    case '_elements':
      draft.elements.push(...parseElements(value, draft.types, ctx));
      return;
    case '_include':
    case '_revinclude': {
      const include = parseInclude(name, value, ctx);
      if (include) (base === '_include' ? draft.include : draft.revinclude).push(include);
      return;
    }
    case '_text':
    case '_content':
      draft.filters.push(words(base, value, ctx));
      return;
    case '_filter':
      addExpression(draft, type, name, value, ctx);
      return;
    case '_list':
      addList(draft, value, ctx);
      return;
    case '_contained':
      // Contained resources are never matches of their own: only the default may be asked for.
      if (value === 'false') return;
      break;
  }
  if (SERVER_PARAMS.has(name) || options.serverParams?.has(name)) draft.other.set(name, value);
  else if (NOT_OFFERED.has(base)) {
    ctx.issues.push(searchIssue('not-supported', base, `Không hỗ trợ ${base}`, `${base} is not supported`));
  } else addFilter(draft, type, name, value, ctx);
}

function addFilter(draft: Draft, type: string | null, name: string, value: string, ctx: FilterContext): void {
  if (type !== null) {
    const filter = parseFilter(type, name, value, ctx);
    if (filter) draft.filters.push(filter);
    return;
  }
  // On several types only the parameters that all of them have can be searched.
  const shared = paramsOf(draft.types, ctx);
  const code = /^[^:.]*/.exec(name)?.[0] ?? name;
  if (!shared.has(code)) ctx.issues.push(unknownParam(code, draft.types, shared.keys()));
  else {
    const filter = parseFilter(draft.types[0] ?? 'Basic', name, value, ctx);
    if (filter) draft.filters.push(filter);
  }
}

/** Parameters that are the same for all the types: those of Resource where no type is given. */
function paramsOf(types: readonly string[], ctx: FilterContext): ReadonlyMap<string, SearchParam> {
  const [first, ...rest] = types.length > 0 ? types : ['Basic', 'Binary'];
  const params = ctx.lookup(first ?? 'Basic');
  if (rest.length === 0) return params;
  return new Map([...params].filter(([code, p]) => rest.every((t) => ctx.lookup(t).get(code)?.id === p.id)));
}

function words(base: '_text' | '_content', value: string, ctx: FilterContext): SearchFilter {
  const values: StringQuery[] = splitEscaped(value, ',').map((part) => {
    const text = unescapeValue(part);
    return { kind: 'string', text, folded: fold(text) };
  });
  if (values.some((v) => v.folded === '')) {
    ctx.issues.push(searchIssue('value', base, 'Giá trị tìm kiếm để trống', 'The search value is empty'));
  }
  return { kind: 'words', where: base === '_text' ? 'narrative' : 'content', values };
}

function addExpression(draft: Draft, type: string | null, name: string, value: string, ctx: FilterContext): void {
  if (type === null || name !== '_filter') {
    ctx.issues.push(
      searchIssue(
        'invalid',
        '_filter',
        '_filter chỉ dùng khi tìm một loại tài nguyên',
        '_filter is for searches of one resource type',
      ),
    );
    return;
  }
  const filter = parseExpression(type, value, ctx);
  if (filter) draft.filters.push(filter);
}

function addList(draft: Draft, value: string, ctx: FilterContext): void {
  const ids = value.split(',').map((v) => v.replace(/^List\//, ''));
  if (ids.every((id) => ID.test(id))) draft.filters.push({ kind: 'list', ids });
  else
    ctx.issues.push(searchIssue('value', '_list', '_list phải là id của danh sách', '_list must be the id of a List'));
}
