/** Element trees of all R4 types, one compact row an element. */
import { NOT_R4_ELEMENTS, NOT_R4_INVARIANTS, NOT_R4_TYPES, R4_CARDINALITY, R4_ELEMENTS } from './corrections.ts';

interface ElementType {
  code: string;
  targetProfile?: string[];
  profile?: string[];
  extension?: { url: string; valueUrl?: string }[];
}
interface Constraint {
  key: string;
  severity: string;
  human: string;
  expression?: string;
}
interface Element {
  path: string;
  min: number;
  max: string;
  base?: { path: string };
  type?: ElementType[];
  contentReference?: string;
  binding?: { strength: string; valueSet?: string };
  constraint?: Constraint[];
  isSummary?: boolean;
  isModifier?: boolean;
}
interface Structure {
  resourceType: string;
  id: string;
  kind: string;
  derivation?: string;
  baseDefinition?: string;
  abstract: boolean;
  snapshot: { element: Element[] };
}

/** [name, min, max (0 = many), types, binding ("" or strength letter + value set), flags, invariants] */
type Row = (string | number | number[])[];
/** [kind, base, rows, invariants] */
type TypeRow = [kind: string, base: string, rows: Row[], invariants: number[]];

// Checked for every element by the validator itself, so not repeated a thousand times.
const BUILT_IN_INVARIANTS = new Set(['ele-1', 'ext-1']);
const STRENGTH: Record<string, string> = { required: 'r', extensible: 'e', preferred: 'p', example: 'x' };
const PROFILE_BASE = 'http://hl7.org/fhir/StructureDefinition/';

const last = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
const withoutVersion = (url: string): string => url.split('|')[0] ?? url;

/** The FHIR name of an element's type; `id` and `url` of Element are declared as System types. */
function typeName(t: ElementType): string {
  if (!t.code.startsWith('http://hl7.org/fhirpath/')) return t.code;
  return t.extension?.find((e) => e.url.endsWith('structuredefinition-fhir-type'))?.valueUrl ?? 'string';
}

function typeText(t: ElementType): string {
  const code = typeName(t);
  const targets = (t.targetProfile ?? []).map((p) => last(p)).filter((p) => p !== 'Resource');
  return targets.length > 0 && code === 'Reference' ? `${code}(${targets.join('|')})` : code;
}

export interface StructureSnapshot {
  snapshot: { types: Record<string, TypeRow>; invariants: string[][]; valueSetUrls: string[] };
  requiredValueSets: string[];
}

/** Reads all type and resource definitions into rows; inherited elements stay with the type that declares them. */
export function structureSnapshot(profiles: Record<string, unknown>[]): StructureSnapshot {
  const types: Record<string, TypeRow> = {};
  const invariants: string[][] = [];
  const invariantIndex = new Map<string, number>();
  const valueSetUrls: string[] = [];
  const required = new Set<string>();

  const constraintIds = (constraints: Constraint[] | undefined, inheritedDomain: boolean): number[] =>
    (constraints ?? [])
      .filter((c) => !BUILT_IN_INVARIANTS.has(c.key) && !NOT_R4_INVARIANTS.has(c.key))
      .filter((c) => !(inheritedDomain && c.key.startsWith('dom-')))
      .map((c) => {
        const text = JSON.stringify([c.key, c.severity, c.human, c.expression ?? '']);
        const known = invariantIndex.get(text);
        if (known !== undefined) return known;
        invariantIndex.set(text, invariants.length);
        return invariants.push([c.key, c.severity === 'error' ? 'e' : 'w', c.human, c.expression ?? '']) - 1;
      });

  const bindingText = (e: Element): string => {
    if (!e.binding?.valueSet) return '';
    const url = withoutVersion(e.binding.valueSet);
    if (!valueSetUrls.includes(url)) valueSetUrls.push(url);
    if (e.binding.strength === 'required') required.add(url);
    return (STRENGTH[e.binding.strength] ?? 'x') + valueSetUrls.indexOf(url);
  };

  // SimpleQuantity and MoneyQuantity: profiles that elements of R4 itself use as types.
  const typeProfiles = new Map<string, Constraint[]>();
  for (const raw of profiles) {
    const s = raw as unknown as Structure;
    if (s.resourceType !== 'StructureDefinition' || s.derivation !== 'constraint' || s.kind !== 'complex-type')
      continue;
    typeProfiles.set(
      s.id,
      (s.snapshot.element[0]?.constraint ?? []).filter((c) => c.key !== 'qty-3'),
    );
  }
  const profileConstraints = (e: Element): Constraint[] =>
    (e.type ?? []).flatMap((t) => (t.profile ?? []).flatMap((p) => typeProfiles.get(last(p)) ?? []));

  for (const raw of profiles) {
    if (raw.resourceType !== 'StructureDefinition') continue;
    const s = raw as unknown as Structure;
    if (s.derivation === 'constraint' || s.kind === 'logical' || NOT_R4_TYPES.has(s.id)) continue;
    const [root, ...elements] = s.snapshot.element;
    if (!root) continue;
    const kind = s.kind === 'primitive-type' ? 'p' : s.kind === 'resource' ? 'r' : 'c';
    const base = s.baseDefinition ? last(s.baseDefinition) : '';
    types[s.id] = [
      s.abstract ? kind.toUpperCase() : kind,
      base,
      [],
      constraintIds(root.constraint, s.id !== 'DomainResource'),
    ];
    const nested = new Set(elements.map((e) => e.path.slice(0, e.path.lastIndexOf('.'))));

    for (const e of elements) {
      if (NOT_R4_ELEMENTS.some((p) => e.path === p || e.path.startsWith(`${p}.`))) continue;
      const parent = e.path.slice(0, e.path.lastIndexOf('.'));
      const name = e.path.slice(e.path.lastIndexOf('.') + 1);
      // Elements of Element, BackboneElement, Resource and DomainResource stay with those.
      const declaredBy = e.base?.path.split('.')[0] ?? s.id;
      if (['Element', 'BackboneElement', 'Resource', 'DomainResource'].includes(declaredBy) && declaredBy !== s.id) {
        // Element.id of a primitive type: the validator treats primitives itself.
        continue;
      }
      if (kind === 'p') continue;
      const isNested = nested.has(e.path);
      // Resource.id is declared as a System.String; its rule is that of the FHIR type id.
      const text =
        e.path === 'Resource.id'
          ? 'id'
          : e.contentReference
            ? e.contentReference.slice(e.contentReference.indexOf('#') + 1)
            : isNested
              ? e.path
              : (e.type ?? []).map(typeText).join(',');
      if (isNested)
        types[e.path] = ['b', e.type?.[0]?.code ?? 'BackboneElement', [], constraintIds(e.constraint, false)];
      const [min, max] = R4_CARDINALITY[e.path] ?? [e.min, e.max === '*' ? 0 : Number(e.max)];
      const flags = (e.isSummary ? 1 : 0) + (e.isModifier ? 2 : 0);
      // Those of a nested or referenced type stand with the type.
      const own =
        isNested || e.contentReference ? [] : constraintIds([...(e.constraint ?? []), ...profileConstraints(e)], false);
      const row: Row = [name, min, max, text, bindingText(e), flags];
      if (own.length > 0) row.push(own);
      types[parent]?.[2].push(row);
    }
  }
  for (const [path, rows] of Object.entries(R4_ELEMENTS)) {
    for (const r of rows) {
      const binding = r[0] === 'groupMeasure' ? 'http://hl7.org/fhir/ValueSet/group-measure' : '';
      if (binding && !valueSetUrls.includes(binding)) valueSetUrls.push(binding);
      if (binding) required.add(binding);
      types[path]?.[2].push([...r, binding ? `r${valueSetUrls.indexOf(binding)}` : '', 0]);
    }
  }
  if (!types.Element || profiles.some((p) => String(p.url ?? '').startsWith(PROFILE_BASE)) === false) {
    throw new Error('the definitions are not FHIR structure definitions');
  }
  return { snapshot: { types, invariants, valueSetUrls }, requiredValueSets: [...required] };
}
