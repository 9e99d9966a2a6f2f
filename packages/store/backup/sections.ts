import type { Readable } from 'node:stream';
import { UnreadableBackup } from './seal-stream.ts';

/** What a part of a backup is: the rows of a table, a file of the data folder, or the end with its manifest. */
export type Section =
  | { kind: 'start'; manifest: Manifest }
  | { kind: 'table'; table: string; columns: readonly string[] }
  | { kind: 'file'; path: string }
  | { kind: 'end' };

export interface TableFacts {
  table: string;
  columns: readonly string[];
  rows: number;
  /** Sum of the 64-bit hashes of all rows' text: the same rows in any order give the same sum. */
  checksum: string;
}

export interface Manifest {
  /** Instant of the one snapshot that everything was read in. */
  taken: string;
  migrations: readonly { name: string; hash: string }[];
  tables: readonly TableFacts[];
  /** Sequences that belong to no column, with the last value given out. */
  sequences: readonly { name: string; last: string }[];
  facilities: readonly { code: string; name: string }[];
}

const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n, 0);
  return bytes;
};

/** A section on the wire: its head as JSON, then pieces, then an empty piece. */
export async function* writeSection<S extends object = Section>(
  section: S,
  body: AsyncIterable<Buffer> | readonly Buffer[] = [],
): AsyncGenerator<Buffer> {
  const head = Buffer.from(JSON.stringify(section));
  yield Buffer.concat([u32(head.length), head]);
  for await (const piece of body) if (piece.length > 0) yield Buffer.concat([u32(piece.length), piece]);
  yield u32(0);
}

/** Reads sections one after the other; each body must be read to its end, or is skipped. */
export class SectionReader<S extends object = Section> {
  private held: Buffer = Buffer.alloc(0);
  private readonly pieces: AsyncIterator<Buffer>;
  private open = false;
  constructor(stream: Readable) {
    this.pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  private async take(n: number): Promise<Buffer> {
    while (this.held.length < n) {
      const { value, done } = await this.pieces.next();
      if (done) throw new UnreadableBackup('the backup ends too early');
      this.held = Buffer.concat([this.held, value]);
    }
    const taken = this.held.subarray(0, n);
    this.held = this.held.subarray(n);
    return taken;
  }

  async next(): Promise<S> {
    if (this.open) for await (const _ of this.body());
    this.open = true;
    return JSON.parse((await this.take((await this.take(4)).readUInt32BE(0))).toString('utf8')) as S;
  }

  async *body(): AsyncGenerator<Buffer> {
    while (this.open) {
      const length = (await this.take(4)).readUInt32BE(0);
      if (length === 0) this.open = false;
      else yield await this.take(length);
    }
  }
}
