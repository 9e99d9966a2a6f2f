/**
 * The R4 definitions, read from the generated snapshot on first use: element trees, required value sets, invariants.
 */
import text from './generated/r4-structures.js';

export type TypeKind = 'resource' | 'complex' | 'backbone' | 'primitive';
export type BindingStrength = 'required' | 'extensible' | 'preferred' | 'example';

/** One allowed type of an element; `targets` are the resource types that a Reference may point at (empty: any). */
export interface ElementType {
  readonly code: string;
  readonly targets: readonly string[];
}

export interface ElementDef {
  /** Name without the `[x]` of a choice. */
  readonly name: string;
  readonly isChoice: boolean;
  readonly min: number;
  /** `Infinity` where the element repeats without limit. */
  readonly max: number;
  readonly types: readonly ElementType[];
  readonly binding?: { readonly strength: BindingStrength; readonly valueSet: string };
  readonly isSummary: boolean;
  readonly isModifier: boolean;
  readonly invariants: readonly Invariant[];
}

export interface Invariant {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly human: string;
  /** FHIRPath. */
  readonly expression: string;
}

export interface TypeDef {
  readonly name: string;
  readonly kind: TypeKind;
  readonly abstract: boolean;
  readonly base: string;
  /** All elements, inherited ones first. */
  readonly elements: readonly ElementDef[];
  readonly invariants: readonly Invariant[];
}

/** Codes by system. */
export type ValueSetCodes = ReadonlyMap<string, ReadonlySet<string>>;

type Row = [name: string, min: number, max: number, types: string, binding: string, flags: number, inv?: number[]];
interface Snapshot {
  version: string;
  types: Record<string, [kind: string, base: string, rows: Row[], invariants: number[]]>;
  invariants: [key: string, severity: string, human: string, expression: string][];
  valueSetUrls: string[];
  valueSets: Record<string, [system: string, codes: string[]][]>;
}

const KINDS: Record<string, TypeKind> = { r: 'resource', c: 'complex', b: 'backbone', p: 'primitive' };
const STRENGTHS: Record<string, BindingStrength> = { r: 'required', e: 'extensible', p: 'preferred', x: 'example' };

let loaded: Snapshot | undefined;
const types = new Map<string, TypeDef | undefined>();
const valueSets = new Map<string, ValueSetCodes | undefined>();
let concreteResources: readonly string[] | undefined;
let resourceSet: ReadonlySet<string> | undefined;

function snapshot(): Snapshot {
  loaded ??= JSON.parse(text) as Snapshot;
  return loaded;
}

function parseTypes(source: string): ElementType[] {
  if (source === '') return [];
  return source.split(',').map((part) => {
    const open = part.indexOf('(');
    if (open < 0) return { code: part, targets: [] };
    return { code: part.slice(0, open), targets: part.slice(open + 1, -1).split('|') };
  });
}

function invariantsOf(indexes: readonly number[] | undefined): Invariant[] {
  const table = snapshot().invariants;
  return (indexes ?? []).flatMap((i) => {
    const row = table[i];
    if (!row) return [];
    return [
      {
        key: row[0],
        severity: row[1] === 'e' ? ('error' as const) : ('warning' as const),
        human: row[2],
        expression: row[3],
      },
    ];
  });
}

function element(row: Row): ElementDef {
  const [rawName, min, max, typeText, binding, flags, inv] = row;
  const isChoice = rawName.endsWith('[x]');
  const strength = STRENGTHS[binding[0] ?? ''];
  const valueSet = snapshot().valueSetUrls[Number(binding.slice(1))];
  return {
    name: isChoice ? rawName.slice(0, -3) : rawName,
    isChoice,
    min,
    max: max === 0 ? Number.POSITIVE_INFINITY : max,
    types: parseTypes(typeText),
    ...(strength && valueSet ? { binding: { strength, valueSet } } : {}),
    isSummary: (flags & 1) !== 0,
    isModifier: (flags & 2) !== 0,
    invariants: invariantsOf(inv),
  };
}

/** The definition of a type (`Patient`, `HumanName`, `string`) or of a backbone element (`Patient.contact`). */
export function typeDef(name: string): TypeDef | undefined {
  if (types.has(name)) return types.get(name);
  const source = Object.hasOwn(snapshot().types, name) ? snapshot().types[name] : undefined;
  if (!source) return undefined;
  const [kind, base, rows, inv] = source;
  const inherited = base ? typeDef(base) : undefined;
  const elements = new Map<string, ElementDef>();
  for (const e of inherited?.elements ?? []) elements.set(e.name, e);
  for (const row of rows) {
    const e = element(row);
    elements.set(e.name, e);
  }
  const def: TypeDef = {
    name,
    kind: KINDS[kind.toLowerCase()] ?? 'complex',
    abstract: kind !== kind.toLowerCase(),
    base,
    elements: [...elements.values()],
    invariants: [...(inherited?.invariants ?? []), ...invariantsOf(inv)],
  };
  types.set(name, def);
  return def;
}

/** Names of all concrete R4 resource types, in alphabetical order. */
export function resourceTypes(): readonly string[] {
  concreteResources ??= Object.entries(snapshot().types)
    .filter(([, t]) => t[0] === 'r')
    .map(([name]) => name)
    .sort();
  return concreteResources;
}

/** Whether the name is that of a concrete R4 resource type. */
export function isResourceType(name: string): boolean {
  resourceSet ??= new Set(resourceTypes());
  return resourceSet.has(name);
}

/** The codes of a required value set of R4, or undefined where they cannot be enumerated (MIME types, UCUM). */
export function valueSetCodes(url: string): ValueSetCodes | undefined {
  if (valueSets.has(url)) return valueSets.get(url);
  const source = Object.hasOwn(snapshot().valueSets, url) ? snapshot().valueSets[url] : undefined;
  let codes: Map<string, Set<string>> | undefined;
  if (source) {
    codes = new Map();
    for (const [system, list] of source) {
      const known = codes.get(system) ?? new Set<string>();
      for (const code of list) known.add(code);
      codes.set(system, known);
    }
  }
  valueSets.set(url, codes);
  return codes;
}

/** The JSON key of a choice element with the given type: `value` + `Quantity` → `valueQuantity`. */
export function choiceKey(name: string, typeCode: string): string {
  return name + typeCode.charAt(0).toUpperCase() + typeCode.slice(1);
}

/** Whether `type` is `ancestor` or derived from it. */
export function isSubtype(type: string, ancestor: string): boolean {
  for (let t: string | undefined = type; t; t = typeDef(t)?.base) if (t === ancestor) return true;
  return false;
}

/** FHIR version of the definitions. */
export function fhirVersion(): string {
  return snapshot().version;
}
