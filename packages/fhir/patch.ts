/** JSON Patch (RFC 6902) on resources. */
import { deepEqual, err, type Issue, ok, type Result } from '@mach/base';
import { isObject } from './json.ts';
import { putWritten, writtenCopy, writtenText } from './written-numbers.ts';

export type PatchOperation =
  | {
      readonly op: 'add' | 'replace' | 'test';
      readonly path: string;
      readonly value: unknown;
      /** How a number was written, where that says more than the number. */
      readonly text?: string;
    }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string };

const MAX_OPERATIONS = 1000;
/** JSON values that `copy` may add in all: without a limit, thirty copies of the root into itself make a billion. */
const MAX_COPIED = 200_000;
const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

function fault(code: string, index: number, vi: string, en: string): Issue {
  return { severity: 'error', code, field: `patch[${index}]`, text: { vi, en } };
}

/** Checks a parsed JSON body for being a JSON Patch; every fault of every operation is reported. */
export function parsePatch(body: unknown): Result<PatchOperation[], Issue[]> {
  if (!Array.isArray(body)) {
    return err([
      {
        severity: 'error',
        code: 'structure',
        text: { vi: 'JSON Patch phải là mảng các thao tác', en: 'A JSON Patch must be an array of operations' },
      },
    ]);
  }
  if (body.length > MAX_OPERATIONS) {
    return err([
      fault('too-costly', MAX_OPERATIONS, `Quá ${MAX_OPERATIONS} thao tác`, `More than ${MAX_OPERATIONS} operations`),
    ]);
  }
  const issues: Issue[] = [];
  const operations: PatchOperation[] = [];
  body.forEach((raw: unknown, i) => {
    const parsed = parseOperation(raw, i);
    if ('severity' in parsed) issues.push(parsed);
    else operations.push(parsed);
  });
  return issues.length > 0 ? err(issues) : ok(operations);
}

function parseOperation(raw: unknown, i: number): PatchOperation | Issue {
  if (!isObject(raw))
    return fault('structure', i, 'Thao tác phải là đối tượng JSON', 'An operation must be a JSON object');
  const { op, path, from } = raw;
  if (typeof op !== 'string' || !OPERATIONS.has(op))
    return fault(
      'value',
      i,
      'op phải là add, remove, replace, move, copy hoặc test',
      'op must be add, remove, replace, move, copy or test',
    );
  if (typeof path !== 'string' || !pointer(path))
    return fault('value', i, 'path phải là JSON Pointer', 'path must be a JSON Pointer');
  if (op === 'move' || op === 'copy') {
    if (typeof from !== 'string' || !pointer(from))
      return fault('value', i, 'from phải là JSON Pointer', 'from must be a JSON Pointer');
    return { op, path, from };
  }
  if (op === 'remove') return { op, path };
  if (!Object.hasOwn(raw, 'value')) return fault('required', i, 'Thiếu value', 'value is missing');
  const text = writtenText(raw, 'value');
  return { op: op as 'add' | 'replace' | 'test', path, value: raw.value, ...(text === undefined ? {} : { text }) };
}

/** The segments of a JSON Pointer (RFC 6901); undefined where it is none. */
function pointer(path: string): string[] | undefined {
  if (path === '') return [];
  if (!path.startsWith('/') || /~(?![01])/.test(path)) return undefined;
  const segments = path
    .slice(1)
    .split('/')
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));
  // Setting this key would change the object's prototype instead of its content.
  return segments.includes('__proto__') ? undefined : segments;
}

class PatchFault extends Error {
  readonly code: string;
  readonly vi: string;
  constructor(code: string, vi: string, en: string) {
    super(en);
    this.code = code;
    this.vi = vi;
  }
}

/**
 * Applies the operations in order and returns the new document; the given one stays as it is, and parts that do not
 * change are shared. All or nothing: the first operation that cannot be applied is the fault (code `not-found` for a
 * path that leads nowhere, `conflict` for a failed test).
 */
export function applyPatch(document: unknown, operations: readonly PatchOperation[]): Result<unknown, Issue[]> {
  let result = document;
  const budget = { copied: 0 };
  for (const [i, operation] of operations.entries()) {
    try {
      result = applyOne(result, operation, budget);
    } catch (e) {
      if (!(e instanceof PatchFault)) throw e;
      const at = operation.path.slice(0, 100);
      return err([fault(e.code, i, `${e.vi} (${operation.op} ${at})`, `${e.message} (${operation.op} ${at})`)]);
    }
  }
  return ok(result);
}

function applyOne(document: unknown, o: PatchOperation, budget: { copied: number }): unknown {
  const path = segmentsOf(o.path);
  switch (o.op) {
    case 'add':
      return add(document, path, o.value, o.text);
    case 'remove':
      return remove(document, path);
    case 'replace':
      return replace(document, path, o.value, o.text);
    case 'test':
      if (!deepEqual(read(document, path), o.value))
        throw new PatchFault(
          'conflict',
          'Giá trị hiện tại khác giá trị kiểm tra',
          'The value differs from the tested one',
        );
      return document;
    case 'move': {
      const from = segmentsOf(o.from);
      if (o.from === o.path) {
        read(document, from);
        return document;
      }
      if (o.path.startsWith(`${o.from}/`))
        throw new PatchFault(
          'value',
          'Không chuyển được vào bên trong chính nó',
          'A value cannot be moved into itself',
        );
      return add(remove(document, from), path, read(document, from), textAt(document, from));
    }
    case 'copy': {
      const from = segmentsOf(o.from);
      const value = read(document, from);
      budget.copied += countNodes(value, MAX_COPIED - budget.copied);
      if (budget.copied >= MAX_COPIED) throw new PatchFault('too-costly', 'Sao chép quá nhiều', 'Too much is copied');
      return add(document, path, value, textAt(document, from));
    }
  }
}

function segmentsOf(path: string): string[] {
  const segments = pointer(path);
  if (!segments) throw new PatchFault('value', 'Không phải JSON Pointer', 'Not a JSON Pointer');
  return segments;
}

function countNodes(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const child of Object.values(value)) {
    if (count >= limit) return count;
    count += countNodes(child, limit - count);
  }
  return count;
}

function notFound(): PatchFault {
  return new PatchFault('not-found', 'Đường dẫn không tồn tại', 'The path does not exist');
}

/** An index of the array; `end` is the highest that is allowed. */
function indexOf(segment: string, end: number): number {
  if (!/^(0|[1-9]\d{0,8})$/.test(segment))
    throw new PatchFault('value', 'Chỉ số mảng không hợp lệ', 'Not an array index');
  const i = Number(segment);
  if (i > end) throw notFound();
  return i;
}

function child(node: unknown, segment: string): unknown {
  if (Array.isArray(node)) return node[indexOf(segment, node.length - 1)];
  if (isObject(node) && Object.hasOwn(node, segment)) return node[segment];
  throw notFound();
}

function read(node: unknown, path: readonly string[]): unknown {
  let at = node;
  for (const segment of path) at = child(at, segment);
  return at;
}

/** How the number at a place that is there is written. */
function textAt(node: unknown, path: readonly string[]): string | undefined {
  const holder = read(node, path.slice(0, -1));
  const key = path.at(-1);
  return key !== undefined && typeof holder === 'object' && holder !== null ? writtenText(holder, key) : undefined;
}

/** Copies the nodes along the path and changes the last container. */
function change(
  node: unknown,
  path: readonly string[],
  depth: number,
  inArray: (list: unknown[], segment: string) => void,
  inObject: (object: Record<string, unknown>, key: string) => void,
): unknown {
  const segment = path[depth] ?? '';
  const isLast = depth === path.length - 1;
  if (Array.isArray(node)) {
    const copy = writtenCopy(node);
    if (isLast) inArray(copy, segment);
    else {
      const i = indexOf(segment, node.length - 1);
      copy[i] = change(node[i], path, depth + 1, inArray, inObject);
    }
    return copy;
  }
  if (!isObject(node)) throw notFound();
  const copy = writtenCopy(node);
  if (isLast) inObject(copy, segment);
  else copy[segment] = change(child(node, segment), path, depth + 1, inArray, inObject);
  return copy;
}

function add(document: unknown, path: readonly string[], value: unknown, text: string | undefined): unknown {
  if (path.length === 0) return value;
  return change(
    document,
    path,
    0,
    (list, segment) => list.splice(segment === '-' ? list.length : indexOf(segment, list.length), 0, value),
    (object, key) => putWritten(object, key, value, text),
  );
}

function remove(document: unknown, path: readonly string[]): unknown {
  if (path.length === 0)
    throw new PatchFault('value', 'Không xoá được toàn bộ tài liệu', 'The whole document cannot be removed');
  return change(
    document,
    path,
    0,
    (list, segment) => list.splice(indexOf(segment, list.length - 1), 1),
    (object, key) => {
      if (!Object.hasOwn(object, key)) throw notFound();
      delete object[key];
    },
  );
}

function replace(document: unknown, path: readonly string[], value: unknown, text: string | undefined): unknown {
  if (path.length === 0) return value;
  return change(
    document,
    path,
    0,
    (list, segment) => {
      putWritten(list, indexOf(segment, list.length - 1), value, text);
    },
    (object, key) => {
      if (!Object.hasOwn(object, key)) throw notFound();
      putWritten(object, key, value, text);
    },
  );
}
