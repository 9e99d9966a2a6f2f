/** Questions about the syntax tree of a view's expressions. */
import type { Expr } from '../fhirpath/ast.ts';

function parts(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'member':
      return e.target ? [e.target] : [];
    case 'call':
      return e.target ? [e.target, ...e.args] : e.args;
    case 'indexer':
      return [e.target, e.at];
    case 'unary':
    case 'type':
      return [e.operand];
    case 'binary':
      return [e.left, e.right];
    default:
      return [];
  }
}

function some(e: Expr, test: (e: Expr) => boolean): boolean {
  return test(e) || parts(e).some((part) => some(part, test));
}

/** Names of all variables of an expression. */
export function variablesOf(e: Expr): string[] {
  return [...(e.kind === 'variable' ? [e.name] : []), ...parts(e).flatMap(variablesOf)];
}

const NARROWING = new Set(['where', 'ofType', 'first', 'extension']);

/** Whether a path can only lead from a node to nodes below it, so that repeating it comes to an end. */
export function descends(e: Expr): boolean {
  if (e.kind === 'member') return !e.target || e.target.kind === 'this' || descends(e.target);
  if (e.kind === 'indexer') return descends(e.target);
  if (e.kind !== 'call' || !NARROWING.has(e.name)) return false;
  return e.target ? descends(e.target) : e.name === 'extension';
}

const PRECISE = new Set(['lowBoundary', 'highBoundary', 'precision', 'toString']);

/** Whether the result depends on how a decimal was written: `1.0` and `1.00` have different boundaries. */
export function needsWrittenNumbers(e: Expr): boolean {
  return some(e, (x) => x.kind === 'call' && PRECISE.has(x.name));
}
