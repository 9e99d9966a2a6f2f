/** The laboratory and the imaging room in a real browser over a real server, for the tests of their screens. */
import encounter from '@mach/encounter/module.ts';
import outpatient from '@mach/outpatient/module.ts';
import { type Desks, openDesks } from '../../../apps/server/testing/desk.ts';
import lab from '../module.ts';
import { fixtures, people } from './people.ts';

export type { Desk, Desks as Place } from '../../../apps/server/testing/desk.ts';
export { DESK, PHONE } from '../../../apps/server/testing/hands.ts';

/** A hospital with staff, rooms and the people of the tests, its server and a browser. */
export const openPlace = (): Promise<Desks> =>
  openDesks([encounter, outpatient, lab, fixtures], {
    name: 'lab',
    before: (house) => people(house, { rooms: false }),
  });
