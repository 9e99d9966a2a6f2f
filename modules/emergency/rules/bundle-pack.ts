import type { Text } from '@mach/base/problem.ts';
import type { DoseRule } from './dose.ts';

/** do: ticked · ask: ticked with words · order: places services, then ticked · dose: a drug by weight. */
export type StepKind = 'do' | 'ask' | 'order' | 'dose';

export interface StepRule extends Text {
  code: string;
  kind: StepKind;
  /** Counted from the door, or from the start of the bundle. */
  from: 'door' | 'start';
  dueMinutes: number;
  /** Codes of the catalogue that an order set places. */
  services?: readonly string[];
  /** Name of the dose in the pack. */
  dose?: string;
  ask?: Text;
  /** Done where it is needed: never overdue, never waited for. */
  optional?: boolean;
  /** The same service may stand already: it is ordered again on purpose. */
  again?: boolean;
}

export interface ClockRule extends Text {
  code: string;
  minutes: number;
  from: 'door' | 'start';
  /** Step whose time stops it. */
  stops: string;
}

export interface BundleRule extends Text {
  code: string;
  clocks: readonly ClockRule[];
  steps: readonly StepRule[];
}

/** Content of the `bundles` rule pack. */
export interface BundlesData {
  estimates: { maxWeightKg: string };
  bundles: readonly BundleRule[];
  doses: Readonly<Record<string, DoseRule>>;
}

export const bundleOf = (data: BundlesData, code: string): BundleRule | undefined =>
  data.bundles.find((b) => b.code === code);

export const stepOf = (bundle: BundleRule, code: string): StepRule | undefined =>
  bundle.steps.find((s) => s.code === code);
