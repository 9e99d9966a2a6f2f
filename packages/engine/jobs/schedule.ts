import type { Text } from '@mach/base/problem.ts';
import type { PlainRow, ViewQuery } from '@mach/store';
import type { CommandRef } from '../command-ref.ts';
import type { Every } from './times.ts';

/** What a run has at hand: views to look at, commands to send, a count for people. No other door. */
export interface ScheduledRun {
  readonly tenant: number;
  /** The time that this run was planned for. */
  readonly due: string;
  /** The present instant. */
  readonly now: string;
  /** Somebody asked to stop, or the house is closing: end soon, what is left comes with the next run. */
  readonly signal: AbortSignal;
  setting<T>(key: string, fallback: T): T;
  /** Every row of a view that a query asks for; none where the house has no such view. */
  rows<R = PlainRow>(view: string, query: ViewQuery): Promise<R[]>;
  /** Sends a command as the house itself. The same key is the same deed, also in a later run. */
  send<I, R>(command: CommandRef<I, R>, input: I, key: string): Promise<R>;
  /**
   * Works off a list, one after the other. One that is refused is written down with the run and does not keep the next
   * from being done.
   */
  each<T>(items: readonly T[], work: (item: T) => Promise<unknown>, nameOf?: (item: T) => string): Promise<void>;
}

/** Work that a module wants done by itself at its times, once in the house however many programs serve it. */
export interface Schedule {
  /** `pharmacy.close-uncollected`: prefix of the module. */
  name: string;
  title: Text;
  every: Every;
  run(run: ScheduledRun): Promise<void>;
}

/** What a run leaves behind beside its count: what was refused, and how many times it stands for. */
export interface RunNotes {
  missed?: number;
  refused?: number;
  /** The first ones, for people. */
  refusals?: { name: string; text: string }[];
}
