/** A list as it is shown while somebody works in it. */
export interface Calm<R> {
  readonly rows: readonly R[];
  /** Keys shown although they have left the list; dimmed until the next calm moment. */
  readonly gone: ReadonlySet<string>;
  /** Rows waiting above the shown ones: "3 mới ↑". */
  readonly fresh: number;
}

/**
 * Merges a changed list into the shown one without moving a row under the cursor: known rows are
 * renewed in place, rows that left stay dimmed, new rows wait (or join at the end, when they sort
 * behind everything shown).
 */
export function calmMerge<R>(shown: readonly R[], incoming: readonly R[], keyOf: (row: R) => string): Calm<R> {
  const now = new Map(incoming.map((row) => [keyOf(row), row]));
  const known = new Set(shown.map(keyOf));
  const gone = new Set(shown.map(keyOf).filter((key) => !now.has(key)));
  const rows = shown.map((row) => now.get(keyOf(row)) ?? row);
  let lastKnown = -1;
  incoming.forEach((row, i) => {
    if (known.has(keyOf(row))) lastKnown = i;
  });
  const behind = incoming.slice(lastKnown + 1);
  const fresh = incoming.filter((row, i) => i <= lastKnown && !known.has(keyOf(row))).length;
  return { rows: [...rows, ...behind], gone, fresh };
}
