/** Code systems as the terminology operations ask them: concepts, their order, and who stands above whom. */
import { isObject, type JsonObject } from '../json.ts';

export interface Designation {
  readonly language?: string;
  readonly use?: JsonObject;
  readonly value: string;
}

export type PropertyValue = string | number | boolean | JsonObject;

export interface Concept {
  readonly code: string;
  readonly display?: string;
  readonly definition?: string;
  readonly designations: readonly Designation[];
  readonly properties: readonly { readonly code: string; readonly value: PropertyValue }[];
  /** Codes directly above. */
  readonly parents: readonly string[];
  /** For grouping only, never to be recorded. */
  readonly isAbstract: boolean;
  readonly isInactive: boolean;
}

export interface CodeSystem {
  readonly url: string;
  readonly version?: string;
  readonly name: string;
  readonly title?: string;
  /** Language of `display`. */
  readonly language?: string;
  /** Whether every code of the system is known here; of a fragment nothing can be said about the others. */
  readonly isComplete: boolean;
  find(code: string): Concept | undefined;
  /** All concepts in their order; undefined where they cannot be listed, as those of a grammar. */
  all(): Iterable<Concept> | undefined;
  /** Codes directly below. */
  childrenOf(code: string): readonly string[];
}

export interface CodeSystemHead {
  readonly url: string;
  readonly version?: string;
  readonly name: string;
  readonly title?: string;
  readonly language?: string;
  readonly isComplete?: boolean;
  readonly isCaseSensitive?: boolean;
}

/** A code system over a list of concepts. */
export function codeSystem(head: CodeSystemHead, concepts: Iterable<Concept>): CodeSystem {
  const { isCaseSensitive = true, isComplete = true, ...rest } = head;
  const key = (code: string): string => (isCaseSensitive ? code : code.toLowerCase());
  const byCode = new Map<string, Concept>();
  const below = new Map<string, string[]>();
  for (const concept of concepts) {
    byCode.set(key(concept.code), concept);
    for (const parent of concept.parents) {
      const list = below.get(key(parent)) ?? [];
      below.set(key(parent), list);
      list.push(concept.code);
    }
  }
  return {
    ...rest,
    isComplete,
    find: (code) => byCode.get(key(code)),
    all: () => byCode.values(),
    childrenOf: (code) => below.get(key(code)) ?? [],
  };
}

/** Whether a code is the ancestor or stands somewhere below it. */
export function isBelowOrSame(system: CodeSystem, code: string, ancestor: string): boolean {
  const wanted = system.find(ancestor)?.code ?? ancestor;
  const seen = new Set<string>();
  let level = [code];
  while (level.length > 0) {
    if (level.includes(wanted)) return true;
    for (const c of level) seen.add(c);
    level = level.flatMap((c) => system.find(c)?.parents ?? []).filter((c) => !seen.has(c));
  }
  return false;
}

export type Subsumption = 'equivalent' | 'subsumes' | 'subsumed-by' | 'not-subsumed';

/** How A stands to B; undefined where one of them is no code of the system. */
export function subsumption(system: CodeSystem, a: string, b: string): Subsumption | undefined {
  const [x, y] = [system.find(a), system.find(b)];
  if (!x || !y) return undefined;
  if (x.code === y.code) return 'equivalent';
  if (isBelowOrSame(system, y.code, x.code)) return 'subsumes';
  return isBelowOrSame(system, x.code, y.code) ? 'subsumed-by' : 'not-subsumed';
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
/** A concept of these states is no longer to be used. */
const RETIRED = new Set(['retired', 'deprecated', 'inactive', 'withdrawn']);

/** A CodeSystem resource; undefined where it is a supplement or has no URL. */
export function readCodeSystem(resource: JsonObject): CodeSystem | undefined {
  const url = text(resource.url);
  if (url === undefined || resource.content === 'supplement' || resource.content === 'not-present') return undefined;
  const concepts: Concept[] = [];
  const visit = (nodes: readonly JsonObject[], parent: string | undefined): void => {
    for (const node of nodes) {
      const code = text(node.code);
      if (code === undefined) continue;
      concepts.push(readConcept(node, code, parent));
      visit(list(node.concept), code);
    }
  };
  visit(list(resource.concept), undefined);
  const version = text(resource.version);
  const title = text(resource.title);
  const language = text(resource.language);
  return codeSystem(
    {
      url,
      name: text(resource.name) ?? url,
      isComplete: resource.content === 'complete',
      isCaseSensitive: resource.caseSensitive !== false,
      ...(version === undefined ? {} : { version }),
      ...(title === undefined ? {} : { title }),
      ...(language === undefined ? {} : { language }),
    },
    concepts,
  );
}

function readConcept(node: JsonObject, code: string, parent: string | undefined): Concept {
  const properties = list(node.property).flatMap((p) => {
    const name = text(p.code);
    const value = Object.entries(p).find(([key]) => key.startsWith('value'))?.[1] as PropertyValue | undefined;
    return name === undefined || value === undefined ? [] : [{ code: name, value }];
  });
  const value = (name: string): PropertyValue | undefined => properties.find((p) => p.code === name)?.value;
  const display = text(node.display);
  const definition = text(node.definition);
  const parents = properties.flatMap((p) => (p.code === 'parent' && typeof p.value === 'string' ? [p.value] : []));
  return {
    code,
    ...(display === undefined ? {} : { display }),
    ...(definition === undefined ? {} : { definition }),
    designations: list(node.designation).flatMap((d) => {
      const language = text(d.language);
      return typeof d.value === 'string'
        ? [
            {
              value: d.value,
              ...(language === undefined ? {} : { language }),
              ...(isObject(d.use) ? { use: d.use } : {}),
            },
          ]
        : [];
    }),
    properties,
    parents: parent === undefined ? parents : [parent, ...parents.filter((p) => p !== parent)],
    isAbstract: value('notSelectable') === true || value('abstract') === true,
    isInactive: value('inactive') === true || RETIRED.has(String(value('status'))),
  };
}

/** The display in a language, as far as there is one: `en` also takes `en-GB`. */
export function displayIn(system: CodeSystem, concept: Concept, language: string | undefined): string | undefined {
  if (language === undefined || sameLanguage(system.language, language)) return concept.display;
  return (
    concept.designations.find((d) => sameLanguage(d.language, language) && !isSynonym(d))?.value ?? concept.display
  );
}

const isSynonym = (d: Designation): boolean => d.use?.code === '900000000000013009';

function sameLanguage(have: string | undefined, wanted: string): boolean {
  return have !== undefined && (have === wanted || have.startsWith(`${wanted}-`) || wanted.startsWith(`${have}-`));
}

const plain = (value: string): string => value.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

/** Whether a text is one of the concept's displays, apart from case and white space. */
export function isDisplayOf(concept: Concept, given: string): boolean {
  return [concept.display, ...concept.designations.map((d) => d.value)].some(
    (d) => d !== undefined && plain(d) === plain(given),
  );
}
