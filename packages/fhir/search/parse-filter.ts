/** Filters: parameter names with modifiers, chains and `_has`. */
import type { Issue } from '@mach/base';
import { isResourceType } from '../definitions.ts';
import { compilePaths } from '../fhirpath/paths.ts';
import type { SearchParam, SearchParamType } from '../search-definitions.ts';
import type { Modifier, QueryValue, SearchFilter } from './ast.ts';
import { splitEscaped, unescapeValue } from './escape.ts';
import { isBad, parseValue } from './parse-value.ts';
import { nearestNames } from './suggest.ts';

/** Looks up a parameter; given from outside so that a server can add its own. */
export type ParamLookup = (type: string) => ReadonlyMap<string, SearchParam>;

/** Modifiers that stand for operators of `_filter`. */
const OPERATORS: Readonly<Record<SearchParamType, readonly Modifier[]>> = {
  string: ['equals', 'ends', 'differs'],
  token: ['differs'],
  reference: ['differs'],
  uri: ['ends', 'differs'],
  date: [],
  number: [],
  quantity: [],
  composite: [],
  special: [],
};

export interface FilterContext {
  readonly lookup: ParamLookup;
  readonly baseUrl: string | null;
  /** Collects the faults; a filter with a fault is not returned. */
  readonly issues: Issue[];
  /** Inside `_filter`: its operators come as modifiers and prefixes that a plain parameter does not have. */
  readonly operators?: boolean;
}

/** More alternatives in one parameter are refused: such a list belongs into a POST of several searches. */
const MAX_VALUES = 1000;
/** Links of one chain, `_has` included. */
const MAX_CHAIN = 6;

/** Names of the parameters that are no search parameters, for suggestions. */
const CONTROLS = [
  '_count',
  '_elements',
  '_format',
  '_has',
  '_include',
  '_list',
  '_revinclude',
  '_sort',
  '_summary',
  '_total',
  '_type',
];

const MODIFIERS: Readonly<Record<SearchParamType, readonly Modifier[]>> = {
  string: ['exact', 'contains', 'text'],
  token: ['not', 'text', 'in', 'not-in', 'above', 'below', 'of-type'],
  reference: ['identifier', 'above', 'below', 'text'],
  uri: ['above', 'below', 'contains'],
  date: [],
  number: [],
  quantity: [],
  composite: [],
  special: [],
};

export function searchIssue(
  code: string,
  field: string,
  vi: string,
  en: string,
  remedy?: { vi: string; en: string },
): Issue {
  return { severity: 'error', code, field, text: { vi, en }, ...(remedy ? { remedy } : {}) };
}

/** The issue for a name that no parameter has, with the nearest names. */
export function unknownParam(name: string, types: readonly string[], known: Iterable<string>): Issue {
  const near = nearestNames(name, [...known, ...CONTROLS]);
  const where = types.join(', ') || 'Resource';
  return searchIssue(
    'not-supported',
    name.slice(0, 64),
    `${where} không có tham số tìm kiếm "${name.slice(0, 64)}"`,
    `${where} has no search parameter "${name.slice(0, 64)}"`,
    near.length > 0 ? { vi: `Có phải: ${near.join(', ')}?`, en: `Did you mean: ${near.join(', ')}?` } : undefined,
  );
}

/** Types that a reference parameter of a type can lead to: what the parameter and the elements allow together. */
export function targetTypes(param: SearchParam, type: string): readonly string[] {
  const key = `${type} ${param.id}`;
  const known = targetCache.get(key);
  if (known) return known;
  let allowed = new Set(param.target);
  try {
    const fromElements = new Set<string>();
    for (const branch of compilePaths(param.expression, type)) {
      const reference = branch.element?.types.find((t) => t.code === 'Reference');
      if (!reference || reference.targets.length === 0) throw new Error('any type');
      for (const t of reference.targets) fromElements.add(t);
    }
    if (fromElements.size > 0) {
      allowed = allowed.size === 0 ? fromElements : new Set([...allowed].filter((t) => fromElements.has(t)));
    }
  } catch {
    // Elements that may refer to anything leave the parameter's own targets.
  }
  // `where(resolve() is Patient)` leaves one type of several.
  const narrowed = /resolve\(\)\s+is\s+([A-Z]\w*)/.exec(param.expression)?.[1];
  const result =
    narrowed && allowed.has(narrowed) && everyBranchNarrowed(param.expression, type) ? [narrowed] : [...allowed];
  targetCache.set(key, result);
  return result;
}

const targetCache = new Map<string, readonly string[]>();

function everyBranchNarrowed(expression: string, type: string): boolean {
  const own = expression.split('|').filter((part) => part.trim().startsWith(`${type}.`));
  return own.length > 0 && own.every((part) => part.includes('resolve() is '));
}

/** Reads `name=value` as a filter on resources of one type. Undefined when an issue was added. */
export function parseFilter(
  type: string,
  name: string,
  value: string,
  ctx: FilterContext,
  links = 0,
): SearchFilter | undefined {
  const fail = (issue: Issue): undefined => {
    ctx.issues.push(issue);
    return undefined;
  };
  if (links > MAX_CHAIN) {
    return fail(
      searchIssue(
        'too-costly',
        name,
        `Chuỗi tham chiếu dài quá ${MAX_CHAIN} mắt`,
        `The chain has more than ${MAX_CHAIN} links`,
      ),
    );
  }
  if (name.startsWith('_has:')) return parseHas(type, name, value, ctx, links);

  const dot = name.indexOf('.');
  const head = dot < 0 ? name : name.slice(0, dot);
  const colon = head.indexOf(':');
  const code = colon < 0 ? head : head.slice(0, colon);
  const modifier = colon < 0 ? null : head.slice(colon + 1);
  const params = ctx.lookup(type);
  const param = params.get(code);
  if (!param) return fail(unknownParam(code, [type], params.keys()));
  if (dot >= 0) return parseChain(type, param, modifier, name.slice(dot + 1), value, ctx, links);
  return parseParam(type, param, modifier, name, value, ctx);
}

function parseChain(
  type: string,
  param: SearchParam,
  modifier: string | null,
  rest: string,
  value: string,
  ctx: FilterContext,
  links: number,
): SearchFilter | undefined {
  const name = modifier ? `${param.code}:${modifier}` : param.code;
  if (param.type !== 'reference') {
    ctx.issues.push(
      searchIssue(
        'invalid',
        name,
        `Tham số ${param.code} không phải tham chiếu nên không nối tiếp được`,
        `${param.code} is no reference and cannot be chained`,
      ),
    );
    return undefined;
  }
  const allowed = targetTypes(param, type);
  if (modifier !== null && !(isResourceType(modifier) && (allowed.length === 0 || allowed.includes(modifier)))) {
    ctx.issues.push(
      searchIssue(
        'invalid',
        name,
        `${param.code} không dẫn tới ${modifier}`,
        `${param.code} does not lead to ${modifier}`,
      ),
    );
    return undefined;
  }
  const types = modifier === null ? allowed : [modifier];
  const next = /^(_has:[^:]+|[^.:]+)/.exec(rest)?.[1] ?? rest;
  // Of several types those count that know the next parameter; where none does, the name is wrong.
  const knowing = types.filter((t) => next.startsWith('_has:') || ctx.lookup(t).has(next));
  if (knowing.length === 0) {
    ctx.issues.push(
      unknownParam(
        next,
        types,
        types.flatMap((t) => [...ctx.lookup(t).keys()]),
      ),
    );
    return undefined;
  }
  const targets = knowing.flatMap((t) => {
    const filter = parseFilter(t, rest, value, ctx, links + 1);
    return filter ? [{ type: t, filter }] : [];
  });
  return targets.length === knowing.length ? { kind: 'chain', type, param, targets } : undefined;
}

/** `_has:Observation:patient:code=…`, possibly `_has:…:_has:…`. */
function parseHas(
  type: string,
  name: string,
  value: string,
  ctx: FilterContext,
  links: number,
): SearchFilter | undefined {
  const m = /^_has:([A-Za-z]+):([A-Za-z0-9_-]+):(.+)$/.exec(name);
  const [source = '', code = '', rest = ''] = m?.slice(1) ?? [];
  if (!m || !isResourceType(source)) {
    ctx.issues.push(
      searchIssue(
        'invalid',
        name.slice(0, 64),
        'Dùng dạng _has:Loại:tham-chiếu:tham-số',
        'Use _has:Type:reference:parameter',
      ),
    );
    return undefined;
  }
  const params = ctx.lookup(source);
  const param = params.get(code);
  if (!param) {
    ctx.issues.push(unknownParam(code, [source], params.keys()));
    return undefined;
  }
  const allowed = targetTypes(param, source);
  if (param.type !== 'reference' || (allowed.length > 0 && !allowed.includes(type))) {
    ctx.issues.push(
      searchIssue(
        'invalid',
        name.slice(0, 64),
        `${source}.${code} không dẫn tới ${type}`,
        `${source}.${code} does not lead to ${type}`,
      ),
    );
    return undefined;
  }
  const filter = parseFilter(source, rest, value, ctx, links + 1);
  return filter ? { kind: 'has', source, param, filter } : undefined;
}

function parseParam(
  type: string,
  param: SearchParam,
  modifier: string | null,
  name: string,
  value: string,
  ctx: FilterContext,
): SearchFilter | undefined {
  const fail = (code: string, vi: string, en: string): undefined => {
    ctx.issues.push(searchIssue(code, name.slice(0, 64), vi, en));
    return undefined;
  };
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false')
      return fail('value', ':missing chỉ nhận true hoặc false', ':missing takes true or false');
    return { kind: 'missing', type, param, missing: value === 'true' };
  }
  if (param.expression === '' && param.code !== 'near') {
    return fail('not-supported', `Không tìm được theo ${param.code}`, `${param.code} is not supported`);
  }
  let targetType: string | null = null;
  let known: Modifier | null = null;
  if (modifier !== null) {
    const allowed = ctx.operators ? [...MODIFIERS[param.type], ...OPERATORS[param.type]] : MODIFIERS[param.type];
    known = allowed.find((m) => m === modifier) ?? null;
    if (known === null && param.type === 'reference' && isResourceType(modifier)) targetType = modifier;
    if (known === null && targetType === null) {
      const list = ['missing', ...allowed, ...(param.type === 'reference' ? ['Type'] : [])].join(', ');
      // No modifier may be ignored, not even under lenient handling.
      return fail(
        'invalid',
        `Tham số ${param.code} (${param.type}) không có :${modifier}; chỉ có ${list}`,
        `${param.code} (${param.type}) has no modifier :${modifier}, only ${list}`,
      );
    }
  }
  const targets = param.type === 'reference' ? targetTypes(param, type) : [];
  if (targetType !== null && targets.length > 0 && !targets.includes(targetType)) {
    return fail('invalid', `${param.code} không dẫn tới ${targetType}`, `${param.code} does not lead to ${targetType}`);
  }
  const parts = splitEscaped(value, ',');
  if (parts.length > MAX_VALUES)
    return fail('too-costly', `Quá ${MAX_VALUES} giá trị`, `More than ${MAX_VALUES} values`);
  const values: QueryValue[] = [];
  for (const part of parts) {
    const parsed = parseValue(param, part, {
      modifier: known,
      targets,
      targetType,
      baseUrl: ctx.baseUrl,
      overlaps: ctx.operators === true,
    });
    if (isBad(parsed))
      return fail(
        'value',
        `${parsed.vi}: "${unescapeValue(part).slice(0, 60)}"`,
        `${parsed.en}: "${unescapeValue(part).slice(0, 60)}"`,
      );
    values.push(parsed);
  }
  return { kind: 'values', type, param, modifier: known, values };
}
