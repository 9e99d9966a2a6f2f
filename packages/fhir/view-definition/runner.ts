/** The in-memory runner of ViewDefinitions: pure, one resource at a time. */
import { EvaluationError } from '../fhirpath/env.ts';
import { compileWith, type EvaluateOptions } from '../fhirpath/evaluate.ts';
import { EMPTY, type Item, type Items, int, resourceItem, system, WrittenNumber } from '../fhirpath/values.ts';
import type { JsonObject } from '../json.ts';
import type { FhirView, Path, ViewColumn, ViewSelect } from './definition.ts';
import { needsWrittenNumbers } from './expressions.ts';
import { VIEW_FUNCTIONS } from './functions.ts';
import { type Cell, cellOf } from './values.ts';

export interface ViewRunner {
  readonly columns: readonly ViewColumn[];
  /** Rows of one resource, cells in the order of `columns`; none for another type. @throws ViewDataError */
  rows(resource: JsonObject): Cell[][];
  /** Parses stored text for `rows`; keeps the digits of decimals as written where the view's result depends on them. */
  parse(text: string): JsonObject;
}

/** A resource that the view cannot be computed for: several values where the column takes one, and the like. */
export class ViewDataError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ViewDataError';
  }
}

/** One resource's rows at most; `select` products can multiply. */
const MAX_ROWS = 100_000;
const MAX_REPEAT_DEPTH = 200;

interface Run {
  readonly options: EvaluateOptions & { variables: Map<string, Items> };
  budget: number;
}
type Eval = (focus: Items, index: number, run: Run) => Items;
type Rows = (focus: Items, index: number, run: Run) => Cell[][];

/**
 * Compiles a definition that `readViewDefinition` has passed.
 * @param now the instant of `now()` and `today()`, ISO 8601
 * @throws FhirPathError for a function that does not exist
 */
export function compileView(view: FhirView, now?: string): ViewRunner {
  const conditions = view.where.map((path) => ({ path, evaluate: compilePath(path) }));
  const whole = compileSelect({
    iteration: { kind: 'none' },
    columns: [],
    selects: view.selects,
    unionAll: [],
    output: view.columns,
  });
  const constants = [...view.constants].map(([name, item]) => [name, [item]] as const);
  const exact = [...view.where, ...pathsOf(view.selects)].some((path) => needsWrittenNumbers(path.expr));
  return {
    columns: view.columns,
    parse: (text) => (exact ? JSON.parse(text, keepWritten as never) : JSON.parse(text)) as JsonObject,
    rows: (resource) => {
      if (resource.resourceType !== view.resource) return [];
      const root = resourceItem(resource);
      const variables = new Map<string, Items>(constants);
      const run: Run = {
        options: { resource: root, variables, ...(now === undefined ? {} : { now }) },
        budget: MAX_ROWS,
      };
      try {
        if (!conditions.every(({ path, evaluate }) => holds(evaluate([root], 0, run), path))) return [];
        return whole([root], 0, run);
      } catch (error) {
        if (!(error instanceof Error) || error instanceof TypeError) throw error;
        throw new ViewDataError(`${view.resource}/${String(resource.id)}: ${error.message}`);
      }
    },
  };
}

function keepWritten(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === 'number' && context.source !== undefined && /[.eE]/.test(context.source)
    ? new WrittenNumber(context.source)
    : value;
}

function pathsOf(selects: readonly ViewSelect[]): Path[] {
  return selects.flatMap((s) => [
    ...s.columns.map((c) => c.path),
    ...(s.iteration.kind === 'none' ? [] : s.iteration.kind === 'repeat' ? s.iteration.paths : [s.iteration.path]),
    ...pathsOf([...s.selects, ...s.unionAll]),
  ]);
}

/** `%rowIndex` differs from row to row, so it is set before each evaluation. */
function compilePath(path: Path): Eval {
  const evaluate = compileWith(path.expr, path.text, VIEW_FUNCTIONS);
  return (focus, index, run) => {
    run.options.variables.set('rowIndex', int(index));
    return evaluate(focus, run.options);
  };
}

function holds(items: Items, path: Path): boolean {
  const [item] = items;
  if (!item) return false;
  const value = system(item);
  if (items.length > 1 || value?.type !== 'System.Boolean')
    throw new EvaluationError(`the condition ${path.text} is not a boolean`);
  return value.value === true;
}

function compileColumn(column: ViewColumn): (focus: Items, index: number, run: Run) => Cell {
  const evaluate = compilePath(column.path);
  if (column.collection)
    return (focus, index, run) => evaluate(focus, index, run).map((item) => cellOf(item, column.type));
  return (focus, index, run) => {
    const items = evaluate(focus, index, run);
    if (items.length > 1) throw new EvaluationError(`the column ${column.name} has ${items.length} values`);
    return items[0] ? cellOf(items[0], column.type) : null;
  };
}

function compileSelect(select: ViewSelect): Rows {
  const columns = select.columns.map(compileColumn);
  const selects = select.selects.map(compileSelect);
  const union = select.unionAll.map(compileSelect);
  const one: Rows = (focus, index, run) => {
    const parts: Cell[][][] = [];
    for (const inner of selects) parts.push(inner(focus, index, run));
    if (union.length > 0) parts.push(union.flatMap((branch) => branch(focus, index, run)));
    // A column of a row that will not be is not computed, so that it cannot fail.
    if (parts.some((part) => part.length === 0)) return [];
    if (columns.length > 0) parts.unshift([columns.map((column) => column(focus, index, run))]);
    return product(parts, run);
  };
  const { iteration } = select;
  switch (iteration.kind) {
    case 'none':
      return one;
    case 'repeat': {
      const paths = iteration.paths.map(compilePath);
      return (focus, index, run) => repeated(paths, focus, index, run).flatMap((item, i) => one([item], i, run));
    }
    default: {
      const path = compilePath(iteration.path);
      const orNull = iteration.kind === 'forEachOrNull';
      return (focus, index, run) => {
        const items = path(focus, index, run);
        if (items.length === 0 && orNull) return one(EMPTY, 0, run);
        return items.flatMap((item, i) => one([item], i, run));
      };
    }
  }
}

/** Items below, each before its own, as deep as the paths lead. */
function repeated(paths: readonly Eval[], focus: Items, index: number, run: Run): Item[] {
  const out: Item[] = [];
  const visit = (from: Items, depth: number): void => {
    if (depth > MAX_REPEAT_DEPTH) throw new EvaluationError('repeat goes too deep');
    for (const path of paths)
      for (const item of path(from, index, run)) {
        out.push(item);
        spend(run, 1);
        visit([item], depth + 1);
      }
  };
  visit(focus, 0);
  return out;
}

function spend(run: Run, rows: number): void {
  run.budget -= rows;
  if (run.budget < 0) throw new EvaluationError(`more than ${MAX_ROWS} rows of one resource`);
}

/** Every combination of one row of each part, the last part turning fastest. */
function product(parts: readonly Cell[][][], run: Run): Cell[][] {
  let rows: Cell[][] = [[]];
  for (const part of parts) {
    spend(run, rows.length * part.length);
    rows =
      rows.length === 1 && rows[0]?.length === 0
        ? part
        : rows.flatMap((left) => part.map((right) => [...left, ...right]));
  }
  return rows;
}
