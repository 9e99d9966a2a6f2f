/** Value sets as plain questions: made once for a profile, asked for every resource. */
import { isObject, type JsonObject } from '../json.ts';
import { type CodeSystem, type Concept, isBelowOrSame } from '../terminology/code-system.ts';
import type { Membership } from './bindings.ts';

/** Where the parts of a value set are found; synchronous, since whoever compiles profiles has read them before. */
export interface MembershipSource {
  codeSystem(url: string): CodeSystem | undefined;
  valueSet(url: string): JsonObject | undefined;
}

/** A part of a value set: whether a code of a system is in it. */
type Part = (system: string | undefined, code: string) => boolean | undefined;

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);
const MAX_DEPTH = 20;

/**
 * Membership of a ValueSet resource. A part that cannot be decided here (a code system that is not loaded, a filter
 * that is not known) makes the answer undefined for codes of its system, never false.
 */
export function membershipOf(valueSet: JsonObject, source: MembershipSource): Membership {
  const part = partOf(valueSet, source, 0);
  return { has: part };
}

function partOf(valueSet: JsonObject, source: MembershipSource, depth: number): Part {
  const compose = isObject(valueSet.compose) ? valueSet.compose : undefined;
  if (!compose) return expansionPart(valueSet);
  const includes = list(compose.include).map((p) => include(p, source, depth));
  const excludes = list(compose.exclude).map((p) => include(p, source, depth));
  return (system, code) => {
    const inside = any(includes, system, code);
    if (inside === false || excludes.length === 0) return inside;
    const outside = any(excludes, system, code);
    if (outside === true) return false;
    return outside === undefined ? undefined : inside;
  };
}

/** True where one part has it; else undefined where one cannot say. */
function any(parts: readonly Part[], system: string | undefined, code: string): boolean | undefined {
  let answer: boolean | undefined = false;
  for (const part of parts) {
    const found = part(system, code);
    if (found === true) return true;
    if (found === undefined) answer = undefined;
  }
  return answer;
}

/** Every condition of an include must hold: its system's part, and all value sets that it names. */
function include(part: JsonObject, source: MembershipSource, depth: number): Part {
  const conditions: Part[] = [];
  if (typeof part.system === 'string') conditions.push(systemPart(part, part.system, source));
  for (const canonical of texts(part.valueSet)) {
    const [url = ''] = canonical.split('|');
    const found = depth < MAX_DEPTH ? source.valueSet(url) : undefined;
    conditions.push(found ? partOf(found, source, depth + 1) : () => undefined);
  }
  if (conditions.length === 0) return () => false;
  return (system, code) => {
    let answer: boolean | undefined = true;
    for (const condition of conditions) {
      const found = condition(system, code);
      if (found === false) return false;
      if (found === undefined) answer = undefined;
    }
    return answer;
  };
}

function systemPart(part: JsonObject, url: string, source: MembershipSource): Part {
  const ofSystem = (test: (code: string) => boolean | undefined): Part => {
    return (system, code) => (system === undefined || system === url ? test(code) : false);
  };
  const concepts = list(part.concept);
  const filters = list(part.filter);
  if (concepts.length > 0) {
    const codes = new Set(concepts.map((c) => String(c.code)));
    return ofSystem((code) => codes.has(code));
  }
  const system = source.codeSystem(url);
  if (!system) return ofSystem(() => undefined);
  const tests = filters.map((f) => filterTest(f, system));
  return ofSystem((code) => {
    const concept = system.find(code);
    if (!concept) return system.isComplete ? false : undefined;
    let answer: boolean | undefined = true;
    for (const test of tests) {
      const found = test(concept);
      if (found === false) return false;
      if (found === undefined) answer = undefined;
    }
    return answer;
  });
}

/** The filters that profiles use; of the others nothing is said. */
function filterTest(f: JsonObject, system: CodeSystem): (c: Concept) => boolean | undefined {
  const [property, op, value] = [String(f.property), String(f.op), String(f.value)];
  const isConcept = property === 'concept' || property === 'code';
  const wanted = new Set(value.split(',').map((v) => v.trim()));
  switch (op) {
    case 'is-a':
      return (c) => isBelowOrSame(system, c.code, value);
    case 'descendent-of':
      return (c) => c.code !== value && isBelowOrSame(system, c.code, value);
    case 'is-not-a':
      return (c) => !isBelowOrSame(system, c.code, value);
    case '=':
      return (c) => valuesOf(c, property, isConcept).includes(value);
    case 'in':
      return (c) => valuesOf(c, property, isConcept).some((v) => wanted.has(v));
    case 'not-in':
      return (c) => !valuesOf(c, property, isConcept).some((v) => wanted.has(v));
    default:
      return () => undefined;
  }
}

function valuesOf(c: Concept, property: string, isConcept: boolean): string[] {
  if (isConcept) return [c.code];
  if (property === 'parent') return [...c.parents];
  return c.properties
    .filter((p) => p.code === property)
    .map((p) => (isObject(p.value) ? String(p.value.code) : String(p.value)));
}

/** A value set that is stored as its expansion only; a truncated one proves nothing about what it lacks. */
function expansionPart(valueSet: JsonObject): Part {
  const expansion = isObject(valueSet.expansion) ? valueSet.expansion : undefined;
  if (!expansion) return () => undefined;
  const bySystem = new Map<string, Set<string>>();
  let size = 0;
  const visit = (nodes: readonly JsonObject[]): void => {
    for (const node of nodes) {
      if (typeof node.code === 'string' && node.abstract !== true) {
        const system = String(node.system ?? '');
        const codes = bySystem.get(system) ?? new Set<string>();
        bySystem.set(system, codes);
        codes.add(node.code);
        size++;
      }
      visit(list(node.contains));
    }
  };
  visit(list(expansion.contains));
  const otherwise = typeof expansion.total === 'number' && expansion.total > size ? undefined : false;
  return (system, code) => {
    if (system !== undefined) return bySystem.get(system)?.has(code) || otherwise;
    for (const codes of bySystem.values()) if (codes.has(code)) return true;
    return otherwise;
  };
}
