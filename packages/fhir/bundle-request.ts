/** Request URLs of bundle entries. */
import { isResourceType } from './definitions.ts';

export type BundleMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type RequestTarget =
  /** Create. */
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'instance'; readonly type: string; readonly id: string }
  | { readonly kind: 'version'; readonly type: string; readonly id: string; readonly version: string }
  /** Conditional update, patch or delete. */
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string }
  /** `type` is null for a search on all types; `compartment` for `Patient/1/Observation?…`. */
  | {
      readonly kind: 'search';
      readonly type: string | null;
      readonly query: string;
      readonly compartment: { readonly name: string; readonly id: string } | null;
    }
  | { readonly kind: 'history'; readonly type: string | null; readonly id: string | null; readonly query: string }
  | {
      readonly kind: 'operation';
      readonly type: string | null;
      readonly id: string | null;
      readonly name: string;
      readonly query: string;
    };

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** What a method on a URL asks for; undefined where the two do not fit. */
export function parseRequestUrl(method: BundleMethod, url: string, baseUrl: string | null): RequestTarget | undefined {
  let relative = url;
  if (baseUrl !== null && relative.startsWith(`${baseUrl}/`)) relative = relative.slice(baseUrl.length + 1);
  else if (relative.startsWith('/')) relative = relative.slice(1);
  const question = relative.indexOf('?');
  const path = question < 0 ? relative : relative.slice(0, question);
  const query = question < 0 ? '' : relative.slice(question + 1);
  const segments = path === '' ? [] : path.split('/');
  const target = read(method, segments, query, question >= 0);
  return target && isAllowed(method, target) ? target : undefined;
}

function read(
  method: BundleMethod,
  segments: readonly string[],
  query: string,
  hasQuery: boolean,
): RequestTarget | undefined {
  const last = segments.at(-1) ?? '';
  if (last.startsWith('$')) return operation(segments, query);
  if (last === '_history') return history(segments.slice(0, -1), query);
  if (last === '_search' && method === 'POST') return search(segments.slice(0, -1), query);
  const [type = '', id, keyword, version, ...rest] = segments;
  if (segments.length === 0) return search(segments, query);
  if (!isResourceType(type) || rest.length > 0) return undefined;
  if (id === undefined) {
    if (method === 'GET' || method === 'HEAD') return search(segments, query);
    return hasQuery ? { kind: 'conditional', type, query } : { kind: 'type', type };
  }
  if (!ID.test(id)) return undefined;
  if (keyword === undefined) return { kind: 'instance', type, id };
  if (keyword === '_history' && version !== undefined && ID.test(version))
    return { kind: 'version', type, id, version };
  return version === undefined ? search(segments, query) : undefined;
}

function operation(segments: readonly string[], query: string): RequestTarget | undefined {
  const [first, second] = segments;
  const name = (segments.at(-1) ?? '').slice(1);
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || segments.length > 3) return undefined;
  if (segments.length === 1) return { kind: 'operation', type: null, id: null, name, query };
  if (first === undefined || !isResourceType(first)) return undefined;
  if (segments.length === 2) return { kind: 'operation', type: first, id: null, name, query };
  return second !== undefined && ID.test(second)
    ? { kind: 'operation', type: first, id: second, name, query }
    : undefined;
}

function history(segments: readonly string[], query: string): RequestTarget | undefined {
  const [type = null, id = null, ...rest] = segments;
  if (rest.length > 0 || (type !== null && !isResourceType(type)) || (id !== null && !ID.test(id))) return undefined;
  return { kind: 'history', type, id, query };
}

function search(segments: readonly string[], query: string): RequestTarget | undefined {
  const [first, id, type] = segments;
  if (first === undefined) return { kind: 'search', type: null, query, compartment: null };
  if (!isResourceType(first)) return undefined;
  if (id === undefined) return { kind: 'search', type: first, query, compartment: null };
  if (!ID.test(id) || type === undefined || !isResourceType(type)) return undefined;
  return { kind: 'search', type, query, compartment: { name: first, id } };
}

const ALLOWED: Readonly<Record<BundleMethod, readonly RequestTarget['kind'][]>> = {
  GET: ['instance', 'version', 'search', 'history', 'operation'],
  HEAD: ['instance', 'version', 'search', 'history'],
  POST: ['type', 'search', 'operation'],
  PUT: ['instance', 'conditional'],
  PATCH: ['instance', 'conditional'],
  DELETE: ['instance', 'conditional'],
};

function isAllowed(method: BundleMethod, target: RequestTarget): boolean {
  return ALLOWED[method].includes(target.kind);
}
