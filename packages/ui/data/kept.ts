import type { Issue, Text } from '@mach/base';

/** What travels beside the input of a command. */
export interface Envelope {
  /** Alerts that the person overrode, with the coded reason. */
  readonly overrides?: readonly { readonly rule: string; readonly reason: string }[];
  /** When it was done, where that is not now (ISO instant). */
  readonly performedAt?: string;
}

/** `queue`: tickets; `receipt`: cash taken on paper; `note`: anything else that is entered later. */
export type PaperSeries = 'queue' | 'receipt' | 'note';

/** A number that a paper carries: reserved for this desk before the server went away. */
export interface PaperNumber {
  readonly block: string;
  readonly n: number;
  readonly number: string;
}

/** Something done while the server did not answer, as a person recognises it. */
export interface KeepRequest {
  readonly command: string;
  readonly input: object;
  readonly envelope?: Envelope;
  /** The idempotency key, where the act has been sent before without an answer. */
  readonly key?: string;
  readonly title: Text;
  /** Besides the name: number, room, amount. */
  readonly detail?: string;
  readonly name: string;
  readonly born?: string;
  readonly ticket?: string;
  /** Acts of one lane (one person) are handed in in their order. */
  readonly lane: string;
  /** The visit is not known yet: at the hand-in `input.encounter` becomes the visit behind this ticket. */
  readonly encounterOf?: string;
  readonly paper?: PaperNumber;
}

export interface KeptAct extends KeepRequest {
  readonly id: string;
  readonly sequence: number;
  readonly performedAt: string;
  /** `waiting`: something before it has to be settled first, or its ticket is not known yet. */
  readonly state: 'kept' | 'waiting' | 'refused';
  readonly issues: readonly Issue[];
  readonly tries: number;
}

/** What a desk can do without its server; absent where the browser cannot keep anything safely. */
export interface Away {
  acts(): readonly KeptAct[];
  /** Entries of other people who worked at this desk: their number only. */
  others(): number;
  left(series: PaperSeries): number;
  /** The block that the next number comes from: its papers can be printed in advance. */
  block(series: PaperSeries): string | undefined;
  on(listener: () => void): () => void;
  /** Keeps an act until the server answers. Rejects when the queue is full. */
  keep(request: KeepRequest): Promise<string>;
  /** The server has said that this is done: kept for the day on which it is put back to a time before. */
  told(request: KeepRequest & { readonly key: string }): void;
  /** The next reserved number; undefined when the block is used up. */
  take(series: PaperSeries): Promise<PaperNumber | undefined>;
  /** Sends a refused act again, perhaps with some of its input changed. */
  again(id: string, change?: object): Promise<void>;
  /** Turns an act into a note on the server: what it says stays, its number is accounted for. */
  setAside(id: string, reason: string): Promise<void>;
  handIn(): void;
}
