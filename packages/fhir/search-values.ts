/**
 * The values by which a resource can be found, for every R4 search parameter. Each expression is compiled once to
 * closures; see `search/values.ts` for the shapes and `dates.ts` for how dates without a zone are read.
 */
import { type ElementDef, isResourceType } from './definitions.ts';
import { type Branch, compilePaths, type Walk } from './fhirpath/paths.ts';
import { isObject } from './json.ts';
import { dateConverter, numberConverter, quantityConverter } from './search/convert-measure.ts';
import { positionConverter, referenceConverter } from './search/convert-reference.ts';
import { type Convert, stringConverter, tokenConverter, uriConverter } from './search/convert-text.ts';
import type { CompositeValue, IndexValue, SimpleValue } from './search/values.ts';
import { customIndexed } from './search-custom.ts';
import { type SearchParam, type SearchParamType, searchParamById, standardParams } from './search-definitions.ts';

export type * from './search/values.ts';

/** Adds the values of one parameter of a resource to the list. */
export type Extractor = (resource: unknown, out: IndexValue[]) => void;

/** More combinations of one composite are not indexed (a group of forty codes with forty values is no real record). */
const MAX_COMBINATIONS = 64;

function converter(kind: SearchParamType, type: string, element: ElementDef | undefined): Convert | undefined {
  switch (kind) {
    case 'token':
      return tokenConverter(type, element);
    case 'string':
      return stringConverter(type);
    case 'date':
      return dateConverter(type);
    case 'number':
      return numberConverter(type);
    case 'quantity':
      return quantityConverter(type);
    case 'reference':
      return referenceConverter(type);
    case 'uri':
      return uriConverter(type);
    case 'special':
      return positionConverter(type);
    case 'composite':
      return undefined;
  }
}

/** Walks of all branches that the kind of parameter can index; `strict` refuses branches that it cannot. */
function walks(
  branches: readonly Branch[],
  kind: SearchParamType,
  code: string,
  strict: boolean,
): Walk<IndexValue[]>[] {
  return branches.flatMap((branch) => {
    const convert = converter(kind, branch.type, branch.element);
    if (convert) return [branch.build<IndexValue[]>((value, out) => convert(value, code, out))];
    if (strict) throw new Error(`a ${kind} parameter (${code}) cannot index ${branch.type}`);
    return [];
  });
}

/**
 * Compiles a parameter for a resource type. Undefined for parameters without an expression (`_text`, `_content`,
 * `_query`); throws where the expression cannot be compiled.
 */
export function compileSearchParam(param: SearchParam, type: string): Extractor | undefined {
  if (param.expression === '') return undefined;
  const branches = compilePaths(param.expression, type);
  if (param.type === 'composite') return composite(param, branches, type);
  const compiled = walks(branches, param.type, param.code, true);
  return (resource, out) => {
    for (const walk of compiled) walk(resource, out, resource);
  };
}

function composite(param: SearchParam, bases: readonly Branch[], rootType: string): Extractor {
  const perBase = bases.map((base) => {
    const components = param.components.map((c) => {
      const definition = searchParamById(c.definition);
      if (!definition) throw new Error(`${param.id} refers to the unknown parameter ${c.definition}`);
      const branches = compilePaths(c.expression, base.type, rootType);
      // A value of several types may have types that the component cannot index (Group.characteristic.value).
      const compiled = walks(branches, definition.type, definition.code, false);
      if (compiled.length === 0) throw new Error(`${param.id}: nothing to index in ${c.expression}`);
      return compiled;
    });
    return base.build<IndexValue[]>((node, out, root) => {
      const lists = components.map((compiled) => {
        const values: IndexValue[] = [];
        for (const walk of compiled) walk(node, values, root);
        return (values as SimpleValue[]).filter(isComparable);
      });
      for (const combination of combinations(lists)) {
        const value: CompositeValue = { param: param.code, kind: 'composite', components: combination };
        out.push(value);
      }
    });
  });
  return (resource, out) => {
    for (const walk of perBase) walk(resource, out, resource);
  };
}

/** Words without a code are for `:text` only, which composites do not have. */
function isComparable(value: SimpleValue): boolean {
  return value.kind !== 'token' || value.code !== null;
}

function combinations(lists: readonly (readonly SimpleValue[])[]): SimpleValue[][] {
  let result: SimpleValue[][] = [[]];
  for (const list of lists) {
    if (list.length === 0) return [];
    result = result.flatMap((head) => list.map((value) => [...head, value])).slice(0, MAX_COMBINATIONS);
  }
  return result;
}

const extractors = new Map<string, readonly Extractor[]>();

function extractorsOf(type: string): readonly Extractor[] {
  const known = extractors.get(type);
  if (known) return known;
  const compiled = [...standardParams(type).values()].flatMap((p) => compileSearchParam(p, type) ?? []);
  extractors.set(type, compiled);
  return compiled;
}

const added = new WeakMap<SearchParam, Map<string, Extractor | undefined>>();

/** The extractor of a parameter that the installation has added. */
function customExtractor(param: SearchParam, type: string): Extractor | undefined {
  const known = added.get(param) ?? new Map<string, Extractor | undefined>();
  added.set(param, known);
  if (!known.has(type)) known.set(type, compileSearchParam(param, type));
  return known.get(type);
}

/**
 * All index values of a valid resource, `_id`, `_lastUpdated`, `_tag`, `_profile` and the like included. A resource of
 * an unknown type has none.
 */
export function extract(type: string, resource: unknown): IndexValue[] {
  const out: IndexValue[] = [];
  if (!isResourceType(type) || !isObject(resource)) return out;
  for (const run of extractorsOf(type)) run(resource, out);
  for (const param of customIndexed(type)) customExtractor(param, type)?.(resource, out);
  return out;
}
