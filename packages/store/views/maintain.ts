import type { Lock } from '../records.ts';
import { type AnyResource, parseReference } from '../resource.ts';
import type { ViewDefinition } from './definition.ts';
import { evaluateRow, type ViewRow } from './evaluate.ts';
import { readAll, readPath } from './path.ts';

/** A record as a command leaves it: `before` is what it replaces, `after` is undefined when it was deleted. */
export interface Written {
  type: string;
  id: string;
  before?: AnyResource;
  after?: AnyResource;
}

/** Reads of the transaction: what it has itself written is already seen. Deleted records are left out. */
export interface SourceReader {
  records(keys: readonly { type: string; id: string }[], lock: Lock): Promise<Map<string, AnyResource>>;
  referring(wanted: readonly { param: string; value: string }[]): Promise<Map<string, AnyResource[]>>;
}

export interface RowChange {
  view: ViewDefinition;
  key: string;
  /** Undefined: the view no longer holds this key. */
  row: ViewRow | undefined;
}

const slot = (type: string, id: string): string => `${type}/${id}`;
const wantSlot = (param: string, value: string): string => `${param}=${value}`;

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

  /** The keys of each view that these writes may have changed. */
  async dirty(written: readonly Written[], reader: SourceReader): Promise<Map<ViewDefinition, Set<string>>> {
    const dirty = new Map<ViewDefinition, Set<string>>();
    const back: { view: ViewDefinition; type: string; param: string; value: string }[] = [];
    const mark = (view: ViewDefinition, key: string): void => {
      const keys = dirty.get(view) ?? new Set();
      dirty.set(view, keys.add(key));
    };
    for (const record of written) {
      for (const view of this.touching.get(record.type) ?? []) {
        if (view.base === record.type) mark(view, record.id);
        for (const children of Object.values(view.children ?? {})) {
          if (children.type !== record.type) continue;
          for (const version of [record.before, record.after])
            for (const reference of version ? readAll(version, children.path) : []) {
              const parent = parseReference(reference);
              if (parent?.type === view.base) mark(view, parent.id);
            }
        }
        // The way back from a joined record: a reference may have been written before its target.
        for (const join of Object.values(view.joins ?? {}))
          if (join.type === record.type) back.push({ view, type: record.type, param: join.param, value: record.id });
      }
    }
    // A joined record is held before its rows are looked for, and a row holds what it joins while it is computed: so a
    // row written at the same moment is either found here, or has waited and seen the new version.
    const held = written.filter(
      (w) => w.before !== undefined && back.some((b) => b.type === w.type && b.value === w.id),
    );
    await reader.records(held, 'update');
    const found = back.length > 0 ? await reader.referring(back) : new Map<string, AnyResource[]>();
    for (const { view, param, value } of back)
      for (const base of found.get(wantSlot(param, value)) ?? [])
        if (base.resourceType === view.base && base.id) mark(view, base.id);
    return dirty;
  }

  /** Computes the rows of dirty keys. Base records are locked first, so that two commands cannot both miss the other. */
  async compute(dirty: Map<ViewDefinition, Set<string>>, reader: SourceReader): Promise<RowChange[]> {
    const baseKeys = new Map<string, { type: string; id: string }>();
    for (const [view, keys] of dirty) for (const id of keys) baseKeys.set(slot(view.base, id), { type: view.base, id });
    if (baseKeys.size === 0) return [];
    const bases = await reader.records([...baseKeys.values()], 'update');
    const joined = new Map<string, { type: string; id: string }>();
    const wanted = new Map<string, { param: string; value: string }>();
    for (const [view, keys] of dirty)
      for (const id of keys) {
        const base = bases.get(slot(view.base, id));
        if (base === undefined) continue;
        for (const join of Object.values(view.joins ?? {})) {
          const target = parseReference(readPath(base, join.path) ?? undefined);
          if (target) joined.set(slot(target.type, target.id), target);
        }
        for (const { param } of Object.values(view.children ?? {}))
          wanted.set(wantSlot(param, id), { param, value: id });
      }
    const [others, children] = await Promise.all([
      reader.records([...joined.values()], 'share'),
      reader.referring([...wanted.values()]),
    ]);
    const changes: RowChange[] = [];
    for (const [view, keys] of dirty)
      for (const id of keys) {
        const base = bases.get(slot(view.base, id));
        changes.push({ view, key: id, row: base && evaluateRow(view, sourcesOf(view, id, base, others, children)) });
      }
    return changes;
  }
}

function sourcesOf(
  view: ViewDefinition,
  id: string,
  base: AnyResource,
  others: Map<string, AnyResource>,
  children: Map<string, AnyResource[]>,
): Parameters<typeof evaluateRow>[1] {
  const joins: Record<string, unknown> = {};
  for (const [alias, join] of Object.entries(view.joins ?? {})) {
    const target = parseReference(readPath(base, join.path) ?? undefined);
    if (target?.type === join.type) joins[alias] = others.get(slot(target.type, target.id));
  }
  const sets: Record<string, readonly unknown[]> = {};
  // The index finds candidates by hash; the path in the record decides.
  for (const [alias, set] of Object.entries(view.children ?? {}))
    sets[alias] = (children.get(wantSlot(set.param, id)) ?? []).filter(
      (child) => child.resourceType === set.type && readAll(child, set.path).includes(`${view.base}/${id}`),
    );
  return { base, joins, children: sets };
}
