/**
 * A profile as the compiler reads it: what a StructureDefinition adds to the base, and nothing else. The form is plain
 * JSON, so that rule packs carry it as it is.
 */
import type { BindingStrength } from '../definitions.ts';

export interface ProfileType {
  readonly code: string;
  readonly profiles?: readonly string[];
  readonly targets?: readonly string[];
}

export type DiscriminatorKind = 'value' | 'pattern' | 'type' | 'exists' | 'profile';

export interface Slicing {
  readonly discriminators: readonly { readonly kind: DiscriminatorKind; readonly path: string }[];
  readonly rules: 'open' | 'closed' | 'openAtEnd';
  readonly ordered?: boolean;
}

export interface ProfileInvariant {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly human: string;
  /** FHIRPath. */
  readonly expression: string;
}

/** What a profile says of one element; what it leaves out stays as the base has it. */
export interface ElementRule {
  /** Path with slices: `Patient.identifier:TheBHYT.system`. */
  readonly id: string;
  readonly min?: number;
  /** Absent: without limit. */
  readonly max?: number;
  readonly types?: readonly ProfileType[];
  readonly fixed?: unknown;
  readonly pattern?: unknown;
  readonly binding?: { readonly strength: BindingStrength; readonly valueSet: string };
  readonly invariants?: readonly ProfileInvariant[];
  readonly slicing?: Slicing;
  readonly mustSupport?: boolean;
  readonly isModifier?: boolean;
  readonly maxLength?: number;
  /** A number, a date or time, or a Quantity. */
  readonly minValue?: unknown;
  readonly maxValue?: unknown;
}

export interface ExtensionContext {
  readonly kind: 'element' | 'extension' | 'fhirpath';
  readonly expression: string;
}

export interface Profile {
  readonly url: string;
  readonly version?: string;
  readonly name: string;
  readonly title?: string;
  /** The R4 type that it constrains: `Patient`, `Address`, `Extension`. */
  readonly type: string;
  /** URL of the profile or R4 definition underneath; absent where the rules came from a snapshot and hold it already. */
  readonly base?: string;
  readonly contexts?: readonly ExtensionContext[];
  readonly elements: readonly ElementRule[];
}

/** Where R4's own definitions live: `http://hl7.org/fhir/StructureDefinition/Patient`. */
export const R4_DEFINITION = 'http://hl7.org/fhir/StructureDefinition/';

/** A canonical URL without its version: `http://x|1.0` → `http://x`. */
export function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
}

/** A cardinality as people write it: `1..*` */
export function rangeText(min: number, max: number): string {
  return `${min}..${max === Number.POSITIVE_INFINITY ? '*' : max}`;
}
