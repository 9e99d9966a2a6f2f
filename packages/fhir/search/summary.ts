/** `_summary` and `_elements`: parts of a resource (search.html#summary). */
import { choiceKey, type ElementDef, typeDef } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { alsoWritten } from '../written-numbers.ts';
import type { Summary } from './ast.ts';

const SUBSETTED = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
  display: 'Resource encoded in summary mode',
};

/** The part of a resource that a summary holds, marked as a part. `false` and `count` leave it whole. */
export function summarize(resource: JsonObject, mode: Summary | null): JsonObject {
  switch (mode) {
    case 'true':
      return subset(resource, (e) => e.isSummary, true);
    case 'text':
      return subset(resource, (e) => e.name === 'text' || e.min > 0, false);
    case 'data':
      return subset(resource, (e) => e.name !== 'text', false);
    default:
      return resource;
  }
}

/** The named elements, and those without which the resource would not be valid. */
export function pickElements(resource: JsonObject, elements: readonly string[]): JsonObject {
  if (elements.length === 0) return resource;
  const wanted = new Set(elements);
  return subset(resource, (e) => wanted.has(e.name) || e.min > 0 || e.isModifier, false);
}

function subset(resource: JsonObject, keep: (e: ElementDef) => boolean, deep: boolean): JsonObject {
  const type = String(resource.resourceType);
  const result: JsonObject = { resourceType: type };
  if (resource.id !== undefined) result.id = resource.id;
  const meta = isObject(resource.meta) ? resource.meta : {};
  const tags = Array.isArray(meta.tag) ? meta.tag : [];
  result.meta = { ...meta, tag: [...tags, SUBSETTED] };
  const kept = part(resource, type, (e) => e.name !== 'id' && e.name !== 'meta' && keep(e), deep);
  return alsoWritten({ ...result, ...kept }, resource);
}

function part(value: JsonObject, type: string, keep: (e: ElementDef) => boolean, deep: boolean): JsonObject {
  const result: JsonObject = {};
  for (const e of typeDef(type)?.elements ?? []) {
    if (!keep(e)) continue;
    for (const { code } of e.types) {
      const key = e.isChoice ? choiceKey(e.name, code) : e.name;
      if (value[key] !== undefined) {
        const inner = (v: unknown): unknown =>
          deep && isObject(v) && typeDef(code)?.kind === 'backbone' ? part(v, code, keep, true) : v;
        const own = value[key];
        result[key] = Array.isArray(own) ? own.map(inner) : inner(own);
      }
      if (value[`_${key}`] !== undefined) result[`_${key}`] = value[`_${key}`];
    }
  }
  return alsoWritten(result, value);
}
