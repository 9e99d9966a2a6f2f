import { usePalette } from '@mach/ui';
import { usePeopleSource } from './people-search.ts';

/** Finds people in the command palette, whatever workspace is open. */
export default function Everywhere(): null {
  usePalette([], [usePeopleSource()]);
  return null;
}
