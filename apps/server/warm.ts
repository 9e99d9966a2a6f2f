import { localDate } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine';

/**
 * Builds the search indexes of the code lists one after the other, with a breath between them, so that the first doctor
 * of the day does not wait for it.
 */
export async function warmCodeLists(engine: Engine): Promise<void> {
  const date = localDate(engine.clock.now().toISOString());
  for (const list of engine.modules.flatMap((m) => m.codes ?? [])) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    try {
      list.search({ packs: engine.packs, q: 'a', date, limit: 1 });
    } catch (error) {
      // No edition is in force today: said to whoever searches the list.
      if (!(error instanceof RangeError)) throw error;
    }
  }
}
