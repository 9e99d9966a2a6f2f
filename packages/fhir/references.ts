/** References of resources: syntax, discovery, rewriting. */
import { isResourceType } from './definitions.ts';

export type ParsedReference =
  | { readonly kind: 'relative'; readonly type: string; readonly id: string; readonly version?: string }
  | {
      readonly kind: 'absolute';
      readonly base: string;
      readonly type: string;
      readonly id: string;
      readonly version?: string;
    }
  /** An absolute URL that does not follow the RESTful pattern. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'urn'; readonly urn: string }
  /** `#id`, or `#` for the containing resource (empty id). */
  | { readonly kind: 'contained'; readonly id: string }
  /** `Patient?identifier=…`, as allowed in transactions. */
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string };

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** Splits `Type/id` or `Type/id/_history/version`. */
function restful(text: string): { type: string; id: string; version?: string } | undefined {
  const slash = text.indexOf('/');
  if (slash < 1) return undefined;
  const type = text.slice(0, slash);
  if (!isResourceType(type)) return undefined;
  const next = text.indexOf('/', slash + 1);
  const id = next < 0 ? text.slice(slash + 1) : text.slice(slash + 1, next);
  if (!ID.test(id)) return undefined;
  if (next < 0) return { type, id };
  const rest = text.slice(next);
  if (!rest.startsWith('/_history/')) return undefined;
  const version = rest.slice('/_history/'.length);
  return ID.test(version) ? { type, id, version } : undefined;
}

/** Reads the text of `Reference.reference`; undefined where it is no reference that R4 knows. */
export function parseReference(text: string): ParsedReference | undefined {
  if (text.startsWith('#')) return { kind: 'contained', id: text.slice(1) };
  const relative = restful(text);
  if (relative) return { kind: 'relative', ...relative };
  if (text.startsWith('urn:')) return { kind: 'urn', urn: text };
  if (SCHEME.test(text)) {
    const segments = text.split('/');
    // …/Type/id or …/Type/id/_history/version
    for (const length of [2, 4]) {
      if (segments.length <= length) continue;
      const tail = restful(segments.slice(-length).join('/'));
      if (tail) return { kind: 'absolute', base: segments.slice(0, -length).join('/'), ...tail };
    }
    return { kind: 'url', url: text };
  }
  const question = text.indexOf('?');
  if (question > 0 && isResourceType(text.slice(0, question))) {
    return { kind: 'conditional', type: text.slice(0, question), query: text.slice(question + 1) };
  }
  return undefined;
}

/** A reference found in a resource. */
export interface FoundReference {
  /** FHIRPath location of the Reference: `Observation.subject`, `Observation.performer[0]`. */
  readonly path: string;
  /** The text of `Reference.reference`. */
  readonly reference: string;
  /** Undefined where the text follows no form that R4 knows. */
  readonly target: ParsedReference | undefined;
}

type JsonObject = Record<string, unknown>;

/** Nested deeper than this, a JSON tree is not walked (the validator refuses it). */
const MAX_DEPTH = 120;

/**
 * Calls `visit` for every `Reference.reference` of a resource, those in contained resources and extensions included.
 * A reference is a `reference` text in an object that is no resource: no other R4 element has that name, save
 * `Consent.provision.data.reference` and the like, whose value is an object.
 */
function walk(
  node: JsonObject,
  path: string,
  visit: (holder: JsonObject, text: string, path: string) => void,
  depth: number,
): void {
  if (depth > MAX_DEPTH) return;
  for (const key in node) {
    const value = node[key];
    if (key === 'reference' && typeof value === 'string') visit(node, value, path);
    else if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const item: unknown = value[i];
        if (typeof item === 'object' && item !== null)
          walk(item as JsonObject, `${path}.${key}[${i}]`, visit, depth + 1);
      }
    } else if (typeof value === 'object' && value !== null) {
      walk(value as JsonObject, `${path}.${key}`, visit, depth + 1);
    }
  }
}

/** All references of a resource, in the order of the JSON. */
export function references(resource: JsonObject): FoundReference[] {
  const found: FoundReference[] = [];
  walk(
    resource,
    typeof resource.resourceType === 'string' ? resource.resourceType : '',
    (_, reference, path) => {
      found.push({ path, reference, target: parseReference(reference) });
    },
    0,
  );
  return found;
}

/**
 * A copy of the resource with references replaced. `replace` gets the text of each and returns the new text, or
 * undefined to leave it. Parts without a replaced reference are shared with the original, which stays as it was.
 */
export function rewriteReferences<T extends JsonObject>(
  resource: T,
  replace: (reference: string, target: ParsedReference | undefined) => string | undefined,
): T {
  return rewritten(resource, replace, 0) as T;
}

function rewritten(
  node: unknown,
  replace: (reference: string, target: ParsedReference | undefined) => string | undefined,
  depth: number,
): unknown {
  if (typeof node !== 'object' || node === null || depth > MAX_DEPTH) return node;
  if (Array.isArray(node)) {
    let copy: unknown[] | undefined;
    for (let i = 0; i < node.length; i++) {
      const next = rewritten(node[i], replace, depth + 1);
      if (next === node[i]) continue;
      copy ??= [...node];
      copy[i] = next;
    }
    return copy ?? node;
  }
  let copy: JsonObject | undefined;
  for (const key in node) {
    const value = (node as JsonObject)[key];
    let next: unknown;
    if (key === 'reference' && typeof value === 'string') next = replace(value, parseReference(value)) ?? value;
    else if (typeof value === 'object') next = rewritten(value, replace, depth + 1);
    else continue;
    if (next === value) continue;
    copy ??= { ...(node as JsonObject) };
    copy[key] = next;
  }
  return copy ?? node;
}
