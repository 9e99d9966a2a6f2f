/** Finding and rewriting the references of a resource, along the types of its elements. */
import { choiceKey, isResourceType, typeDef } from './definitions.ts';
import { isObject, type JsonObject } from './json.ts';
import { type ParsedReference, parseReference } from './references.ts';
import { writtenCopy } from './written-numbers.ts';

/** A reference found in a resource. */
export interface FoundReference {
  /** FHIRPath location of the Reference: `Observation.subject`, `Observation.performer[0]`. */
  readonly path: string;
  /** The text of `Reference.reference`. */
  readonly reference: string;
  /** Undefined where the text follows no form that R4 knows. */
  readonly target: ParsedReference | undefined;
}

/**
 * Gets the text of a reference or of another link, and returns the new text, or undefined to leave it. `link` stands
 * for elements of type uri, url, canonical, oid and uuid, and for `href` and `src` in narratives: R4 wants those
 * replaced too where they name an entry of the transaction.
 */
export type ReplaceReference = (text: string, kind: 'reference' | 'link') => string | undefined;

interface Child {
  readonly kind: 'node' | 'reference' | 'resource' | 'link' | 'xhtml';
  readonly type: string;
  /** Element name, without the type of a choice. */
  readonly name: string;
  readonly many: boolean;
}

/** Nested deeper than this, a JSON tree is not walked (the validator refuses it). */
const MAX_DEPTH = 120;
const LINKS = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);
const NARRATIVE_LINK = /((?:href|src)\s*=\s*)(?:"(urn:[^"]*)"|'(urn:[^']*)')/g;
const plans = new Map<string, ReadonlyMap<string, Child>>();

function plan(type: string): ReadonlyMap<string, Child> {
  const known = plans.get(type);
  if (known) return known;
  const children = new Map<string, Child>();
  for (const e of typeDef(type)?.elements ?? []) {
    for (const t of e.types) {
      const key = e.isChoice ? choiceKey(e.name, t.code) : e.name;
      const base = { type: t.code, name: e.name, many: e.max !== 1 };
      if (t.code === 'Reference') children.set(key, { kind: 'reference', ...base });
      else if (t.code === 'Resource') children.set(key, { kind: 'resource', ...base });
      else if (t.code === 'xhtml') children.set(key, { kind: 'xhtml', ...base });
      else if (LINKS.has(t.code)) children.set(key, { kind: 'link', ...base });
      else if (typeDef(t.code)?.kind !== 'primitive') children.set(key, { kind: 'node', ...base });
      else if (t.code !== 'id') children.set(`_${key}`, { kind: 'node', ...base, type: 'Element' });
    }
  }
  plans.set(type, children);
  return children;
}

function typeOf(child: Child, value: JsonObject): string {
  return child.kind === 'resource' && typeof value.resourceType === 'string' ? value.resourceType : child.type;
}

function rootType(resource: JsonObject): string {
  const type = resource.resourceType;
  return typeof type === 'string' && isResourceType(type) ? type : '';
}

/** All references of a resource, those in contained resources, bundles and extensions included. */
export function references(resource: JsonObject): FoundReference[] {
  const found: FoundReference[] = [];
  const type = rootType(resource);
  collect(resource, type, type, found, 0);
  return found;
}

function collect(node: JsonObject, type: string, path: string, found: FoundReference[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  const children = plan(type);
  for (const key in node) {
    const child = children.get(key);
    if (!child || child.kind === 'link' || child.kind === 'xhtml') continue;
    const value = node[key];
    const at = `${path}.${child.name}`;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const item: unknown = value[i];
        if (isObject(item)) visit(item, child, `${at}[${i}]`, found, depth);
      }
    } else if (isObject(value)) {
      visit(value, child, at, found, depth);
    }
  }
}

function visit(value: JsonObject, child: Child, path: string, found: FoundReference[], depth: number): void {
  const text = value.reference;
  if (child.kind === 'reference' && typeof text === 'string') {
    found.push({ path, reference: text, target: parseReference(text) });
  }
  collect(value, typeOf(child, value), path, found, depth + 1);
}

/**
 * A copy of the resource with references and links replaced. Parts in which nothing changes are shared with the
 * original, which stays as it was; where nothing changes at all, it is the original itself.
 */
export function rewriteReferences<T extends object>(resource: T, replace: ReplaceReference): T {
  return rewriteNode(resource as JsonObject, rootType(resource as JsonObject), replace, 0) as T;
}

function rewriteNode(node: JsonObject, type: string, replace: ReplaceReference, depth: number): JsonObject {
  if (depth > MAX_DEPTH) return node;
  const children = plan(type);
  let copy: JsonObject | undefined;
  for (const key in node) {
    const child = children.get(key);
    if (!child) continue;
    const value = node[key];
    const next = Array.isArray(value)
      ? rewriteList(value, child, replace, depth)
      : rewriteValue(value, child, replace, depth);
    if (next === value) continue;
    copy ??= writtenCopy(node);
    copy[key] = next;
  }
  return copy ?? node;
}

function rewriteList(list: unknown[], child: Child, replace: ReplaceReference, depth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const next = rewriteValue(list[i], child, replace, depth);
    if (next === list[i]) continue;
    copy ??= writtenCopy(list);
    copy[i] = next;
  }
  return copy ?? list;
}

function rewriteValue(value: unknown, child: Child, replace: ReplaceReference, depth: number): unknown {
  if (typeof value === 'string') {
    if (child.kind === 'link') return replace(value, 'link') ?? value;
    if (child.kind !== 'xhtml' || !value.includes('urn:')) return value;
    return value.replace(NARRATIVE_LINK, (all, start: string, double?: string, single?: string) => {
      const next = replace(double ?? single ?? '', 'link');
      return next === undefined ? all : `${start}"${next.replaceAll('"', '&quot;')}"`;
    });
  }
  if (!isObject(value)) return value;
  const inner = rewriteNode(value, typeOf(child, value), replace, depth + 1);
  if (child.kind !== 'reference' || typeof value.reference !== 'string') return inner;
  const next = replace(value.reference, 'reference');
  return next === undefined || next === value.reference ? inner : { ...inner, reference: next };
}
