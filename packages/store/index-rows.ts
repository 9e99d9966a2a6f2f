/** The rows that one resource has in the four search tables, keyed for comparison. */
export interface IndexRows {
  /** The keys alone, whatever their qualifier. */
  byKey: Set<string>;
  keys: Map<string, { key: string; qualifier: number }>;
  strings: Map<string, { param: number; value: string }>;
  dates: Map<string, { param: number; low: string; high: string }>;
  numbers: Map<string, { param: number; qualifier: number; low: string; high: string }>;
}

/** Of what is not there. */
export function emptyIndex(): IndexRows {
  return { byKey: new Set(), keys: new Map(), strings: new Map(), dates: new Map(), numbers: new Map() };
}

/** What one record's rows were and will be. */
export interface IndexChange {
  rid: string;
  before: IndexRows;
  after: IndexRows;
  /** A new record whose number stands in a block that no other transaction has written. */
  fresh?: boolean | undefined;
}
