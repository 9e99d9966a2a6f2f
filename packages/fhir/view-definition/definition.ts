/**
 * SQL-on-FHIR v2 ViewDefinitions (https://sql-on-fhir.org): reading and checking the definition. A definition that
 * passes here can be run by both backends: the in-memory runner beside this file and the SQL compiler of the store.
 */
import type { Issue } from '@mach/base';
import { err, ok, type Result } from '@mach/base/result.ts';
import { isResourceType, typeDef } from '../definitions.ts';
import type { Expr } from '../fhirpath/ast.ts';
import { compileWith } from '../fhirpath/evaluate.ts';
import { parseFhirPath } from '../fhirpath/parser.ts';
import type { Item } from '../fhirpath/values.ts';
import { isObject, type JsonObject } from '../json.ts';
import { descends, variablesOf } from './expressions.ts';
import { VIEW_FUNCTIONS } from './functions.ts';
import { constantItem } from './values.ts';

/** A FHIRPath expression as written and as read. */
export interface Path {
  readonly text: string;
  readonly expr: Expr;
}

export interface ViewColumn {
  readonly name: string;
  readonly path: Path;
  /** FHIR type that the definition declares, `integer`; undefined where it declares none. */
  readonly type: string | undefined;
  readonly collection: boolean;
}

/** How a select goes through the items of its context. */
export type Iteration =
  | { readonly kind: 'none' }
  | { readonly kind: 'forEach' | 'forEachOrNull'; readonly path: Path }
  | { readonly kind: 'repeat'; readonly paths: readonly Path[] };

export interface ViewSelect {
  readonly iteration: Iteration;
  readonly columns: readonly ViewColumn[];
  readonly selects: readonly ViewSelect[];
  readonly unionAll: readonly ViewSelect[];
  /** Columns of this select and all below it, in the order of the output. */
  readonly output: readonly ViewColumn[];
}

export interface FhirView {
  /** Name of the definition; `view` where it has none. */
  readonly name: string;
  readonly resource: string;
  readonly constants: ReadonlyMap<string, Item>;
  readonly where: readonly Path[];
  readonly selects: readonly ViewSelect[];
  readonly columns: readonly ViewColumn[];
}

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const PREDEFINED = /^(context|resource|rootResource|ucum|sct|loinc|rowIndex|vs-.*|ext-.*)$/;
/** Nesting and size of a definition, so that no request can ask for a program of any length. */
const MAX_DEPTH = 20;
const MAX_COLUMNS = 500;
const COMMON = ['id', 'extension', 'modifierExtension'];
const SELECT_KEYS = new Set(['column', 'select', 'forEach', 'forEachOrNull', 'repeat', 'unionAll', ...COMMON]);
const COLUMN_KEYS = new Set(['name', 'path', 'description', 'collection', 'type', 'tag', ...COMMON]);

/** Reads a ViewDefinition; every fault with its place, not only the first. */
export function readViewDefinition(input: unknown): Result<FhirView, Issue[]> {
  const reader = new Reader();
  const view = reader.view(input);
  return view && reader.issues.length === 0 ? ok(view) : err(reader.issues);
}

class Reader {
  readonly issues: Issue[] = [];
  private readonly constants = new Map<string, Item>();
  private count = 0;

  fault(field: string, vi: string, en: string): undefined {
    this.issues.push({ severity: 'error', code: 'invalid-view', field, text: { vi, en } });
    return undefined;
  }

  view(input: unknown): FhirView | undefined {
    const at = 'ViewDefinition';
    if (!isObject(input)) return this.fault(at, 'ViewDefinition phải là đối tượng', 'A ViewDefinition is an object');
    const { resource, name } = input;
    if (input.resourceType !== undefined && input.resourceType !== at)
      this.fault(`${at}.resourceType`, 'Không phải ViewDefinition', 'This is no ViewDefinition');
    if (typeof resource !== 'string' || !isResourceType(resource))
      this.fault(`${at}.resource`, 'resource phải là một loại tài nguyên R4', 'resource must be an R4 resource type');
    if (name !== undefined && (typeof name !== 'string' || !NAME.test(name)))
      this.fault(`${at}.name`, 'Tên chỉ gồm chữ, số và gạch dưới', 'A name has letters, digits and underscores only');
    this.readConstants(input.constant, `${at}.constant`);
    const where = this.list(input.where, `${at}.where`).flatMap((w, i) => {
      const path = isObject(w) ? this.path(w.path, `${at}.where[${i}].path`) : undefined;
      if (!isObject(w)) this.fault(`${at}.where[${i}]`, 'where phải là đối tượng', 'where must be an object');
      return path ? [path] : [];
    });
    const selects = this.selects(input.select, `${at}.select`, 0);
    if (this.list(input.select, '').length === 0)
      this.fault(`${at}.select`, 'Phải có ít nhất một select', 'There must be at least one select');
    const columns = selects.flatMap((s) => s.output);
    const seen = new Set<string>();
    for (const column of columns) {
      if (seen.has(column.name))
        this.fault(`${at}.select`, `Cột ${column.name} có hai lần`, `The column ${column.name} is there twice`);
      seen.add(column.name);
    }
    if (typeof resource !== 'string') return undefined;
    return {
      name: typeof name === 'string' ? name : 'view',
      resource,
      constants: this.constants,
      where,
      selects,
      columns,
    };
  }

  private list(value: unknown, at: string): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.fault(at, 'Phải là danh sách', 'This must be a list');
    return [];
  }

  private readConstants(value: unknown, at: string): void {
    for (const [i, c] of this.list(value, at).entries()) {
      const place = `${at}[${i}]`;
      if (!isObject(c) || typeof c.name !== 'string' || !NAME.test(c.name)) {
        this.fault(place, 'Hằng phải có tên hợp lệ', 'A constant needs a valid name');
        continue;
      }
      const item = constantItem(c);
      if (!item) this.fault(place, `Hằng ${c.name} phải có đúng một giá trị`, `The constant ${c.name} needs one value`);
      else if (this.constants.has(c.name) || PREDEFINED.test(c.name))
        this.fault(place, `Tên hằng ${c.name} đã dùng`, `The constant name ${c.name} is taken`);
      else this.constants.set(c.name, item);
    }
  }

  private path(value: unknown, at: string): Path | undefined {
    if (typeof value !== 'string' || value.trim() === '')
      return this.fault(at, 'Phải là biểu thức FHIRPath', 'This must be a FHIRPath expression');
    try {
      const expr = parseFhirPath(value);
      for (const name of variablesOf(expr))
        if (!PREDEFINED.test(name) && !this.constants.has(name))
          this.fault(at, `Không có hằng %${name}`, `There is no constant %${name}`);
      // Refuses functions that do not exist.
      compileWith(expr, value, VIEW_FUNCTIONS);
      return { text: value, expr };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return this.fault(at, `Không đọc được biểu thức: ${why}`, `The expression cannot be read: ${why}`);
    }
  }

  private selects(value: unknown, at: string, depth: number): ViewSelect[] {
    if (depth > MAX_DEPTH) {
      this.fault(at, 'Lồng quá sâu', 'This is nested too deep');
      return [];
    }
    return this.list(value, at).flatMap((s, i) => this.select(s, `${at}[${i}]`, depth) ?? []);
  }

  private select(input: unknown, at: string, depth: number): ViewSelect | undefined {
    if (!isObject(input)) return this.fault(at, 'select phải là đối tượng', 'A select is an object');
    this.unknown(input, SELECT_KEYS, at);
    const columns = this.list(input.column, `${at}.column`).flatMap(
      (c, i) => this.column(c, `${at}.column[${i}]`) ?? [],
    );
    const selects = this.selects(input.select, `${at}.select`, depth + 1);
    const unionAll = this.selects(input.unionAll, `${at}.unionAll`, depth + 1);
    const iteration = this.iteration(input, at);
    const first = unionAll[0]?.output ?? [];
    for (const [i, branch] of unionAll.entries()) {
      const same =
        branch.output.length === first.length &&
        branch.output.every((c, n) => c.name === first[n]?.name && c.collection === first[n]?.collection);
      if (!same)
        this.fault(
          `${at}.unionAll[${i}]`,
          'Các nhánh của unionAll phải có cùng các cột theo cùng thứ tự',
          'The branches of unionAll must have the same columns in the same order',
        );
    }
    const output = [...columns, ...selects.flatMap((s) => s.output), ...first];
    if (output.length === 0) this.fault(at, 'select không có cột nào', 'The select has no columns');
    return { iteration, columns, selects, unionAll, output };
  }

  private iteration(input: JsonObject, at: string): Iteration {
    const given = (['forEach', 'forEachOrNull', 'repeat'] as const).filter((key) => input[key] !== undefined);
    const [kind] = given;
    if (given.length > 1)
      this.fault(at, `Chỉ dùng một trong ${given.join(', ')}`, `Only one of ${given.join(', ')} may be used`);
    if (kind === undefined) return { kind: 'none' };
    if (kind === 'repeat') {
      const paths = this.list(input.repeat, `${at}.repeat`).flatMap((p, i) => {
        const path = this.path(p, `${at}.repeat[${i}]`);
        if (path && !descends(path.expr))
          this.fault(
            `${at}.repeat[${i}]`,
            'repeat phải là đường dẫn đi xuống phần tử con',
            'repeat must be a path that goes down to children',
          );
        return path ? [path] : [];
      });
      if (paths.length === 0) this.fault(`${at}.repeat`, 'repeat rỗng', 'repeat is empty');
      return { kind, paths };
    }
    const path = this.path(input[kind], `${at}.${kind}`);
    return path ? { kind, path } : { kind: 'none' };
  }

  private column(input: unknown, at: string): ViewColumn | undefined {
    if (!isObject(input)) return this.fault(at, 'Cột phải là đối tượng', 'A column is an object');
    this.unknown(input, COLUMN_KEYS, at);
    if (++this.count > MAX_COLUMNS) return this.fault(at, 'Quá nhiều cột', 'There are too many columns');
    const { name, collection } = input;
    if (typeof name !== 'string' || !NAME.test(name) || name.length > 63)
      return this.fault(`${at}.name`, 'Tên cột không hợp lệ', 'The column name is not valid');
    if (collection !== undefined && typeof collection !== 'boolean')
      this.fault(`${at}.collection`, 'collection phải là true hoặc false', 'collection must be true or false');
    const type = this.columnType(input.type, `${at}.type`);
    const path = this.path(input.path, `${at}.path`);
    return path && { name, path, type, collection: collection === true };
  }

  private columnType(value: unknown, at: string): string | undefined {
    if (value === undefined) return undefined;
    const type = typeof value === 'string' ? value.replace(/^http:\/\/hl7\.org\/fhir\/StructureDefinition\//, '') : '';
    if (typeDef(type)) return type;
    return this.fault(at, `Không có kiểu ${String(value)}`, `There is no type ${String(value)}`);
  }

  private unknown(input: JsonObject, known: ReadonlySet<string>, at: string): void {
    for (const key of Object.keys(input))
      if (!known.has(key)) this.fault(`${at}.${key}`, `Không biết thuộc tính ${key}`, `Unknown property ${key}`);
  }
}
