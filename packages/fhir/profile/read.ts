/** Reads a StructureDefinition resource into the form that the compiler works with. */
import type { BindingStrength } from '../definitions.ts';
import { typeDef } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import {
  type DiscriminatorKind,
  type ElementRule,
  type ExtensionContext,
  type Profile,
  type ProfileInvariant,
  type ProfileType,
  R4_DEFINITION,
  type Slicing,
} from './model.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);

/**
 * The profile in a StructureDefinition; undefined where it is none: a base type, a logical model, a constraint on a
 * type that R4 does not have. The differential is taken where its base is one of R4's own definitions or where there is
 * no snapshot; else the snapshot, which holds what an unknown base adds.
 */
export function readProfile(definition: JsonObject): Profile | undefined {
  const url = text(definition.url);
  const type = text(definition.type)?.replace(R4_DEFINITION, '');
  if (definition.resourceType !== 'StructureDefinition' || url === undefined || type === undefined) return undefined;
  if (definition.derivation === 'specialization' || definition.kind === 'logical' || !typeDef(type)) return undefined;
  const differential = elementsOf(definition.differential);
  const snapshot = elementsOf(definition.snapshot);
  const base = text(definition.baseDefinition);
  const isOnR4 = base?.startsWith(R4_DEFINITION) && typeDef(base.slice(R4_DEFINITION.length));
  const useSnapshot = snapshot.length > 0 && (differential.length === 0 || !isOnR4);
  const version = text(definition.version);
  const title = text(definition.title);
  const contexts = contextsOf(definition);
  return {
    url,
    ...(version === undefined ? {} : { version }),
    name: text(definition.name) ?? url,
    ...(title === undefined ? {} : { title }),
    type,
    ...(useSnapshot || base === undefined ? {} : { base }),
    ...(contexts.length === 0 ? {} : { contexts }),
    elements: readElements(useSnapshot ? snapshot : differential),
  };
}

const elementsOf = (part: unknown): JsonObject[] => (isObject(part) ? list(part.element) : []);

function contextsOf(definition: JsonObject): ExtensionContext[] {
  return list(definition.context).flatMap((c) => {
    const expression = text(c.expression);
    if (expression === undefined) return [];
    const kind = c.type === 'extension' || c.type === 'fhirpath' ? c.type : 'element';
    return [{ kind, expression }];
  });
}

function readElements(elements: readonly JsonObject[]): ElementRule[] {
  const slices = new OpenSlices();
  return elements.flatMap((element) => {
    const path = text(element.path);
    if (path === undefined) return [];
    const id = slices.idOf(path, text(element.sliceName), text(element.id));
    return [readElement(element, id)];
  });
}

/**
 * Ids of elements say to which slice they belong, but need not be given or right; the order of elements says the same:
 * what follows a slice and lies below its path belongs to it.
 */
class OpenSlices {
  private readonly open = new Map<string, string>();

  idOf(path: string, slice: string | undefined, given: string | undefined): string {
    if (given !== undefined && fits(given, path, slice)) {
      this.note(path, slice);
      return given;
    }
    this.note(path, slice);
    const names = path.split('.');
    let prefix = '';
    return names
      .map((name) => {
        prefix = prefix === '' ? name : `${prefix}.${name}`;
        const own = this.open.get(prefix);
        return own === undefined ? name : `${name}:${own}`;
      })
      .join('.');
  }

  private note(path: string, slice: string | undefined): void {
    for (const known of this.open.keys()) if (known === path || known.startsWith(`${path}.`)) this.open.delete(known);
    if (slice !== undefined) this.open.set(path, slice);
  }
}

/** Whether an id is the path with slices in it. */
function fits(id: string, path: string, slice: string | undefined): boolean {
  const parts = splitId(id);
  const names = path.split('.');
  if (parts.length !== names.length || !parts.every((p, i) => p.name === names[i])) return false;
  return parts.at(-1)?.slice === slice;
}

/** The steps of an element id: `Patient.identifier:TheBHYT` → Patient, identifier in the slice TheBHYT. */
export function splitId(id: string): { readonly name: string; readonly slice?: string }[] {
  return id.split('.').map((part) => {
    const colon = part.indexOf(':');
    return colon < 0 ? { name: part } : { name: part.slice(0, colon), slice: part.slice(colon + 1) };
  });
}

function readElement(e: JsonObject, id: string): ElementRule {
  const max = text(e.max);
  const types = readTypes(e.type);
  const slicing = readSlicing(e.slicing);
  const binding = readBinding(e.binding);
  const invariants = list(e.constraint).flatMap(readInvariant);
  return {
    id,
    ...(typeof e.min === 'number' ? { min: e.min } : {}),
    ...(max === undefined || max === '*' ? {} : { max: Number(max) }),
    ...(types.length > 0 ? { types } : {}),
    ...choice(e, 'fixed'),
    ...choice(e, 'pattern'),
    ...(binding ? { binding } : {}),
    ...(invariants.length > 0 ? { invariants } : {}),
    ...(slicing ? { slicing } : {}),
    ...(e.mustSupport === true ? { mustSupport: true } : {}),
    ...(e.isModifier === true ? { isModifier: true } : {}),
    ...(typeof e.maxLength === 'number' ? { maxLength: e.maxLength } : {}),
    ...choice(e, 'minValue'),
    ...choice(e, 'maxValue'),
  };
}

/** The value of a `name[x]` of the definition, under the bare name. */
function choice(e: JsonObject, name: string): JsonObject {
  for (const key in e) {
    const next = key.charCodeAt(name.length);
    if (key.startsWith(name) && next >= 65 && next <= 90) return { [name]: e[key] };
  }
  return {};
}

function readTypes(value: unknown): ProfileType[] {
  return list(value).flatMap((t) => {
    const code = text(t.code);
    // Ids and the values of primitives are typed by FHIRPath; nothing can be narrowed there.
    if (code === undefined || code.startsWith('http://hl7.org/fhirpath/')) return [];
    const profiles = texts(t.profile);
    const targets = texts(t.targetProfile);
    return [{ code, ...(profiles.length > 0 ? { profiles } : {}), ...(targets.length > 0 ? { targets } : {}) }];
  });
}

const KINDS = new Set(['value', 'pattern', 'type', 'exists', 'profile']);

function readSlicing(value: unknown): Slicing | undefined {
  if (!isObject(value)) return undefined;
  const discriminators = list(value.discriminator).flatMap((d) =>
    typeof d.path === 'string' && KINDS.has(String(d.type))
      ? [{ kind: d.type as DiscriminatorKind, path: d.path }]
      : [],
  );
  const rules = value.rules === 'closed' || value.rules === 'openAtEnd' ? value.rules : 'open';
  return { discriminators, rules, ...(value.ordered === true ? { ordered: true } : {}) };
}

const STRENGTHS = new Set(['required', 'extensible', 'preferred', 'example']);

function readBinding(value: unknown): ElementRule['binding'] {
  if (!isObject(value) || !STRENGTHS.has(String(value.strength))) return undefined;
  const valueSet = text(value.valueSet);
  return valueSet === undefined ? undefined : { strength: value.strength as BindingStrength, valueSet };
}

function readInvariant(c: JsonObject): ProfileInvariant[] {
  const [key, expression] = [text(c.key), text(c.expression)];
  if (key === undefined || expression === undefined) return [];
  return [{ key, severity: c.severity === 'warning' ? 'warning' : 'error', human: text(c.human) ?? key, expression }];
}
