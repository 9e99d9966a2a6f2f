/** Value sets: membership of a code and expansion, by one and the same rule. */
import { foldText, matchesTokens, searchKeys } from '@mach/base/fold.ts';
import { isAffordable } from '../fhirpath/pattern-cost.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type CodeSystem, type Concept, displayIn, isBelowOrSame } from './code-system.ts';

/** Where code systems and value sets come from. */
export interface TerminologySource {
  codeSystem(url: string, version: string | undefined): Promise<CodeSystem | undefined>;
  /** A ValueSet resource by canonical URL, `|version` included. */
  valueSet(url: string): Promise<JsonObject | undefined>;
}

/** A question that cannot be answered: something it needs is not here, or is too much. */
export class TerminologyError extends Error {
  readonly code: 'not-found' | 'not-supported' | 'too-costly' | 'invalid';
  readonly vi: string;
  constructor(code: TerminologyError['code'], vi: string, en: string) {
    super(en);
    this.name = 'TerminologyError';
    this.code = code;
    this.vi = vi;
  }
}

/** A member of a value set. */
export interface Member {
  readonly system: CodeSystem;
  readonly concept: Concept;
  /** What the value set itself calls it. */
  readonly display?: string;
}

type Predicate = (concept: Concept) => Promise<boolean>;
/** Nested value sets at most, so that a circle ends. */
const MAX_DEPTH = 12;
/** Codes of an expansion at most. */
export const MAX_EXPANSION = 60_000;

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export class ValueSets {
  private readonly source: TerminologySource;
  constructor(source: TerminologySource) {
    this.source = source;
  }

  /** The members in their order, each once. @throws TerminologyError */
  async members(valueSet: JsonObject, options: { activeOnly?: boolean; filter?: string } = {}): Promise<Member[]> {
    const found = new Map<string, Member>();
    const wanted = options.filter === undefined ? undefined : typed(options.filter);
    const add = (member: Member): void => {
      if (options.activeOnly && member.concept.isInactive) return;
      if (wanted !== undefined && !matches(member, wanted)) return;
      const key = keyOf(member);
      if (found.has(key)) return;
      if (found.size >= MAX_EXPANSION)
        throw new TerminologyError('too-costly', `Quá ${MAX_EXPANSION} mã`, `More than ${MAX_EXPANSION} codes`);
      found.set(key, member);
    };
    for (const member of await this.collect(valueSet, 0)) add(member);
    return [...found.values()];
  }

  /** The member that a code is; undefined where it is none. Without a system it is looked for in all of the set's. */
  async find(valueSet: JsonObject, system: string | undefined, code: string, version?: string): Promise<Member[]> {
    const found = new Map<string, Member>();
    for (const member of await this.lookFor(valueSet, system, code, version, 0)) found.set(keyOf(member), member);
    return [...found.values()];
  }

  private async collect(valueSet: JsonObject, depth: number): Promise<Member[]> {
    checkDepth(depth);
    const { include, exclude, activeOnly } = composeOf(valueSet);
    const excluded = new Set<string>();
    for (const part of exclude) for (const member of await this.part(part, depth)) excluded.add(keyOf(member));
    const out: Member[] = [];
    for (const part of include)
      for (const member of await this.part(part, depth))
        if (!excluded.has(keyOf(member)) && !(activeOnly && member.concept.isInactive)) out.push(member);
    return out;
  }

  private async part(part: JsonObject, depth: number): Promise<Member[]> {
    const nested = await Promise.all(urls(part.valueSet).map((url) => this.nested(url)));
    if (part.system === undefined) {
      const [first, ...others] = await Promise.all(nested.map((v) => this.collect(v, depth + 1)));
      const keys = others.map((members) => new Set(members.map(keyOf)));
      return (first ?? []).filter((m) => keys.every((set) => set.has(keyOf(m))));
    }
    const system = await this.systemOf(part);
    const displays = displaysOf(part);
    const all =
      displays.size > 0 ? [...displays.keys()].flatMap((c) => system.find(c) ?? unknown(system, c)) : system.all();
    if (!all)
      throw new TerminologyError(
        'too-costly',
        `Không liệt kê hết được ${system.url}`,
        `${system.url} cannot be listed`,
      );
    const holds = predicate(part, system);
    const sets = await Promise.all(nested.map(async (v) => new Set((await this.collect(v, depth + 1)).map(keyOf))));
    const out: Member[] = [];
    for (const concept of all) {
      const display = displays.get(concept.code);
      const member: Member = { system, concept, ...(display === undefined ? {} : { display }) };
      if ((await holds(concept)) && sets.every((set) => set.has(keyOf(member)))) out.push(member);
    }
    return out;
  }

  private async lookFor(
    valueSet: JsonObject,
    system: string | undefined,
    code: string,
    version: string | undefined,
    depth: number,
  ): Promise<Member[]> {
    checkDepth(depth);
    const { include, exclude, activeOnly } = composeOf(valueSet);
    const inPart = async (part: JsonObject): Promise<Member[]> => {
      const nested = await Promise.all(urls(part.valueSet).map((url) => this.nested(url)));
      const inNested = await Promise.all(nested.map((v) => this.lookFor(v, system, code, version, depth + 1)));
      const inAll = (m: Member): boolean => inNested.every((members) => members.some((o) => keyOf(o) === keyOf(m)));
      if (part.system === undefined) return (inNested[0] ?? []).filter(inAll);
      if (system !== undefined && part.system !== system) return [];
      const own = await this.systemOf(part, version);
      const displays = displaysOf(part);
      if (displays.size > 0 && !displays.has(own.find(code)?.code ?? code)) return [];
      const concept = own.find(code) ?? (displays.has(code) && !own.isComplete ? unknown(own, code)[0] : undefined);
      if (!concept || !(await predicate(part, own)(concept))) return [];
      const display = displays.get(concept.code);
      const member: Member = { system: own, concept, ...(display === undefined ? {} : { display }) };
      return nested.length === 0 || inAll(member) ? [member] : [];
    };
    const found = (await Promise.all(include.map(inPart))).flat();
    if (found.length === 0) return [];
    const out = new Set((await Promise.all(exclude.map(inPart))).flat().map(keyOf));
    return found.filter((m) => !out.has(keyOf(m)) && !(activeOnly && m.concept.isInactive));
  }

  private async nested(url: string): Promise<JsonObject> {
    const found = await this.source.valueSet(url);
    if (!found) throw new TerminologyError('not-found', `Không có bộ giá trị ${url}`, `There is no value set ${url}`);
    return found;
  }

  /** @param version the version that the question names, where the value set names none */
  private async systemOf(part: JsonObject, version?: string): Promise<CodeSystem> {
    const url = text(part.system) ?? '';
    const found = await this.source.codeSystem(url, text(part.version) ?? version);
    if (found) return found;
    // A list of codes needs no knowledge of the system beyond it.
    const displays = displaysOf(part);
    if (displays.size > 0 && list(part.filter).length === 0) {
      const given = [...displays].map(([code, display]) => ({
        ...bare(code),
        ...(display === undefined ? {} : { display }),
      }));
      const byCode = new Map(given.map((c) => [c.code, c]));
      return { url, name: url, isComplete: false, find: (c) => byCode.get(c), all: () => given, childrenOf: () => [] };
    }
    throw new TerminologyError('not-found', `Không có hệ mã ${url}`, `There is no code system ${url}`);
  }
}

const keyOf = (m: Member): string => `${m.system.url}|${m.concept.code}`;

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH)
    throw new TerminologyError('too-costly', 'Bộ giá trị lồng quá sâu', 'The value set is nested too deep');
}

const urls = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);

function composeOf(valueSet: JsonObject): { include: JsonObject[]; exclude: JsonObject[]; activeOnly: boolean } {
  const compose = isObject(valueSet.compose) ? valueSet.compose : undefined;
  if (compose)
    return { include: list(compose.include), exclude: list(compose.exclude), activeOnly: compose.inactive === false };
  // A value set that is only stored as its expansion.
  const flat = (nodes: JsonObject[]): JsonObject[] => nodes.flatMap((n) => [n, ...flat(list(n.contains))]);
  const contains = flat(list(isObject(valueSet.expansion) ? valueSet.expansion.contains : undefined));
  const bySystem = Map.groupBy(
    contains.filter((c) => c.abstract !== true && typeof c.code === 'string'),
    (c) => text(c.system) ?? '',
  );
  return { include: [...bySystem].map(([system, concept]) => ({ system, concept })), exclude: [], activeOnly: false };
}

function displaysOf(part: JsonObject): Map<string, string | undefined> {
  return new Map(list(part.concept).flatMap((c) => (typeof c.code === 'string' ? [[c.code, text(c.display)]] : [])));
}

const bare = (code: string): Concept => ({
  code,
  designations: [],
  properties: [],
  parents: [],
  isAbstract: false,
  isInactive: false,
});

/** A code that a value set lists and the system's fragment here does not hold. */
const unknown = (system: CodeSystem, code: string): Concept[] => (system.isComplete ? [] : [bare(code)]);

/** What somebody typed to find a code. */
interface Typed {
  readonly text: string;
  readonly folded: string;
  /** Its words, as typed and with slips of the typing method mended. */
  readonly keys: readonly string[];
}

const typed = (text: string): Typed => ({ text, folded: foldText(text), keys: searchKeys(text) });

/** Displays of a concept as they are compared, made once: a list of 15,000 codes is searched at every key stroke. */
const foldedTexts = new WeakMap<Concept, readonly string[]>();

function textsOf(concept: Concept): readonly string[] {
  let texts = foldedTexts.get(concept);
  if (!texts) {
    texts = [concept.display ?? '', ...concept.designations.map((d) => d.value)].map(foldText);
    foldedTexts.set(concept, texts);
  }
  return texts;
}

function matches(member: Member, wanted: Typed): boolean {
  if (foldText(member.concept.code).startsWith(wanted.folded)) return true;
  const texts = textsOf(member.concept);
  const own = member.display === undefined ? texts : [foldText(member.display), ...texts];
  // Most texts hold none of the words: the comparison word by word is for the others.
  return own.some((t) => wanted.keys.some((key) => t.includes(key)) && matchesTokens(t, wanted.text));
}

function predicate(part: JsonObject, system: CodeSystem): Predicate {
  const tests = list(part.filter).map((f) => filter(f, system));
  return async (concept) => tests.every((test) => test(concept));
}

const MAX_PATTERN = 500;
/** Codes and displays are seldom longer. */
const MAX_SUBJECT = 1_000;

/** The test of one filter of `compose.include` (http://hl7.org/fhir/R4/valueset-filter-operator.html). */
function filter(f: JsonObject, system: CodeSystem): (concept: Concept) => boolean {
  const [property, op, value] = [text(f.property) ?? '', text(f.op) ?? '', text(f.value) ?? ''];
  switch (op) {
    case 'is-a':
      return (c) => isBelowOrSame(system, c.code, value);
    case 'descendent-of':
      return (c) => c.code !== system.find(value)?.code && isBelowOrSame(system, c.code, value);
    case 'is-not-a':
      return (c) => !isBelowOrSame(system, c.code, value);
    case 'generalizes':
      return (c) => isBelowOrSame(system, value, c.code);
    case '=':
      return (c) => valuesOf(c, property).includes(value);
    case 'in': {
      const wanted = new Set(value.split(',').map((v) => v.trim()));
      return (c) => valuesOf(c, property).some((v) => wanted.has(v));
    }
    case 'not-in': {
      const wanted = new Set(value.split(',').map((v) => v.trim()));
      return (c) => !valuesOf(c, property).some((v) => wanted.has(v));
    }
    case 'exists':
      return (c) => valuesOf(c, property).length > 0 === (value === 'true');
    case 'regex': {
      const pattern = regex(value);
      return (c) => valuesOf(c, property).some((v) => v.length <= MAX_SUBJECT && pattern.test(v));
    }
    default:
      throw new TerminologyError(
        'not-supported',
        `Không biết phép lọc ${op}`,
        `The filter operator ${op} is not known`,
      );
  }
}

function regex(value: string): RegExp {
  try {
    if (value.length <= MAX_PATTERN && isAffordable(value, MAX_SUBJECT)) return new RegExp(`^(?:${value})$`, 'u');
  } catch {
    // Said below.
  }
  throw new TerminologyError(
    'invalid',
    `Biểu thức không hợp lệ: ${value.slice(0, 80)}`,
    `Not a valid pattern: ${value.slice(0, 80)}`,
  );
}

function valuesOf(concept: Concept, property: string): string[] {
  if (property === 'concept' || property === 'code') return [concept.code];
  if (property === 'display') return concept.display === undefined ? [] : [concept.display];
  if (property === 'parent') return [...concept.parents];
  return concept.properties.flatMap((p) => {
    if (p.code !== property) return [];
    return [isObject(p.value) ? String(p.value.code) : String(p.value)];
  });
}

/** A member as an entry of an expansion. */
export function expansionEntry(member: Member, language: string | undefined, withDesignations: boolean): JsonObject {
  const { system, concept } = member;
  const display = language === undefined ? (member.display ?? concept.display) : displayIn(system, concept, language);
  return {
    system: system.url,
    ...(concept.isAbstract ? { abstract: true } : {}),
    ...(concept.isInactive ? { inactive: true } : {}),
    ...(system.version === undefined ? {} : { version: system.version }),
    code: concept.code,
    ...(display === undefined ? {} : { display }),
    ...(withDesignations && concept.designations.length > 0 ? { designation: concept.designations } : {}),
  };
}
