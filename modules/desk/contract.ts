import { commandRef } from '@mach/engine/command-ref.ts';
import type {
  CloseBlockInput,
  CloseNoteInput,
  GiveBackInput,
  KeepNoteInput,
  Series,
  ShowBlockInput,
  SpendNumberInput,
  TakeNumbersInput,
  VoidNumberInput,
} from './inputs.ts';

export type {
  CloseBlockInput,
  CloseNoteInput,
  GiveBackInput,
  KeepNoteInput,
  PaperNumber,
  Series,
  SpendNumberInput,
  TakeNumbersInput,
  VoidNumberInput,
} from './inputs.ts';
export { paperNumber } from './inputs.ts';

/** A block as the desk that holds it keeps it: the numbers from `next` to `to` are its own until it gives them back. */
export interface Grant {
  block: string;
  series: Series;
  prefix: string;
  /** Digits after the prefix. */
  width: number;
  next: number;
  to: number;
}

/** Row of `desk.blocks`. */
export interface BlockRow {
  key: string;
  series: Series;
  /** `G0001–G0050` */
  range: string;
  state: 'open' | 'free' | 'done';
  login: string | null;
  by: string | null;
  desk: string | null;
  takenAt: string | null;
  used: number;
  voided: number;
  /** Numbers of which nothing is known yet: on a desk, or never handed out. */
  left: number;
  /** JSON: `[{ number, as: 'used' | 'void', record?, reason?, at, by }]` */
  spent: string | null;
}

/** Row of `desk.notes`: paper that somebody still has to enter, and what was done with it. */
export interface NoteRow {
  key: string;
  kind: 'prescription' | 'act';
  state: 'open' | 'closed';
  number: string | null;
  name: string;
  born: string | null;
  ticket: string | null;
  encounter: string | null;
  title: string;
  text: string;
  reason: string | null;
  by: string;
  at: string;
  outcome: string | null;
  closedBy: string | null;
  closedAt: string | null;
}

export const takeNumbers = commandRef<TakeNumbersInput, Grant>('desk.takeNumbers');
/** After a restore: a desk shows what it holds, and is told whether it may go on with it. */
export const showBlock = commandRef<ShowBlockInput, { held: boolean }>('desk.showBlock');
export const giveBack = commandRef<GiveBackInput, { block: string; state: string }>('desk.giveBack');
export const voidNumber = commandRef<VoidNumberInput, { number: string }>('desk.voidNumber');
/** For the commands of other modules that carry a paper number: in their own transaction. */
export const spendNumber = commandRef<SpendNumberInput, { number: string }>('desk.spendNumber');
export const closeBlock = commandRef<CloseBlockInput, { block: string; voided: number }>('desk.closeBlock');
export const keepNote = commandRef<KeepNoteInput, { note: string; number: string | null }>('desk.keepNote');
export const closeNote = commandRef<CloseNoteInput, { note: string }>('desk.closeNote');

/** Setting: `host:port` that answers as long as the internet does; null: told from the destinations alone. */
export const PROBE_SETTING = 'desk.internetProbe';
