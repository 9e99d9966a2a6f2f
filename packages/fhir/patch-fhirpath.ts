/** FHIRPath Patch (fhirpatch.html): a Parameters resource of operations on a resource. */
import { err, type Issue, ok, type Result } from '@mach/base';
import { choiceKey, type ElementDef, typeDef } from './definitions.ts';
import { FhirPathError } from './fhirpath/ast.ts';
import { EvaluationError, evaluatePath } from './fhirpath/evaluate.ts';
import { isPrimitiveType } from './fhirpath/values.ts';
import { isObject, type JsonObject } from './json.ts';
import { parseJson, putWritten, writtenText } from './written-numbers.ts';

export type FhirPathOperation =
  | { readonly type: 'add'; readonly path: string; readonly name: string; readonly value: PatchValue }
  | { readonly type: 'insert'; readonly path: string; readonly index: number; readonly value: PatchValue }
  | { readonly type: 'delete'; readonly path: string }
  | { readonly type: 'replace'; readonly path: string; readonly value: PatchValue }
  | { readonly type: 'move'; readonly path: string; readonly source: number; readonly destination: number };

/** A `value[x]` of the named type, or the parts of an element that has no data type of its own. */
export type PatchValue =
  /** `text`: how a number was written, where that says more than the number. */
  | { readonly type: string; readonly value: unknown; readonly text?: string | undefined }
  | { readonly parts: readonly { readonly name: string; readonly value: PatchValue }[] };

const MAX_OPERATIONS = 500;

class Fault extends Error {
  readonly vi: string;
  constructor(vi: string, en: string) {
    super(en);
    this.vi = vi;
  }
}

function issue(index: number, vi: string, en: string): Issue {
  return { severity: 'error', code: 'value', field: `Parameters.parameter[${index}]`, text: { vi, en } };
}

/** Reads a Parameters resource as operations; every fault of every operation is reported. */
export function parseFhirPathPatch(body: unknown): Result<FhirPathOperation[], Issue[]> {
  const list = isObject(body) && body.resourceType === 'Parameters' ? body.parameter : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_OPERATIONS)
    return err([
      issue(
        0,
        `Phải là Parameters có từ 1 đến ${MAX_OPERATIONS} thao tác`,
        `Must be a Parameters resource with 1 to ${MAX_OPERATIONS} operations`,
      ),
    ]);
  const issues: Issue[] = [];
  const operations = list.flatMap((raw: unknown, i) => {
    try {
      return [readOperation(raw)];
    } catch (e) {
      if (!(e instanceof Fault)) throw e;
      issues.push(issue(i, e.vi, e.message));
      return [];
    }
  });
  return issues.length > 0 ? err(issues) : ok(operations);
}

function readOperation(raw: unknown): FhirPathOperation {
  if (!isObject(raw) || raw.name !== 'operation' || !Array.isArray(raw.part))
    throw new Fault(
      'Mỗi tham số phải tên là operation và có part',
      'Each parameter must be named operation and have parts',
    );
  const parts = new Map<string, JsonObject>();
  for (const part of raw.part) if (isObject(part) && typeof part.name === 'string') parts.set(part.name, part);
  const text = (name: string): string => {
    const part = parts.get(name);
    const value = part?.valueString ?? part?.valueCode;
    if (typeof value !== 'string' || value === '') throw new Fault(`Thiếu ${name}`, `${name} is missing`);
    return value;
  };
  const whole = (name: string): number => {
    const value = parts.get(name)?.valueInteger;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
      throw new Fault(`${name} phải là số nguyên từ 0`, `${name} must be a whole number of 0 or more`);
    return value;
  };
  const value = (): PatchValue => readValue(parts.get('value'), 0);
  const type = text('type');
  const path = text('path');
  switch (type) {
    case 'add':
      return { type, path, name: text('name'), value: value() };
    case 'insert':
      return { type, path, index: whole('index'), value: value() };
    case 'delete':
      return { type, path };
    case 'replace':
      return { type, path, value: value() };
    case 'move':
      return { type, path, source: whole('source'), destination: whole('destination') };
    default:
      throw new Fault(
        'type phải là add, insert, delete, replace hoặc move',
        'type must be add, insert, delete, replace or move',
      );
  }
}

function readValue(part: JsonObject | undefined, depth: number): PatchValue {
  if (!part || depth > 10) throw new Fault('Thiếu value', 'value is missing');
  for (const [key, value] of Object.entries(part))
    if (/^value[A-Z]/.test(key)) return { type: key.slice(5), value, text: writtenText(part, key) };
  if (Array.isArray(part.part) && part.part.length > 0)
    return {
      parts: part.part.map((p: unknown) => {
        if (!isObject(p) || typeof p.name !== 'string') throw new Fault('part phải có name', 'A part needs a name');
        return { name: p.name, value: readValue(p, depth + 1) };
      }),
    };
  throw new Fault('Thiếu value', 'value is missing');
}

/** Applies the operations in order to a copy. All or nothing: the first that cannot be applied is the fault. */
export function applyFhirPathPatch(
  resource: JsonObject,
  operations: readonly FhirPathOperation[],
): Result<JsonObject, Issue[]> {
  const copy = parseJson(JSON.stringify(resource)) as typeof resource;
  for (const [i, operation] of operations.entries()) {
    try {
      apply(copy, operation);
    } catch (e) {
      if (e instanceof Fault) return err([issue(i, `${e.vi} (${operation.path})`, `${e.message} (${operation.path})`)]);
      if (e instanceof EvaluationError || e instanceof FhirPathError)
        return err([issue(i, `Đường dẫn không đọc được: ${e.message}`, `The path cannot be used: ${e.message}`)]);
      throw e;
    }
  }
  return ok(copy);
}

/** A place of one value in the resource. */
interface Place {
  readonly owner: JsonObject;
  readonly ownerType: string;
  readonly key: string;
  /** Null where the element does not repeat. */
  readonly index: number | null;
}

function apply(resource: JsonObject, o: FhirPathOperation): void {
  switch (o.type) {
    case 'add': {
      const [target, ...others] = evaluatePath(o.path, resource);
      if (!target || others.length > 0 || !isObject(target.value)) throw exactlyOne();
      add(target.value, target.type, o.name, o.value);
      return;
    }
    case 'delete': {
      const [place, ...others] = locate(resource, o.path);
      if (others.length > 0) throw exactlyOne();
      if (place) remove(place);
      return;
    }
    case 'replace': {
      const [place, ...others] = locate(resource, o.path);
      if (!place || others.length > 0) throw exactlyOne();
      replace(place, o.value);
      return;
    }
    case 'insert': {
      const { list, side, type } = listAt(resource, o.path);
      if (o.index > list.length) throw new Fault('index vượt quá danh sách', 'index is beyond the list');
      list.splice(o.index, 0, materialize(o.value, type));
      side?.splice(o.index, 0, null);
      return;
    }
    case 'move': {
      const { list, side } = listAt(resource, o.path);
      if (o.source >= list.length || o.destination >= list.length)
        throw new Fault('Vị trí vượt quá danh sách', 'A position is beyond the list');
      for (const l of side ? [list, side] : [list]) l.splice(o.destination, 0, ...l.splice(o.source, 1));
    }
  }
}

function exactlyOne(): Fault {
  return new Fault('Đường dẫn phải dẫn tới đúng một phần tử', 'The path must lead to exactly one element');
}

function elementOf(type: string, name: string): { element: ElementDef; key: (of?: string) => string } {
  const element = typeDef(type)?.elements.find((e) => e.name === name || (e.isChoice && isChoiceKey(e, name)));
  if (!element) throw new Fault(`${type} không có phần tử ${name}`, `${type} has no element ${name}`);
  return { element, key: (of) => (element.isChoice && name === element.name ? choiceKey(name, of ?? '') : name) };
}

function isChoiceKey(e: ElementDef, name: string): boolean {
  return e.types.some((t) => choiceKey(e.name, t.code) === name);
}

function add(owner: JsonObject, type: string, name: string, value: PatchValue): void {
  const { element, key } = elementOf(type, name);
  const slot = key('type' in value ? value.type : undefined);
  const made = materialize(value, element.types[0]?.code ?? '');
  const own = owner[slot];
  if (element.max > 1) {
    owner[slot] = [...(Array.isArray(own) ? own : []), made];
    const side = owner[`_${slot}`];
    if (Array.isArray(side)) side.push(null);
  } else if (own !== undefined) {
    throw new Fault(`${name} đã có giá trị`, `${name} has a value already`);
  } else {
    putWritten(owner, slot, made, textOf(value));
  }
}

const textOf = (value: PatchValue): string | undefined => ('type' in value ? value.text : undefined);

/** The JSON of a value; parts become the elements of an object. */
function materialize(value: PatchValue, type: string): unknown {
  if ('type' in value) return value.value;
  const result: JsonObject = {};
  for (const part of value.parts) add(result, type, part.name, part.value);
  return result;
}

function remove({ owner, key, index }: Place): void {
  if (index === null) {
    delete owner[key];
    delete owner[`_${key}`];
    return;
  }
  for (const slot of [key, `_${key}`]) {
    const list = owner[slot];
    if (!Array.isArray(list)) continue;
    list.splice(index, 1);
    if (list.length === 0) delete owner[slot];
  }
}

function replace(place: Place, value: PatchValue): void {
  const { owner, ownerType, key, index } = place;
  const { element } = elementOf(ownerType, key);
  const made = materialize(value, element.types[0]?.code ?? '');
  if (index !== null) {
    (owner[key] as unknown[])[index] = made;
    const side = owner[`_${key}`];
    if (Array.isArray(side) && index < side.length) side[index] = null;
    return;
  }
  delete owner[key];
  delete owner[`_${key}`];
  // A choice may change its type.
  const slot = element.isChoice && 'type' in value ? choiceKey(element.name, value.type) : key;
  putWritten(owner, slot, made, textOf(value));
}

const TAIL = /^(.*[^.\s])\s*\.\s*([A-Za-z]+)\s*(?:\[\s*(\d+)\s*\]|\.(first|last)\(\))?$/s;

/** The places that a path leads to. */
function locate(resource: JsonObject, path: string): Place[] {
  const tail = TAIL.exec(path.trim());
  if (tail) {
    const [, parent = '', name = '', index, end] = tail;
    const found = evaluatePath(parent, resource).flatMap((item) =>
      isObject(item.value) ? childrenAt(item.value, item.type, name) : [],
    );
    if (index !== undefined) return found.slice(Number(index), Number(index) + 1);
    return end === 'first' ? found.slice(0, 1) : end === 'last' ? found.slice(-1) : found;
  }
  // Ends in a function: objects are found again by what they are; a text or number has no identity of its own.
  const places = placesOf(resource);
  return evaluatePath(path, resource).map((item) => {
    const place = isObject(item.value) ? places.get(item.value) : undefined;
    if (!place)
      throw new Fault('Đường dẫn phải kết thúc bằng tên phần tử', 'The path must end in the name of an element');
    return place;
  });
}

function childrenAt(owner: JsonObject, ownerType: string, name: string): Place[] {
  const { element } = elementOf(ownerType, name);
  const keys = element.isChoice ? element.types.map((t) => choiceKey(element.name, t.code)) : [element.name];
  return keys.flatMap((key): Place[] => {
    const own = owner[key];
    if (Array.isArray(own)) return own.map((_, index) => ({ owner, ownerType, key, index }));
    return own === undefined ? [] : [{ owner, ownerType, key, index: null }];
  });
}

/** Every object of a resource with its place. */
function placesOf(resource: JsonObject): Map<object, Place> {
  const result = new Map<object, Place>();
  const walk = (owner: JsonObject, ownerType: string, depth: number): void => {
    if (depth > 100) return;
    for (const element of typeDef(ownerType)?.elements ?? [])
      for (const { code } of element.types) {
        if (isPrimitiveType(code)) continue;
        const key = element.isChoice ? choiceKey(element.name, code) : element.name;
        const own = owner[key];
        const list: unknown[] = Array.isArray(own) ? own : [own];
        for (const [i, value] of list.entries()) {
          if (!isObject(value)) continue;
          result.set(value, { owner, ownerType, key, index: Array.isArray(own) ? i : null });
          walk(value, typeof value.resourceType === 'string' ? value.resourceType : code, depth + 1);
        }
      }
  };
  walk(resource, String(resource.resourceType), 0);
  return result;
}

/** The list that a path names, empty lists too. */
function listAt(resource: JsonObject, path: string): { list: unknown[]; side: unknown[] | undefined; type: string } {
  const tail = TAIL.exec(path.trim());
  const [parent, ...others] = tail ? evaluatePath(tail[1] ?? '', resource) : [];
  if (!tail || !parent || others.length > 0 || !isObject(parent.value)) throw exactlyOne();
  const { element } = elementOf(parent.type, tail[2] ?? '');
  if (element.max <= 1) throw new Fault('Phần tử này không lặp', 'The element does not repeat');
  const own = parent.value[element.name];
  const list: unknown[] = Array.isArray(own) ? own : [];
  parent.value[element.name] = list;
  const side = parent.value[`_${element.name}`];
  return { list, side: Array.isArray(side) ? side : undefined, type: element.types[0]?.code ?? '' };
}
