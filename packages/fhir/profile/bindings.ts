/** Bindings of a profile: codes against value sets that are loaded. */
import { type Context, shown } from '../validation/context.ts';
import type { ElementRule } from './model.ts';

/** Whether a code belongs to a value set; undefined where that cannot be known here. */
export interface Membership {
  has(system: string | undefined, code: string): boolean | undefined;
}

type Check = (value: unknown, ctx: Context) => void;
interface Coding {
  readonly system?: unknown;
  readonly code?: unknown;
}

/** The check of a binding on a value of the type; undefined for types that bear no codes. */
export function bindingCheck(
  binding: NonNullable<ElementRule['binding']>,
  type: string,
  members: Membership,
): Check | undefined {
  const report = reporter(binding);
  const of = (c: Coding): boolean | undefined =>
    typeof c.code === 'string' ? members.has(typeof c.system === 'string' ? c.system : undefined, c.code) : false;
  switch (type) {
    case 'code':
    case 'string':
    case 'uri':
      return (value, ctx) => {
        if (typeof value === 'string' && members.has(undefined, value) === false) report(ctx, value);
      };
    case 'Coding':
    case 'Quantity':
      return (value, ctx) => {
        const c = value as Coding;
        if (c.code === undefined && (type === 'Quantity' || c.system === undefined)) return;
        if (of(c) === false) report(ctx, named(c));
      };
    case 'CodeableConcept':
      return (value, ctx) => concept(value, ctx, of, report, binding.strength);
    default:
      return undefined;
  }
}

function concept(
  value: unknown,
  ctx: Context,
  of: (c: Coding) => boolean | undefined,
  report: (ctx: Context, code: string) => void,
  strength: string,
): void {
  const { coding, text } = value as { coding?: unknown; text?: unknown };
  if (coding !== undefined && !Array.isArray(coding)) return;
  const codings = (coding ?? []) as Coding[];
  if (codings.length === 0) {
    // A concept in words only: a required list has no place for it, a preferred one leaves the choice.
    if (text !== undefined && strength !== 'preferred') report(ctx, String(text));
    return;
  }
  for (const c of codings) if (typeof c === 'object' && c !== null && of(c) !== false) return;
  report(ctx, named(codings[0]));
}

const named = (c: Coding | undefined): string => `${c?.system ?? ''}|${c?.code ?? ''}`;

function reporter(binding: NonNullable<ElementRule['binding']>): (ctx: Context, code: string) => void {
  const { strength, valueSet } = binding;
  const required = strength === 'required';
  const viKind = required ? 'bắt buộc' : strength === 'extensible' ? 'mở rộng được' : 'nên dùng';
  return (ctx, code) => {
    const vi = `Mã ${shown(code)} không thuộc bộ mã ${viKind} ${valueSet}`;
    const en = `The code ${shown(code)} is not in the ${strength} value set ${valueSet}`;
    if (required) ctx.error('code-invalid', vi, en);
    else ctx.warn('code-invalid', vi, en);
  };
}
