import type { House } from '@mach/server/boot.ts';
import type { Words } from './arguments.ts';
import type { Output } from './output.ts';

/** What a command of the program is given: the open house, its words, where to write. */
export interface Call {
  house: House;
  words: Words;
  out: Output;
}
