/**
 * A place in the change feed, `epoch.number`. A changed epoch tells a reader that the database was restored to an
 * earlier moment, and that what it had read must be compared again.
 */
export type Position = string;

const FORM = /^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,18})$/;

export function formatPosition(epoch: number, n: bigint | number): Position {
  const position = `${epoch}.${n}`;
  parsePosition(position);
  return position;
}

/** Throws `RangeError` on text that is not a position. */
export function parsePosition(position: Position): { epoch: number; n: bigint } {
  const match = FORM.exec(position);
  if (!match) throw new RangeError(`not a feed position: ${position}`);
  return { epoch: Number(match[1]), n: BigInt(match[2] as string) };
}

/** Negative when `a` comes before `b`; by number, never by text ("1.10" follows "1.9"). */
export function comparePosition(a: Position, b: Position): number {
  const x = parsePosition(a);
  const y = parsePosition(b);
  if (x.epoch !== y.epoch) return x.epoch - y.epoch;
  return x.n < y.n ? -1 : x.n > y.n ? 1 : 0;
}
