import { createReadStream } from 'node:fs';

/** Lines of an NDJSON file that are dealt with together. */
export interface Lines {
  /** Number of the first line, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Where the next line begins, bytes. */
  readonly end: number;
}

const CHUNK_LINES = 500;
/** A group ends early beyond this many bytes. */
const CHUNK_BYTES = 2 * 1024 * 1024;
/** No resource is longer. */
const MAX_LINE = 16 * 1024 * 1024;
const NEWLINE = 10;

/** A line that no resource can be: whoever reads on would only fill the memory. */
export class LineTooLong extends Error {}

/** Groups of lines from a place in the file on. @throws LineTooLong */
export async function* readLines(path: string, from: { offset: number; line: number }): AsyncGenerator<Lines> {
  let lines: string[] = [];
  let size = 0;
  let first = from.line;
  let offset = from.offset;
  let rest: Buffer[] = [];
  let restSize = 0;
  const take = (piece: Buffer, newline: number): void => {
    const whole = rest.length === 0 ? piece : Buffer.concat([...rest, piece]);
    lines.push(whole.toString('utf8'));
    size += whole.length;
    offset += whole.length + newline;
    rest = [];
    restSize = 0;
  };
  const group = (): Lines => {
    const made = { first, lines, end: offset };
    first += lines.length;
    lines = [];
    size = 0;
    return made;
  };
  for await (const piece of createReadStream(path, { start: from.offset, highWaterMark: 1 << 20 })) {
    const bytes = piece as Buffer;
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      take(bytes.subarray(at, end), 1);
      at = end + 1;
      if (lines.length >= CHUNK_LINES || size >= CHUNK_BYTES) yield group();
    }
    if (at < bytes.length) {
      rest.push(bytes.subarray(at));
      restSize += bytes.length - at;
      if (restSize > MAX_LINE) throw new LineTooLong(`line ${first + lines.length} is longer than ${MAX_LINE} bytes`);
    }
  }
  if (restSize > 0) take(Buffer.alloc(0), 0);
  if (lines.length > 0) yield group();
}
