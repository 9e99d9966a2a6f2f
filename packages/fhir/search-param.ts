export type SearchParamType =
  | 'number'
  | 'date'
  | 'string'
  | 'token'
  | 'reference'
  | 'composite'
  | 'quantity'
  | 'uri'
  | 'special';

export interface SearchParam {
  /** Last part of the canonical URL: `Patient-birthdate`, `individual-birthdate`. */
  readonly id: string;
  readonly code: string;
  readonly type: SearchParamType;
  readonly base: readonly string[];
  /** FHIRPath; empty for the parameters that a server answers by other means (`_text`, `_content`, `_query`). */
  readonly expression: string;
  readonly target: readonly string[];
  readonly components: readonly { readonly definition: string; readonly expression: string }[];
}
