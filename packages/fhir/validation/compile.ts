/**
 * Turns type definitions into closures, once per type and on first use. A valid resource is checked in one pass over
 * its keys, without building any path or intermediate object.
 */
import { choiceKey, type ElementDef, type ElementType, type TypeDef, typeDef } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { compileBinding } from './bindings.ts';
import { type Context, MAX_DEPTH, shown } from './context.ts';
import { compileInvariants, type InvariantCheck } from './invariants.ts';
import { PRIMITIVES } from './primitives.ts';
import { checkReference } from './reference-check.ts';

/** Checks a JSON value that stands at the context's present location. */
type ValueCheck = (value: unknown, ctx: Context) => void;

/** What a JSON key of a type means. */
interface Slot {
  readonly element: ElementDef;
  readonly isPrimitive: boolean;
  readonly many: boolean;
  /** Bit of the choice group (`value[x]`), 0 where the element is no choice. */
  readonly choiceBit: number;
  readonly check: ValueCheck;
}

export interface CompiledType {
  readonly def: TypeDef;
  readonly slots: ReadonlyMap<string, Slot>;
  /** Keys of required elements that are no choices. */
  readonly required: readonly string[];
  readonly requiredChoices: readonly { readonly bit: number; readonly element: ElementDef }[];
  readonly invariants: readonly InvariantCheck[];
  readonly isExtension: boolean;
}

const compiled = new Map<string, CompiledType>();

/** The compiled form of a complex type, backbone element or resource. */
export function compileType(name: string): CompiledType {
  const known = compiled.get(name);
  if (known) return known;
  const def = typeDef(name);
  if (!def) throw new Error(`unknown FHIR type ${name}`);
  const slots = new Map<string, Slot>();
  const required: string[] = [];
  const requiredChoices: { bit: number; element: ElementDef }[] = [];
  let nextBit = 1;
  for (const element of def.elements) {
    let choiceBit = 0;
    if (element.isChoice) {
      choiceBit = nextBit;
      nextBit <<= 1;
      if (element.min > 0) requiredChoices.push({ bit: choiceBit, element });
    } else if (element.min > 0) {
      required.push(element.name);
    }
    for (const type of element.types) {
      const key = element.isChoice ? choiceKey(element.name, type.code) : element.name;
      slots.set(key, slot(element, type, choiceBit));
    }
  }
  const result: CompiledType = {
    def,
    slots,
    required,
    requiredChoices,
    invariants: compileInvariants(def.invariants, name),
    isExtension: name === 'Extension',
  };
  compiled.set(name, result);
  return result;
}

function slot(element: ElementDef, type: ElementType, choiceBit: number): Slot {
  const isPrimitive = PRIMITIVES[type.code] !== undefined;
  const single = isPrimitive ? primitiveCheck(element, type) : complexCheck(element, type);
  const many = element.max !== 1;
  return { element, isPrimitive, many, choiceBit, check: many && !isPrimitive ? listCheck(element, single) : single };
}

function primitiveCheck(element: ElementDef, type: ElementType): ValueCheck {
  const rule = PRIMITIVES[type.code];
  if (!rule) throw new Error(`no rule for primitive ${type.code}`);
  const binding = compileBinding(element, type.code);
  const invariants = compileInvariants(element.invariants, type.code);
  const isLink = type.code === 'uri' || type.code === 'url' || type.code === 'canonical';
  return (value, ctx) => {
    const fault = rule(value);
    if (fault) {
      ctx.error(fault.code, `${fault.vi}: ${shown(value)}`, `${fault.en}: ${shown(value)}`);
      return;
    }
    if (binding) binding(value, ctx);
    for (const invariant of invariants) invariant(value, ctx);
    if (isLink && ctx.localReferences && (value as string).startsWith('#')) {
      ctx.localReferences.add((value as string).slice(1));
    }
  };
}

function complexCheck(element: ElementDef, type: ElementType): ValueCheck {
  if (type.code === 'Resource') return (value, ctx) => ctx.checkResource(value, ctx);
  const binding = compileBinding(element, type.code);
  const invariants = compileInvariants(element.invariants, type.code);
  const isReference = type.code === 'Reference';
  // Compiled on first use: types may contain themselves (Extension, Questionnaire.item).
  let target: CompiledType | undefined;
  return (value, ctx) => {
    if (!isObject(value)) {
      ctx.error('structure', `Phải là đối tượng JSON (kiểu ${type.code})`, `Must be a JSON object (type ${type.code})`);
      return;
    }
    target ??= compileType(type.code);
    checkNode(target, value, ctx);
    if (isReference) checkReference(value, type.targets, ctx);
    if (binding) binding(value, ctx);
    for (const invariant of invariants) invariant(value, ctx);
  };
}

function listCheck(element: ElementDef, single: ValueCheck): ValueCheck {
  return (value, ctx) => {
    if (!Array.isArray(value)) {
      ctx.error(
        'structure',
        'Phải là mảng JSON vì phần tử có thể lặp',
        'Must be a JSON array since the element repeats',
      );
      return;
    }
    checkLength(element, value.length, ctx);
    for (let i = 0; i < value.length; i++) {
      ctx.path[ctx.depth++] = i;
      if (value[i] === null) notNull(ctx);
      else single(value[i], ctx);
      ctx.depth--;
    }
  };
}

function checkLength(element: ElementDef, length: number, ctx: Context): void {
  if (length === 0) {
    ctx.error('structure', 'Mảng không được rỗng', 'An array must not be empty');
  } else if (length < element.min || length > element.max) {
    const range = `${element.min}..${element.max === Number.POSITIVE_INFINITY ? '*' : element.max}`;
    ctx.error(
      'structure',
      `Có ${length} phần tử, quy định ${range}`,
      `There are ${length} items, allowed are ${range}`,
    );
  }
}

function notNull(ctx: Context): void {
  ctx.error('structure', 'Không được dùng null ở đây', 'null is not allowed here');
}

/** Checks an object against its type; the context stands at the object. */
export function checkNode(type: CompiledType, node: JsonObject, ctx: Context): void {
  if (ctx.objectDepth >= MAX_DEPTH) {
    ctx.error('too-costly', `Lồng nhau quá ${MAX_DEPTH} tầng`, `Nested more than ${MAX_DEPTH} levels deep`);
    return;
  }
  ctx.objectDepth++;
  const isResource = type.def.kind === 'resource';
  let seenChoices = 0;
  let content = 0;
  for (const key in node) {
    const found = type.slots.get(key);
    if (found) {
      const value = node[key];
      if (key !== 'id') content++;
      ctx.path[ctx.depth++] = found.element.name;
      if (value === null || value === undefined) notNull(ctx);
      else if (found.isPrimitive && (found.many || Array.isArray(value))) checkPrimitiveList(found, node, key, ctx);
      else found.check(value, ctx);
      if (found.choiceBit !== 0) seenChoices = choose(found, seenChoices, ctx);
      ctx.depth--;
    } else if (key.charCodeAt(0) === 95 && checkSibling(type, node, key, ctx)) {
      content++;
      const sibling = type.slots.get(key.slice(1));
      if (sibling && sibling.choiceBit !== 0 && node[key.slice(1)] === undefined) {
        ctx.path[ctx.depth++] = sibling.element.name;
        seenChoices = choose(sibling, seenChoices, ctx);
        ctx.depth--;
      }
    } else if (key !== 'resourceType' || !isResource) {
      unknownElement(type, key, ctx);
    }
  }
  if (content === 0 && !isResource) {
    ctx.error('invariant', 'Đối tượng không được rỗng (ele-1)', 'An element must have a value or children (ele-1)');
  }
  for (const key of type.required) {
    if (node[key] === undefined && node[`_${key}`] === undefined) missing(key, ctx);
  }
  for (const choice of type.requiredChoices) {
    if ((seenChoices & choice.bit) === 0) missing(choice.element.name, ctx);
  }
  for (const invariant of type.invariants) invariant(node, ctx);
  if (type.isExtension) checkExtension(type, node, ctx);
  ctx.objectDepth--;
}

function choose(found: Slot, seen: number, ctx: Context): number {
  if ((seen & found.choiceBit) !== 0) {
    ctx.error(
      'structure',
      `Chỉ được chọn một kiểu cho ${found.element.name}[x]`,
      `Only one type may be used for ${found.element.name}[x]`,
    );
  }
  return seen | found.choiceBit;
}

/** ext-1: a value or nested extensions, and not both. */
function checkExtension(type: CompiledType, node: JsonObject, ctx: Context): void {
  let hasValue = false;
  for (const key in node) {
    const found = type.slots.get(key.charCodeAt(0) === 95 ? key.slice(1) : key);
    if (found && found.choiceBit !== 0) hasValue = true;
  }
  if (hasValue !== (node.extension !== undefined)) return;
  ctx.error(
    'invariant',
    'Phần mở rộng phải có giá trị hoặc phần mở rộng con, không được có cả hai (ext-1)',
    'Must have either extensions or value[x], not both (ext-1)',
  );
}

function missing(key: string, ctx: Context): void {
  ctx.error('required', `Thiếu phần tử bắt buộc ${key}`, `The required element ${key} is missing`, key);
}

function unknownElement(type: CompiledType, key: string, ctx: Context): void {
  const name = shown(key);
  ctx.error(
    'structure',
    `${type.def.name} không có phần tử ${name}`,
    `${type.def.name} has no element ${name}`,
    key.slice(0, 64),
  );
}

/** A repeating primitive: the array of values, its alignment with the sibling array, and its nulls. */
function checkPrimitiveList(found: Slot, node: JsonObject, key: string, ctx: Context): void {
  const value = node[key];
  if (!found.many) {
    ctx.error(
      'structure',
      'Không được là mảng vì phần tử không lặp',
      'Must not be an array since the element does not repeat',
    );
    return;
  }
  if (!Array.isArray(value)) {
    ctx.error('structure', 'Phải là mảng JSON vì phần tử có thể lặp', 'Must be a JSON array since the element repeats');
    return;
  }
  checkLength(found.element, value.length, ctx);
  const siblings = node[`_${key}`];
  const list = Array.isArray(siblings) ? siblings : undefined;
  if (list && list.length !== value.length) {
    ctx.error(
      'structure',
      `Mảng ${key} và _${key} phải dài bằng nhau`,
      `The arrays ${key} and _${key} must have the same length`,
    );
  }
  for (let i = 0; i < value.length; i++) {
    ctx.path[ctx.depth++] = i;
    if (value[i] === null || value[i] === undefined) {
      if (!isObject(list?.[i])) notNull(ctx);
    } else {
      found.check(value[i], ctx);
    }
    ctx.depth--;
  }
}

/** `_birthDate`: id and extensions of a primitive. False where the type has no such primitive. */
function checkSibling(type: CompiledType, node: JsonObject, key: string, ctx: Context): boolean {
  const name = key.slice(1);
  const found = type.slots.get(name);
  if (!found?.isPrimitive) return false;
  const value = node[key];
  const element = compileType('Element');
  ctx.path[ctx.depth++] = found.element.name;
  if (found.many) {
    if (!Array.isArray(value)) {
      ctx.error('structure', `_${name} phải là mảng JSON`, `_${name} must be a JSON array`);
    } else {
      if (value.length === 0) checkLength(found.element, 0, ctx);
      const values = Array.isArray(node[name]) ? (node[name] as unknown[]) : [];
      for (let i = 0; i < value.length; i++) {
        ctx.path[ctx.depth++] = i;
        const hasValue = values[i] !== undefined && values[i] !== null;
        if (value[i] !== null) checkPrimitiveElement(element, value[i], hasValue, ctx);
        else if (!hasValue && node[name] === undefined) notNull(ctx);
        ctx.depth--;
      }
    }
  } else {
    checkPrimitiveElement(element, value, node[name] !== undefined, ctx);
  }
  ctx.depth--;
  return true;
}

function checkPrimitiveElement(type: CompiledType, value: unknown, hasValue: boolean, ctx: Context): void {
  if (!isObject(value)) {
    ctx.error('structure', 'Phải là đối tượng JSON', 'Must be a JSON object');
    return;
  }
  // An id alone says nothing unless the primitive has a value.
  if (hasValue && typeof value.id === 'string' && Object.keys(value).length === 1) {
    const fault = PRIMITIVES.string?.(value.id);
    if (fault) ctx.fault(fault, 'id');
    return;
  }
  checkNode(type, value, ctx);
}
