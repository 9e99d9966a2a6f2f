/** Slices of a profile: each item of a list is given to the slice whose discriminators it meets, then counted. */
import type { Context } from '../validation/context.ts';
import type { Compiler, ItemCheck } from './checks.ts';
import { compileMatch, type Match } from './discriminators.ts';
import { rangeText } from './model.ts';
import { type ElementNode, typesOf } from './tree.ts';

export interface SliceEntry {
  readonly value: unknown;
  readonly type: string;
  readonly sibling: unknown;
  /** Place in the list; -1 where the element does not repeat. */
  readonly index: number;
}

interface Slice {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly match: Match;
  readonly item: ItemCheck;
  readonly inner: ((entries: readonly SliceEntry[], ctx: Context) => void) | undefined;
}

/** The check of a node's slices over all items; undefined where it has none that can be told apart. */
export function compileSlices(
  node: ElementNode,
  compiler: Compiler,
): ((entries: readonly SliceEntry[], ctx: Context) => void) | undefined {
  const slices: Slice[] = [];
  let isComplete = true;
  for (const slice of node.slices.values()) {
    const match = compileMatch(node, slice, compiler);
    if (!match) {
      isComplete = false;
      compiler.env.gap({
        vi: `${slice.id}: không có dấu hiệu nào để nhận ra nhóm này, nên không kiểm`,
        en: `${slice.id}: nothing tells this slice from the others, so it is not checked`,
      });
      continue;
    }
    slices.push({
      name: slice.slice ?? '',
      min: slice.min,
      max: slice.max,
      match,
      item: compiler.item(slice),
      inner: compileSlices(slice, compiler),
    });
  }
  if (node.base?.isChoice && isComplete) slices.push(...remainingTypes(node, slices));
  if (slices.length === 0) return undefined;
  const { rules = 'open', ordered = false } = node.slicing ?? {};
  const isClosed = rules === 'closed' && isComplete;
  return (entries, ctx) => {
    const counts = new Array<number>(slices.length).fill(0);
    let last = -1;
    let seenOther = false;
    for (const entry of entries) {
      if (entry.index >= 0) ctx.path[ctx.depth++] = entry.index;
      const at = slices.findIndex((s) => s.match(entry.value, entry.type, entry.sibling, ctx));
      const slice = slices[at];
      if (slice) {
        counts[at] = (counts[at] ?? 0) + 1;
        if (ordered && at < last) outOfOrder(slice.name, ctx);
        else if (rules === 'openAtEnd' && seenOther) notAtEnd(slice.name, ctx);
        last = Math.max(last, at);
        slice.item(entry.value, entry.type, entry.sibling, ctx);
      } else {
        seenOther = true;
        if (isClosed) closed(slices, ctx);
      }
      if (entry.index >= 0) ctx.depth--;
    }
    for (let i = 0; i < slices.length; i++) count(slices[i] as Slice, counts[i] ?? 0, ctx);
    for (const slice of slices)
      if (slice.inner)
        slice.inner(
          entries.filter((e) => slice.match(e.value, e.type, e.sibling, ctx)),
          ctx,
        );
  };
}

/** A closed slicing of a choice by types closes only what it names: the types that are left are allowed by R4. */
function remainingTypes(node: ElementNode, slices: readonly Slice[]): Slice[] {
  if (node.slicing?.rules !== 'closed' || slices.length > 0) return [];
  const types = new Set(typesOf(node));
  return [
    {
      name: node.name,
      min: 0,
      max: 1,
      match: (_value, type) => types.has(type),
      item: () => undefined,
      inner: undefined,
    },
  ];
}

function count(slice: Slice, found: number, ctx: Context): void {
  if (found >= slice.min && found <= slice.max) return;
  const range = rangeText(slice.min, slice.max);
  ctx.error(
    found === 0 ? 'required' : 'structure',
    `Nhóm ${slice.name} có ${found} phần tử, hồ sơ quy định ${range}`,
    `The slice ${slice.name} has ${found} items, the profile allows ${range}`,
  );
}

function closed(slices: readonly Slice[], ctx: Context): void {
  const names = slices.map((s) => s.name).join(', ');
  ctx.error(
    'structure',
    `Không thuộc nhóm nào mà hồ sơ cho phép (${names})`,
    `Belongs to none of the slices that the profile allows (${names})`,
  );
}

function outOfOrder(name: string, ctx: Context): void {
  ctx.error('structure', `Nhóm ${name} đứng sai thứ tự`, `The slice ${name} stands out of order`);
}

function notAtEnd(name: string, ctx: Context): void {
  ctx.error(
    'structure',
    `Nhóm ${name} phải đứng trước các phần tử ngoài nhóm`,
    `The slice ${name} must stand before the items of no slice`,
  );
}
