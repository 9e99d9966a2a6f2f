/** A desk in a real browser over a real server, for the journeys of the cashier and of the pharmacy. */
import { defineModule, type Module } from '@mach/engine';
import { type Desk, openDesks } from '../../../apps/server/testing/desk.ts';
import type { TestEngine } from '../../../apps/server/testing/engine.ts';
import { barriers, type Seat, tooWide } from '../../../apps/server/testing/hands.ts';

const NOW = '2026-11-24T00:10:00.000Z';

const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

interface Counter extends Pick<Desk, 'page' | 'context' | 'scan'> {
  /** Serious faults of accessibility, and pixels wider than the screen: both should be none. */
  faults(): Promise<{ serious: unknown[]; wide: number }>;
}

export interface Hall {
  house: TestEngine;
  /** A place of work in a browser of its own, at ten past seven. */
  counter(account: string, path: string, seat?: Seat): Promise<Counter>;
  close(): Promise<void>;
}

/** `furnish`: what stands in the house before the first desk opens. */
export async function openHall(
  modules: readonly Module[],
  furnish: (house: TestEngine) => Promise<void>,
): Promise<Hall> {
  const desks = await openDesks([roles, ...modules], { name: 'hall', records: false, before: furnish });
  return {
    house: desks.house,
    close: desks.close,
    counter: async (account, path, seat) => {
      const { page, context, scan } = await desks.desk(account, path, { now: NOW, ...seat });
      await page.waitForSelector('.m-frame', { state: 'attached' });
      return {
        page,
        context,
        scan,
        faults: async () => ({ serious: await barriers(page), wide: await tooWide(page) }),
      };
    },
  };
}
