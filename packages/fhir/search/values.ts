/** Values of a resource by which it can be found, one shape a kind of parameter. */

export interface TokenValue {
  readonly param: string;
  readonly kind: 'token';
  readonly system: string | null;
  readonly code: string | null;
  /** Display, text of the concept, or text of the identifier's type: what `:text` searches. */
  readonly text?: string;
  /** Codes of `Identifier.type`, for `:of-type`. */
  readonly ofType?: readonly { readonly system: string | null; readonly code: string }[];
}
export interface StringValue {
  readonly param: string;
  readonly kind: 'string';
  /** Folded: lower case, no tones, đ as d. */
  readonly value: string;
  readonly exact: string;
}
export interface ReferenceValue {
  readonly param: string;
  readonly kind: 'reference';
  /** Null for URLs that name no resource of the RESTful form, and for URNs. */
  readonly type: string | null;
  readonly id: string | null;
  /** The whole URL where the reference is absolute, a URN or canonical. */
  readonly url: string | null;
  /** The reference without its version: `Patient/1`, or the URL before `|`. */
  readonly versionless: string;
  readonly version: string | null;
}
export interface DateValue {
  readonly param: string;
  readonly kind: 'date';
  /** Milliseconds since 1970 UTC, both included; open ends are DATE_MIN and DATE_MAX. */
  readonly low: number;
  readonly high: number;
}
export interface NumberValue {
  readonly param: string;
  readonly kind: 'number';
  /** Null: no lower or upper end. */
  readonly low: number | null;
  readonly high: number | null;
}
export interface QuantityValue {
  readonly param: string;
  readonly kind: 'quantity';
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string | null;
  readonly system: string | null;
  readonly code: string | null;
  /** The same in UCUM base units, where the unit is a known UCUM code: 5 mg and 0.005 g are alike here. */
  readonly canonical?: CanonicalRange;
}
/** A range in base units; null ends are open. */
export interface CanonicalRange {
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
}
export interface UriValue {
  readonly param: string;
  readonly kind: 'uri';
  readonly value: string;
}
export interface PositionValue {
  readonly param: string;
  readonly kind: 'position';
  /** Degrees, WGS84. */
  readonly latitude: number;
  readonly longitude: number;
}
export type SimpleValue =
  | TokenValue
  | StringValue
  | ReferenceValue
  | DateValue
  | NumberValue
  | QuantityValue
  | UriValue;
/** One value of each component, in the order of the parameter's definition. */
export interface CompositeValue {
  readonly param: string;
  readonly kind: 'composite';
  readonly components: readonly SimpleValue[];
}
export type IndexValue = SimpleValue | PositionValue | CompositeValue;
