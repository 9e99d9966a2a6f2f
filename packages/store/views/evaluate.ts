import { Decimal } from '@mach/base/decimal.ts';
import { parseReference } from '../resource.ts';
import type { Cell } from './cells.ts';
import type { Condition, Expression } from './definition.ts';
import { readPath } from './path.ts';

/** What one row is computed from: parsed records, deleted ones left out. */
export interface Sources {
  base: unknown;
  joins: Readonly<Record<string, unknown>>;
  children: Readonly<Record<string, readonly unknown[]>>;
}

/** A row's cells by column of the table, as text (numbers and instants canonical), null where there is no value. */
export type Cells = Record<string, string | null>;

export function matches(condition: Condition | undefined, node: unknown): boolean {
  if (condition === undefined) return true;
  switch (condition.op) {
    case 'is':
      return readPath(node, condition.path) === condition.value;
    case 'in': {
      const value = readPath(node, condition.path);
      return value !== null && condition.values.includes(value);
    }
    case 'exists':
      return readPath(node, condition.path) !== null;
    case 'not':
      return !matches(condition.of, node);
    case 'all':
      return condition.of.every((c) => matches(c, node));
    case 'any':
      return condition.of.some((c) => matches(c, node));
  }
}

function childrenOf(sources: Sources, alias: string, where: Condition | undefined): unknown[] {
  return (sources.children[alias] ?? []).filter((child) => matches(where, child));
}

/** Ascending by the path's text in code-unit order, missing first, then by id: the same as collation "C" in SQL. */
function sorted(children: unknown[], by: string): unknown[] {
  const keyed = children.map((child) => ({ child, key: readPath(child, by) ?? '', id: readPath(child, 'id') ?? '' }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1));
  return keyed.map((k) => k.child);
}

function evaluate(expression: Expression, sources: Sources): string | null {
  switch (expression.kind) {
    case 'value':
      return readPath(expression.from === undefined ? sources.base : sources.joins[expression.from], expression.path);
    case 'reference-id': {
      const node = expression.from === undefined ? sources.base : sources.joins[expression.from];
      return parseReference(readPath(node, expression.path) ?? undefined)?.id ?? null;
    }
    case 'constant':
      return expression.value;
    case 'coalesce':
      for (const part of expression.of) {
        const value = evaluate(part, sources);
        if (value !== null) return value;
      }
      return null;
    case 'when':
      return expression.cases.find((c) => matches(c.if, sources.base))?.then ?? expression.else ?? null;
    case 'count':
      return String(childrenOf(sources, expression.of, expression.where).length);
    case 'exists':
      return String(childrenOf(sources, expression.of, expression.where).length > 0);
    case 'sum': {
      let total = Decimal.ZERO;
      for (const child of childrenOf(sources, expression.of, expression.where)) {
        const value = readPath(child, expression.path);
        if (value !== null) total = total.add(Decimal.of(value));
      }
      return total.toString();
    }
    case 'first':
    case 'last': {
      const children = sorted(childrenOf(sources, expression.of, expression.where), expression.by);
      const child = expression.kind === 'first' ? children[0] : children.at(-1);
      return child === undefined ? null : readPath(child, expression.path);
    }
    case 'list': {
      const children = sorted(childrenOf(sources, expression.of, expression.where), expression.by);
      return JSON.stringify(
        children.map((child) =>
          Object.fromEntries(Object.entries(expression.fields).map(([name, path]) => [name, readPath(child, path)])),
        ),
      );
    }
  }
}

/** Some cells of the row that a base record has. Pure. */
export function evaluateCells(cells: readonly Cell[], sources: Sources): Cells {
  const row: Cells = {};
  for (const { name, type, value } of cells) {
    const text = evaluate(value, sources);
    row[name] = text === null ? null : type === 'number' ? Decimal.of(text).toString() : text;
  }
  return row;
}
