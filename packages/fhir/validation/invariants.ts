/** Invariants of R4 as closures. */
import type { Invariant } from '../definitions.ts';
import type { Context } from './context.ts';
import { HAND_WRITTEN } from './invariant-rules.ts';

export type InvariantCheck = (node: Record<string, unknown>, ctx: Context) => void;

/** Checks for the invariants that have a rule; what is checked elsewhere (dom-*, ref-1, txt-*) has none. */
export function compileInvariants(invariants: readonly Invariant[]): readonly InvariantCheck[] {
  const checks: InvariantCheck[] = [];
  for (const invariant of invariants) {
    const rule = HAND_WRITTEN[invariant.key];
    if (!rule) continue;
    const { key, severity, human } = invariant;
    checks.push((node, ctx) => {
      if (rule.holds(node, ctx)) return;
      const vi = `${rule.vi} (${key})`;
      const en = `${human} (${key})`;
      if (severity === 'error') ctx.error('invariant', vi, en);
      else ctx.warn('invariant', vi, en);
    });
  }
  return checks;
}
