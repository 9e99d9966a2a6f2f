import type { Lock } from '../records.ts';
import { type AnyResource, parseReference } from '../resource.ts';
import { type Cell, cellsOf } from './cells.ts';
import type { ViewDefinition } from './definition.ts';
import { type Cells, evaluateCells, matches } from './evaluate.ts';
import { readAll, readPath } from './path.ts';

/** A record as a command leaves it: `before` is what it replaces, `after` is undefined when it was deleted. */
export interface Written {
  type: string;
  id: string;
  before?: AnyResource;
  after?: AnyResource;
}

interface Key {
  type: string;
  id: string;
}

/** Reads of the transaction: what it has itself written is already seen. Deleted records are left out. */
export interface SourceReader {
  records(keys: readonly Key[], lock: Lock): Promise<Map<string, AnyResource>>;
  referring(wanted: readonly { param: string; value: string }[]): Promise<Map<string, AnyResource[]>>;
  /** The record as this transaction last saw it: a guess, unless it was written or is held. */
  seen(type: string, id: string): AnyResource | undefined;
}

/** What happens to one row: all of its cells are put, some are set, or it goes. */
export type RowChange = { view: ViewDefinition; key: string } & (
  | { op: 'put' | 'set'; cells: Cells }
  | { op: 'remove' }
);

const slot = (type: string, id: string): string => `${type}/${id}`;
const wantSlot = (param: string, value: string): string => `${param}=${value}`;

/** Why a row may differ: the writes of its base, of what it joins, and of its children (by alias). */
interface Reason {
  base?: Written;
  joins: Map<string, Written[]>;
  children: Map<string, Written[]>;
}

/** A row to work on, and what of it. */
interface Task {
  view: ViewDefinition;
  id: string;
  op: 'put' | 'set';
  /** Undefined: the base was not written, and whether the row exists is known when it has been read. */
  base?: AnyResource;
  cells: readonly Cell[];
  joins: readonly string[];
  children: readonly string[];
}

export type Dirty = Map<ViewDefinition, Map<string, Reason>>;

/** Whether one of the paths reads otherwise after the write than before it. */
function differs({ before, after }: Written, paths: Iterable<string>): boolean {
  if (before === undefined || after === undefined) return true;
  for (const path of paths) if (readPath(before, path) !== readPath(after, path)) return true;
  return false;
}

/** Which views a record of each type can change: built once for a set of definitions. */
export class ViewSet {
  readonly views: readonly ViewDefinition[];
  private readonly touching = new Map<string, Set<ViewDefinition>>();
  constructor(views: readonly ViewDefinition[]) {
    this.views = views;
    for (const view of views) {
      const types = [
        view.base,
        ...[...Object.values(view.joins ?? {}), ...Object.values(view.children ?? {})].map((s) => s.type),
      ];
      for (const type of types) {
        const set = this.touching.get(type) ?? new Set();
        set.add(view);
        this.touching.set(type, set);
      }
    }
  }

  /** The rows of each view that these writes may change, and why. */
  async dirty(written: readonly Written[], reader: SourceReader): Promise<Dirty> {
    const dirty: Dirty = new Map();
    const back: { view: ViewDefinition; alias: string; record: Written; param: string }[] = [];
    const reason = (view: ViewDefinition, key: string): Reason => {
      const keys = dirty.get(view) ?? new Map<string, Reason>();
      dirty.set(view, keys);
      const known = keys.get(key) ?? { joins: new Map(), children: new Map() };
      keys.set(key, known);
      return known;
    };
    for (const record of written)
      for (const view of this.touching.get(record.type) ?? []) {
        if (view.base === record.type) reason(view, record.id).base = record;
        for (const [alias, children] of Object.entries(view.children ?? {}))
          if (children.type === record.type)
            for (const parent of parentsOf(view, alias, record)) push(reason(view, parent).children, alias, record);
        // The way back from a joined record: a reference may have been written before its target.
        for (const [alias, join] of Object.entries(view.joins ?? {}))
          if (join.type === record.type && differs(record, joinPaths(view, alias)))
            back.push({ view, alias, record, param: join.param });
      }
    if (back.length === 0) return dirty;
    // A joined record is held before its rows are looked for, and a row holds what it joins while it is computed: so a
    // row written at the same moment is either found here, or has waited and seen the new version.
    const held = back.map((b) => b.record).filter((record) => record.before !== undefined);
    const [, found] = await Promise.all([
      reader.records(held, 'update'),
      reader.referring(back.map(({ param, record }) => ({ param, value: record.id }))),
    ]);
    for (const { view, alias, record, param } of back)
      for (const base of found.get(wantSlot(param, record.id)) ?? [])
        if (base.resourceType === view.base && base.id) push(reason(view, base.id).joins, alias, record);
    return dirty;
  }

  /**
   * Computes what changes in the dirty rows. Base records are locked first, so that two commands cannot both miss the
   * other's child. `whole`: every cell of every dirty row, for tables that may miss a row.
   */
  async compute(dirty: Dirty, reader: SourceReader, whole = false): Promise<RowChange[]> {
    const changes: RowChange[] = [];
    const tasks: Task[] = [];
    for (const [view, rows] of dirty)
      for (const [id, why] of rows) {
        const task = whole ? wholeTask(view, id, why) : taskOf(view, id, why);
        if (task === 'remove') changes.push({ view, key: id, op: 'remove' });
        else if (task) tasks.push(task);
      }
    if (tasks.length === 0) return changes;
    const bases: Key[] = [];
    const wanted: { param: string; value: string }[] = [];
    const guessed: Key[] = [];
    for (const { view, id, base, joins, children } of tasks) {
      // A base that is only written, and whose children do not matter, is guarded by its version.
      if (base === undefined || children.length > 0) bases.push({ type: view.base, id });
      const known = base ?? reader.seen(view.base, id);
      if (known) guessed.push(...targets(view, joins, known));
      for (const alias of children) wanted.push({ param: view.children?.[alias]?.param ?? '', value: id });
    }
    // Asked together and answered in this order: what stands behind a lock is read after it was got.
    const [held, others, children] = await Promise.all([
      reader.records(bases, 'update'),
      reader.records(guessed, 'share'),
      reader.referring(wanted),
    ]);
    const baseOf = ({ view, id, base }: Task): AnyResource | undefined => base ?? held.get(slot(view.base, id));
    const late = tasks
      .flatMap((task) => targets(task.view, task.joins, baseOf(task)))
      .filter((target) => !guessed.some((g) => g.type === target.type && g.id === target.id));
    if (late.length > 0) for (const [key, record] of await reader.records(late, 'share')) others.set(key, record);
    for (const task of tasks) {
      const { view, id, op, cells } = task;
      const base = baseOf(task);
      if (base === undefined || !matches(view.where, base)) {
        if (op === 'put') changes.push({ view, key: id, op: 'remove' });
        continue;
      }
      changes.push({ view, key: id, op, cells: evaluateCells(cells, sourcesOf(task, base, others, children)) });
    }
    return changes;
  }
}

function push(map: Map<string, Written[]>, alias: string, record: Written): void {
  const list = map.get(alias) ?? [];
  map.set(alias, list);
  list.push(record);
}

function parentsOf(view: ViewDefinition, alias: string, { before, after }: Written): Set<string> {
  const path = view.children?.[alias]?.path ?? '';
  const parents = new Set<string>();
  for (const version of [before, after])
    for (const reference of version ? readAll(version, path) : []) {
      const parent = parseReference(reference);
      if (parent?.type === view.base) parents.add(parent.id);
    }
  return parents;
}

function joinPaths(view: ViewDefinition, alias: string): string[] {
  return cellsOf(view).flatMap((cell) => [...(cell.uses.joins.get(alias) ?? [])]);
}

/** Records that the row's joins point at. */
function targets(view: ViewDefinition, aliases: readonly string[], base: AnyResource | undefined): Key[] {
  if (base === undefined) return [];
  return aliases.flatMap((alias) => {
    const target = parseReference(readPath(base, view.joins?.[alias]?.path ?? '') ?? undefined);
    return target ? [target] : [];
  });
}

function task(view: ViewDefinition, id: string, op: 'put' | 'set', cells: readonly Cell[], base?: AnyResource): Task {
  const joins = new Set(cells.flatMap((cell) => [...cell.uses.joins.keys()]));
  const children = new Set(cells.flatMap((cell) => [...cell.uses.children.keys()]));
  return { view, id, op, base, cells, joins: [...joins], children: [...children] };
}

function wholeTask(view: ViewDefinition, id: string, why: Reason): Task | 'remove' {
  if (why.base && (why.base.after === undefined || !matches(view.where, why.base.after))) return 'remove';
  return task(view, id, 'put', cellsOf(view), why.base?.after);
}

/** What there is to do about a row; undefined when nothing of it can have changed. */
function taskOf(view: ViewDefinition, id: string, why: Reason): Task | 'remove' | undefined {
  const { base } = why;
  if (base) {
    const was = base.before !== undefined && matches(view.where, base.before);
    const stays = base.after !== undefined && matches(view.where, base.after);
    if (!stays) return was ? 'remove' : undefined;
    if (!was) return task(view, id, 'put', cellsOf(view), base.after);
  }
  const cells = cellsOf(view).filter((cell) => affected(view, cell, why));
  return cells.length > 0 ? task(view, id, 'set', cells, base?.after) : undefined;
}

function affected(view: ViewDefinition, { uses }: Cell, { base, joins, children }: Reason): boolean {
  if (base && differs(base, uses.base)) return true;
  for (const [alias, paths] of uses.joins) {
    if (base && differs(base, [view.joins?.[alias]?.path ?? ''])) return true;
    if (joins.get(alias)?.some((record) => differs(record, paths))) return true;
  }
  for (const [alias, paths] of uses.children)
    if (
      children
        .get(alias)
        ?.some((record) => counts(uses, alias, record) && (moved(view, alias, record) || differs(record, paths)))
    )
      return true;
  return false;
}

/** Whether the cell looks at a child at all, as it was or as it is: most results say nothing about vital signs. */
function counts(uses: Cell['uses'], alias: string, { before, after }: Written): boolean {
  const conditions = uses.counting.get(alias);
  if (conditions === undefined) return true;
  return [before, after].some(
    (version) => version !== undefined && conditions.some((condition) => matches(condition, version)),
  );
}

/** Whether a child has other parents than before. */
function moved(view: ViewDefinition, alias: string, { before, after }: Written): boolean {
  const path = view.children?.[alias]?.path ?? '';
  return before === undefined || after === undefined || readAll(before, path).join() !== readAll(after, path).join();
}

function sourcesOf(
  { view, id, joins, children }: Task,
  base: AnyResource,
  others: Map<string, AnyResource>,
  found: Map<string, AnyResource[]>,
): Parameters<typeof evaluateCells>[1] {
  const joined: Record<string, unknown> = {};
  for (const alias of joins) {
    const join = view.joins?.[alias];
    const target = parseReference(readPath(base, join?.path ?? '') ?? undefined);
    if (target && target.type === join?.type) joined[alias] = others.get(slot(target.type, target.id));
  }
  const sets: Record<string, readonly unknown[]> = {};
  // The index finds candidates by hash; the path in the record decides.
  for (const alias of children) {
    const set = view.children?.[alias];
    sets[alias] = (found.get(wantSlot(set?.param ?? '', id)) ?? []).filter(
      (child) => child.resourceType === set?.type && readAll(child, set.path).includes(`${view.base}/${id}`),
    );
  }
  return { base, joins: joined, children: sets };
}
