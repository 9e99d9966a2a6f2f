/** FHIRPath → SQL, for the part of FHIRPath that views use. What has no set-based form throws NotCompiled. */
import { isSubtype } from '@mach/fhir/definitions.ts';
import type { Expr } from '@mach/fhir/fhirpath/ast.ts';
import { parseTemporal, temporalText } from '@mach/fhir/fhirpath/temporal.ts';
import { FUNCTIONS } from './functions.ts';
import { binary } from './operators.ts';
import { filtered, NOTHING, type Plan, sliced, value } from './plan.ts';
import { literal, NotCompiled } from './sql-text.ts';
import { member, ofType, type Scope } from './steps.ts';

export function compileExpression(e: Expr, scope: Scope): Plan {
  switch (e.kind) {
    case 'string':
      return value(`${literal(e.value)}::text`, 'string');
    case 'boolean':
      return value(String(e.value), 'boolean');
    case 'number':
      if (e.value.includes('.') || Number(e.value) > 2147483647) return value(`${e.value}::numeric`, 'decimal');
      return value(`${e.value}::integer`, 'integer');
    case 'date':
      return dateLiteral(e.value);
    case 'empty':
      return NOTHING;
    case 'this':
      return scope.focus;
    case 'variable':
      return variable(e.name, scope);
    case 'member': {
      if (e.target) return member(compileExpression(e.target, scope), e.name, scope);
      const focus = scope.focus.item;
      // A name in capitals at the start is the type of the context.
      if (/^[A-Z]/.test(e.name)) return focus.kind === 'node' && isSubtype(focus.type, e.name) ? scope.focus : NOTHING;
      return member(scope.focus, e.name, scope);
    }
    case 'indexer':
      return indexer(compileExpression(e.target, scope), compileExpression(e.at, scope), scope);
    case 'call': {
      const run = Object.hasOwn(FUNCTIONS, e.name) ? FUNCTIONS[e.name] : undefined;
      if (!run) throw new NotCompiled(`${e.name}()`);
      return run(e.target ? compileExpression(e.target, scope) : scope.focus, e.args, scope, compileExpression);
    }
    case 'type':
      if (e.op === 'as') return ofType(compileExpression(e.operand, scope), e.type);
      throw new NotCompiled('is');
    case 'binary':
      return binary(e.op, compileExpression(e.left, scope), compileExpression(e.right, scope), scope.aliases);
    case 'unary': {
      const plan = compileExpression(e.operand, scope);
      if (e.op === '+') return plan;
      return binary('-', value('0::integer', 'integer'), plan, scope.aliases);
    }
    default:
      throw new NotCompiled(`"${e.kind}"`);
  }
}

function dateLiteral(text: string): Plan {
  const t = parseTemporal(text);
  if (!t) throw new NotCompiled('such a date');
  if (t.isTime) return value(`${literal(text.replace(/^T/, ''))}::text`, 'time');
  return value(`${literal(temporalText(t))}::text`, text.includes('T') ? 'dateTime' : 'date');
}

function variable(name: string, scope: Scope): Plan {
  if (name === 'rowIndex') return value(scope.index, 'integer');
  if (name === 'resource' || name === 'rootResource') return scope.root;
  const item = scope.constants.get(name);
  if (!item) throw new NotCompiled(`%${name}`);
  switch (item.type) {
    case 'System.Boolean':
      return value(String(item.value), 'boolean');
    case 'System.Integer':
      return value(`(${String(item.value)})::integer`, 'integer');
    case 'System.Decimal':
      return value(`(${String(item.value)})::numeric`, 'decimal');
    case 'System.Date':
      return value(`${literal(String(item.value))}::text`, 'date');
    case 'System.DateTime':
      return value(`${literal(String(item.value))}::text`, 'dateTime');
    case 'System.Time':
      return value(`${literal(String(item.value))}::text`, 'time');
    default:
      return value(`${literal(String(item.value))}::text`, 'string');
  }
}

function indexer(plan: Plan, at: Plan, scope: Scope): Plan {
  if (at.from.length > 0 || at.item.kind !== 'value' || at.item.type !== 'integer')
    throw new NotCompiled('such an index');
  const index = at.item.sql;
  if (plan.from.length === 0) return filtered(plan, `${index} = 0`);
  return filtered(sliced(plan, scope.aliases, { limit: '1', offset: `greatest(${index}, 0)` }), `${index} >= 0`);
}
