import type { IdSource } from '@mach/base/ids.ts';
import type { Position } from '@mach/base/position.ts';
import type { Batch, StoredRecord } from '@mach/store';
import type { Override } from './command.ts';

/** What comes with a command besides its input. */
export interface Envelope {
  key: string;
  /** Version of the input; older ones are upcast. */
  version?: number;
  performedAt?: string;
  device?: string;
  sequence?: number;
  overrides?: readonly Override[];
  /** IP address and client, for audit. */
  origin?: string;
  /** Simulation and import only, in a facility marked demo: the moment it is now, and the source of ids. */
  clock?: { now(): Date };
  ids?: IdSource;
  random?: (bytes: number) => Uint8Array;
  /** The key was made up for this very request: nobody can have used it, and nobody will. */
  fresh?: boolean;
  /** False: do not wait for the position in the feed (bulk work that nobody looks at as it happens). */
  wait?: boolean;
  /** False, in a demo facility only: do not wait for the disk. A power cut may lose the last half second. */
  durable?: boolean;
  /** Commands that are written together with others; in a demo facility only. Nothing is waited for. */
  batch?: Batch;
}

export interface Answer<R = unknown> {
  result: R;
  /** Undefined when the relay did not answer in time: the command is done all the same. */
  position: Position | undefined;
  /** True when this is the first answer given again. */
  replayed: boolean;
  /** The records as they were written; undefined for an answer given again. */
  written?: readonly StoredRecord[];
}
