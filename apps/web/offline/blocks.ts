import type { PaperNumber, PaperSeries } from '@mach/ui';
import { finished, read, write } from './database.ts';

/** A block as this desk holds it. It says nothing of a person, so it outlives a sign-out: its numbers are on paper. */
export interface HeldBlock {
  readonly id: string;
  readonly scope: string;
  readonly series: PaperSeries;
  readonly prefix: string;
  readonly width: number;
  readonly next: number;
  readonly to: number;
  /** The server that is known to count with it. */
  readonly house?: string | undefined;
}

/** Below this many numbers a desk asks for more, while it can. */
export const LOW: Readonly<Record<PaperSeries, number>> = { queue: 25, receipt: 12, note: 8 };

const everything = (store: IDBObjectStore): Promise<HeldBlock[]> => finished(store.getAll() as IDBRequest<HeldBlock[]>);

/** The blocks of this person at this desk, the oldest first. */
export const heldBlocks = async (scope: string): Promise<HeldBlock[]> =>
  (await read('blocks', everything)).filter((one) => one.scope === scope).toSorted((a, b) => (a.id < b.id ? -1 : 1));

export const addBlock = (block: HeldBlock): Promise<unknown> => write('blocks', (store) => finished(store.put(block)));
/** Notes that a server counts with a block; one that was dropped meanwhile stays dropped. */
export const markBlock = (id: string, house: string): Promise<unknown> =>
  write('blocks', async (store) => {
    const block = await finished(store.get(id) as IDBRequest<HeldBlock | undefined>);
    if (block) await finished(store.put({ ...block, house }));
  });
export const dropBlock = (id: string): Promise<unknown> => write('blocks', (store) => finished(store.delete(id)));

export const leftIn = (blocks: readonly HeldBlock[], series: PaperSeries): number =>
  blocks.filter((one) => one.series === series).reduce((sum, one) => sum + one.to - one.next + 1, 0);

/** Takes the next number. It is on the disk as taken before anybody sees it: two tabs and a crash never give one twice. */
export function takeNumber(scope: string, series: PaperSeries): Promise<PaperNumber | undefined> {
  return write('blocks', async (store) => {
    const mine = (await everything(store)).filter((one) => one.scope === scope && one.series === series);
    const block = mine.toSorted((a, b) => (a.id < b.id ? -1 : 1)).find((one) => one.next <= one.to);
    if (!block) return undefined;
    const { id, next: n } = block;
    await finished(store.put({ ...block, next: n + 1 }));
    return { block: id, n, number: block.prefix + String(n).padStart(block.width, '0') };
  });
}
