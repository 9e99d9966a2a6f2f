/**
 * Shape shared by every dated rule pack: valid time picks the edition by the
 * date of the event, known time keeps corrections apart from what was decided.
 */

/** H: two sources or the text itself; M: one careful secondary source; L: unsure. */
export type Certainty = 'H' | 'M' | 'L';

export interface Cite {
  document: string;
  article: string;
  certainty: Certainty;
}

export interface Edition<T> {
  subject: string;
  edition: string;
  /** First day of validity, yyyy-MM-dd. */
  validFrom: string;
  /** Last day of validity, or null while in force. */
  validTo: string | null;
  /** Day from which this text was known to the house. */
  knownFrom: string;
  source: Cite[];
  data: T;
}

/**
 * The edition for an event on `date`, as known on `knownAt`.
 * Among several that fit, the latest start wins, then the latest correction.
 */
export function editionOn<T>(
  editions: readonly Edition<T>[],
  date: string,
  knownAt = '9999-12-31',
): Edition<T> | undefined {
  let best: Edition<T> | undefined;
  for (const edition of editions) {
    if (edition.validFrom > date || (edition.validTo !== null && edition.validTo < date)) continue;
    if (edition.knownFrom > knownAt) continue;
    if (!best || edition.validFrom > best.validFrom) best = edition;
    else if (edition.validFrom === best.validFrom && edition.knownFrom > best.knownFrom) best = edition;
  }
  return best;
}

/** Columnar table of a rule pack: one row array per record, in column order. */
export interface Columnar {
  columns: readonly string[];
  rows: readonly (readonly unknown[])[];
}

/** Columnar table as records. */
export function records(table: Columnar): Record<string, unknown>[] {
  return table.rows.map((row) => Object.fromEntries(table.columns.map((column, i) => [column, row[i] ?? null])));
}
