/** Values of FHIRPath: nodes of a resource, and System values. */
import { Decimal } from '@mach/base/decimal.ts';
import { choiceKey, type ElementDef, isResourceType, isSubtype, typeDef } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';

/** A quantity as FHIRPath computes with it; `unit` is a UCUM code or a calendar word. */
export interface PathQuantity {
  readonly value: Decimal;
  readonly unit: string;
}

/**
 * One item of a collection. `type` is a FHIR type (`Patient`, `code`, `Patient.contact`) or a System type
 * (`System.String`, `System.Quantity`).
 */
export interface Item {
  readonly type: string;
  /** JSON of a FHIR node; for System types a string, boolean, number (Integer), Decimal or PathQuantity. */
  readonly value: unknown;
  /** Id and extensions of a primitive. */
  readonly sibling?: JsonObject;
  /** Digits after the point as a decimal was written: `1.50` has two. */
  readonly scale?: number;
}
export type Items = readonly Item[];

export const EMPTY: Items = [];
const TRUE: Items = [{ type: 'System.Boolean', value: true }];
const FALSE: Items = [{ type: 'System.Boolean', value: false }];

export const bool = (v: boolean): Items => (v ? TRUE : FALSE);
export const str = (v: string): Items => [{ type: 'System.String', value: v }];
export const int = (v: number): Items => [{ type: 'System.Integer', value: v }];
export const dec = (v: Decimal, scale?: number): Items => [
  scale === undefined ? { type: 'System.Decimal', value: v } : { type: 'System.Decimal', value: v, scale },
];
export const quantity = (value: Decimal, unit: string): Items => [{ type: 'System.Quantity', value: { value, unit } }];

/** A JSON number with its digits as written, where the reader keeps them: `1.50` is more precise than `1.5`. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): number {
    return Number(this.text);
  }
}

/** FHIR primitive type → System type. */
const SYSTEM: Readonly<Record<string, string>> = {
  boolean: 'System.Boolean',
  string: 'System.String',
  uri: 'System.String',
  url: 'System.String',
  canonical: 'System.String',
  code: 'System.String',
  oid: 'System.String',
  id: 'System.String',
  uuid: 'System.String',
  markdown: 'System.String',
  base64Binary: 'System.String',
  xhtml: 'System.String',
  integer: 'System.Integer',
  unsignedInt: 'System.Integer',
  positiveInt: 'System.Integer',
  decimal: 'System.Decimal',
  date: 'System.Date',
  dateTime: 'System.DateTime',
  instant: 'System.DateTime',
  time: 'System.Time',
};

export function isPrimitiveType(type: string): boolean {
  return type in SYSTEM;
}

const JSON_TYPE: Readonly<Record<string, string>> = {
  'System.Boolean': 'boolean',
  'System.Integer': 'number',
  'System.String': 'string',
  'System.Date': 'string',
  'System.DateTime': 'string',
  'System.Time': 'string',
};

/** The System value that an item stands for in operators; undefined for complex types and primitives without value. */
export function system(item: Item): Item | undefined {
  if (item.type.startsWith('System.')) return item;
  const type = SYSTEM[item.type];
  if (type !== undefined) {
    const value = item.value;
    if (type === 'System.Decimal') {
      if (value instanceof WrittenNumber)
        return { type, value: Decimal.of(value.text), scale: /\.(\d+)/.exec(value.text)?.[1]?.length ?? 0 };
      return typeof value === 'number' && Number.isFinite(value) ? { type, value: decimalOf(value) } : undefined;
    }
    // Data that has not been validated may hold anything in the place of a primitive.
    return typeof value === JSON_TYPE[type] ? { type, value } : undefined;
  }
  if (isObject(item.value) && isSubtype(item.type, 'Quantity')) {
    const { value, code, unit, system: codes } = item.value;
    if (typeof value !== 'number') return undefined;
    const ucum = codes === 'http://unitsofmeasure.org' && typeof code === 'string' ? code : undefined;
    return { type: 'System.Quantity', value: { value: decimalOf(value), unit: ucum ?? String(unit ?? code ?? '1') } };
  }
  return undefined;
}

/** A JSON number as a decimal; large whole numbers beyond 2^53 keep their digits as written by JavaScript. */
export function decimalOf(value: number): Decimal {
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? Decimal.of(BigInt(value))
    : Decimal.of(String(value));
}

/** A resource as the start of a path. */
export function resourceItem(resource: JsonObject): Item {
  const type = resource.resourceType;
  return { type: typeof type === 'string' && isResourceType(type) ? type : 'Resource', value: resource };
}

/** An element of a known type as the start of a path. */
export function typedItem(value: unknown, type: string): Item {
  return { type, value };
}

function push(out: Item[], value: unknown, sibling: unknown, type: string): void {
  if (type === 'Resource' && isObject(value)) {
    out.push(resourceItem(value));
    return;
  }
  const side = isObject(sibling) ? sibling : undefined;
  if (value === null || value === undefined) {
    if (side) out.push({ type, value: undefined, sibling: side });
    return;
  }
  out.push(side ? { type, value, sibling: side } : { type, value });
}

function readKey(node: JsonObject, key: string, type: string, out: Item[]): void {
  const value = node[key];
  const sibling = isPrimitiveType(type) ? node[`_${key}`] : undefined;
  if (value === undefined && sibling === undefined) return;
  if (Array.isArray(value) || Array.isArray(sibling)) {
    const values: unknown[] = Array.isArray(value) ? value : [];
    const siblings: unknown[] = Array.isArray(sibling) ? sibling : [];
    for (let i = 0; i < Math.max(values.length, siblings.length); i++) push(out, values[i], siblings[i], type);
  } else {
    push(out, value, sibling, type);
  }
}

interface ElementKeys {
  readonly element: ElementDef;
  readonly keys: readonly (readonly [key: string, type: string])[];
}
const keyCache = new Map<string, ReadonlyMap<string, ElementKeys>>();

function elementKeys(type: string): ReadonlyMap<string, ElementKeys> {
  const known = keyCache.get(type);
  if (known) return known;
  const result = new Map<string, ElementKeys>();
  for (const element of typeDef(type)?.elements ?? []) {
    const keys = element.types.map(
      (t) => [element.isChoice ? choiceKey(element.name, t.code) : element.name, t.code] as const,
    );
    result.set(element.name, { element, keys });
  }
  keyCache.set(type, result);
  return result;
}

/** The children of an item by element name; a choice is named without its type. */
export function member(item: Item, name: string, out: Item[]): void {
  if (item.sibling && (name === 'id' || name === 'extension')) {
    readKey(item.sibling, name, name === 'id' ? 'string' : 'Extension', out);
    return;
  }
  if (!isObject(item.value)) return;
  const found = elementKeys(item.type).get(name);
  if (!found) return;
  for (const [key, type] of found.keys) readKey(item.value, key, type, out);
}

/** Whether the type has an element of the name. */
export function hasMember(type: string, name: string): boolean {
  return elementKeys(type).has(name);
}

/** All children of an item. */
export function children(item: Item): Item[] {
  const out: Item[] = [];
  if (item.sibling) {
    member(item, 'id', out);
    member(item, 'extension', out);
  }
  if (isObject(item.value)) for (const name of elementKeys(item.type).keys()) member(item, name, out);
  return out;
}

const SYSTEM_TYPES = new Set([...Object.values(SYSTEM), 'System.Quantity', 'System.Any']);

/** Whether FHIRPath knows a type of that name. */
export function isKnownType(name: string): boolean {
  if (name.startsWith('System.')) return SYSTEM_TYPES.has(name);
  if (name.startsWith('FHIR.')) return typeDef(name.slice(5)) !== undefined;
  return typeDef(name) !== undefined || SYSTEM_TYPES.has(`System.${name}`);
}

/** Whether an item is of a type named as in FHIRPath: `Quantity`, `FHIR.Patient`, `System.String`, `String`. */
export function isOfType(item: Item, name: string): boolean {
  if (name.startsWith('System.')) return item.type === name;
  if (name.startsWith('FHIR.')) return !item.type.startsWith('System.') && isFhirType(item.type, name.slice(5));
  if (item.type.startsWith('System.')) return item.type.slice(7) === name;
  return isFhirType(item.type, name);
}

function isFhirType(type: string, name: string): boolean {
  if (isSubtype(type, name)) return true;
  // Backbone elements are named by their path and are of type BackboneElement or Element.
  return type.includes('.') && (name === 'BackboneElement' || name === 'Element') && isSubtype(type, name);
}
