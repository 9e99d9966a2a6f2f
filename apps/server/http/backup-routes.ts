import { ADMINISTER } from '@mach/administration/contract.ts';
import type { FastifyInstance } from 'fastify';
import { listEvents } from '../safekeeping/events.ts';
import { keepersOf } from '../safekeeping/status.ts';
import { type Doors, requireActor } from './auth.ts';

/** Events shown. */
const SHOWN = 50;

/** `GET /api/administration/backups`: how the backups stand, and what was done lately. No patient's data is in it. */
export function backupRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;
  app.get('/api/administration/backups', async (request) => {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, ADMINISTER);
    const facts = await keepersOf.get(engine)?.();
    return { facts: facts ?? null, events: await listEvents(engine.database.system, SHOWN) };
  });
}
