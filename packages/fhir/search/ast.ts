/** What a FHIR search asks for, free of syntax. */
import type { Issue } from '@mach/base';
import type { SearchParam } from '../search-definitions.ts';

/** `po` (overlaps) is written in `_filter` only. */
export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap' | 'po';
export type Modifier =
  | 'exact'
  | 'contains'
  | 'not'
  | 'text'
  | 'in'
  | 'not-in'
  | 'above'
  | 'below'
  | 'identifier'
  | 'of-type'
  /** Written in `_filter` only: the whole text is the same, it ends so, another value is there. */
  | 'equals'
  | 'ends'
  | 'differs';

/** `system` is undefined where any will do, null where `|code` asks for none; `code` is null for `system|`. */
export interface TokenQuery {
  readonly kind: 'token';
  readonly system: string | null | undefined;
  readonly code: string | null;
}
/** `identifier:of-type=system|type|value`. */
export interface OfTypeQuery {
  readonly kind: 'of-type';
  readonly system: string;
  readonly code: string;
  readonly value: string;
}
export interface StringQuery {
  readonly kind: 'string';
  readonly text: string;
  /** The text as folded for the index. */
  readonly folded: string;
}
export interface ReferenceQuery {
  readonly kind: 'reference';
  /** Null where only an id was given: then the reference may be to any of `types`. */
  readonly type: string | null;
  readonly types: readonly string[];
  readonly id: string | null;
  /** Absolute URLs of other servers, URNs and canonical URLs. */
  readonly url: string | null;
  readonly version: string | null;
}
/** Milliseconds since 1970 UTC, both included; the meaning of `ap` (how near is near) is the store's. */
export interface DateQuery {
  readonly kind: 'date';
  readonly prefix: Prefix;
  readonly low: number;
  readonly high: number;
}
/**
 * `low` (included) and `high` (excluded) are what the written precision covers: 5.4 is 5.35 to 5.45. They serve eq, ne
 * and ap; the other prefixes compare with `value`.
 */
export interface NumberQuery {
  readonly kind: 'number';
  readonly prefix: Prefix;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
/** Without `system` and `code`, or with `code` alone, the unit is matched by code or by its shown text. */
export interface QuantityQuery {
  readonly kind: 'quantity';
  readonly prefix: Prefix;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly system: string | null;
  readonly code: string | null;
  /** The same in UCUM base units, where the unit is a known UCUM code; compare with the `canonical` of index values. */
  readonly canonical?: { readonly value: number; readonly low: number; readonly high: number; readonly unit: string };
}
export interface UriQuery {
  readonly kind: 'uri';
  readonly value: string;
}
/** `near`: degrees and kilometres. */
export interface PositionQuery {
  readonly kind: 'position';
  readonly latitude: number;
  readonly longitude: number;
  readonly kilometres: number;
}
export type SimpleQuery =
  | TokenQuery
  | OfTypeQuery
  | StringQuery
  | ReferenceQuery
  | DateQuery
  | NumberQuery
  | QuantityQuery
  | UriQuery
  | PositionQuery;
export interface CompositeQuery {
  readonly kind: 'composite';
  readonly components: readonly SimpleQuery[];
}
export type QueryValue = SimpleQuery | CompositeQuery;

/** One condition; all conditions of a search hold together. */
export type SearchFilter =
  /** One of the values. */
  | {
      readonly kind: 'values';
      readonly type: string;
      readonly param: SearchParam;
      readonly modifier: Modifier | null;
      readonly values: readonly QueryValue[];
    }
  | { readonly kind: 'missing'; readonly type: string; readonly param: SearchParam; readonly missing: boolean }
  /** The reference leads to a resource of one of the types for which that type's filter holds. */
  | {
      readonly kind: 'chain';
      readonly type: string;
      readonly param: SearchParam;
      readonly targets: readonly { readonly type: string; readonly filter: SearchFilter }[];
    }
  /** A resource of `source` refers here by `param`, and the filter holds for it. */
  | { readonly kind: 'has'; readonly source: string; readonly param: SearchParam; readonly filter: SearchFilter }
  /** `_text` and `_content`: words that must all occur. */
  | { readonly kind: 'words'; readonly where: 'narrative' | 'content'; readonly values: readonly StringQuery[] }
  /** Conditions of `_filter`: all of them hold, one of them does, the only one does not. */
  | { readonly kind: 'group'; readonly op: 'and' | 'or' | 'not'; readonly filters: readonly SearchFilter[] }
  /** Members of one of the lists. */
  | { readonly kind: 'list'; readonly ids: readonly string[] }
  /** One of the parameters refers to the resource that the compartment belongs to. */
  | {
      readonly kind: 'compartment';
      readonly compartment: string;
      readonly id: string;
      readonly params: readonly SearchParam[];
    };

export interface SortKey {
  readonly param: SearchParam;
  readonly descending: boolean;
}

export interface Include {
  /** Type of the resources that hold the reference; `*` for all. */
  readonly source: string;
  /** Null for all reference parameters of the source. */
  readonly param: SearchParam | null;
  readonly target: string | null;
  readonly iterate: boolean;
}

export type Summary = 'true' | 'text' | 'data' | 'count' | 'false';

export interface SearchQuery {
  /** Resource types searched: one, or those of `_type`; empty for all. */
  readonly types: readonly string[];
  readonly filters: readonly SearchFilter[];
  readonly sort: readonly SortKey[];
  readonly count: number | null;
  readonly total: 'none' | 'estimate' | 'accurate' | null;
  readonly summary: Summary | null;
  readonly elements: readonly string[];
  readonly include: readonly Include[];
  readonly revinclude: readonly Include[];
  /** Parameters that the server answers itself (`_format`, its paging keys), as given. */
  readonly other: ReadonlyMap<string, string>;
  /** Parameters left out under lenient handling. */
  readonly warnings: readonly Issue[];
}
