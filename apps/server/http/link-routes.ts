import { connect } from 'node:net';
import { parsePosition } from '@mach/base/position.ts';
import { refuse } from '@mach/base/problem.ts';
import { PROBE_SETTING } from '@mach/desk/contract.ts';
import type { Engine } from '@mach/engine';
import { deskKey } from '@mach/engine/identity/sealing.ts';
import { openSession } from '@mach/engine/identity/session-store.ts';
import { feedHead } from '@mach/store';
import type { FastifyInstance } from 'fastify';
import { type Doors, requireActor, tokenOf } from './auth.ts';
import { destinationState, type InternetState, internetState } from './links.ts';

/** What was found out is told to every desk for so long, ms: a hundred desks ask once. */
const FRESH = 15_000;
/** A door that does not open by then is shut, ms. */
const PROBE_TIMEOUT = 2_000;
/** Messages that were answered are looked at so far back: a service that nobody writes to is neither up nor down. */
const LOOK_BACK = '2 hours';

type DestinationRow = { destination: string; waiting: number; since: Date | null; answered: Date | null };

interface Links {
  readonly internet: InternetState;
  readonly services: readonly object[];
}

/** Whether something listens at `host:port`. */
function answers(place: string): Promise<boolean> {
  const [host = '', port = '443'] = place.split(':');
  return new Promise((done) => {
    const socket = connect({ host, port: Number(port), timeout: PROBE_TIMEOUT });
    const end = (open: boolean): void => {
      socket.destroy();
      done(open);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

async function lookAt(engine: Engine, tenant: number): Promise<Links> {
  const { rows } = await engine.database.tenant(tenant).query<DestinationRow>({
    name: 'links',
    text: `select destination,
             count(*) filter (where state in ('pending', 'sending'))::int as waiting,
             min(created_at) filter (where state in ('pending', 'sending') and attempts > 0 and last_error is not null) as since,
             max(answered_at) as answered
           from outbox
           where tenant = mach_tenant()
             and (state in ('pending', 'sending') or answered_at > now() - interval '${LOOK_BACK}')
           group by destination`,
  });
  const facts = new Map(rows.map((row) => [row.destination, row]));
  const services = engine.modules
    .flatMap((module) => module.destinations ?? [])
    .map(({ name, title, simulated }) => ({ name, title, simulated, ...destinationState(facts.get(name)) }));
  const probe = engine.settings(tenant).get(PROBE_SETTING);
  const open = typeof probe === 'string' ? await answers(probe) : undefined;
  return { internet: internetState(open, services), services };
}

/**
 * `GET /api/links`: which of the ways out of the house are open, from the outbox. `GET /api/desk-key`: the key under
 * which a desk keeps what it could not hand in; the same for the same person, nobody else gets it.
 */
export function linkRoutes(app: FastifyInstance, doors: Doors): void {
  const known = new Map<number, { at: number; links: Promise<Links> }>();
  const linksOf = (tenant: number): Promise<Links> => {
    const now = Date.now();
    const before = known.get(tenant);
    if (before && now - before.at < (doors.linksFresh ?? FRESH)) return before.links;
    const links = lookAt(doors.engine, tenant);
    known.set(tenant, { at: now, links });
    links.catch(() => known.delete(tenant));
    return links;
  };

  // Every desk asks twice a minute by itself: asking is no use of the session, else none would ever be idle.
  app.get('/api/links', async (request, reply) => {
    const token = tokenOf(request);
    const { engine } = doors;
    const session = token && (await openSession(engine.database.system, token, engine.clock.now()));
    if (!session)
      throw refuse(
        401,
        'sign-in-required',
        { vi: 'Chưa đăng nhập hoặc phiên đã hết', en: 'Not signed in, or the session is over' },
        { remedy: { vi: 'Đăng nhập lại', en: 'Sign in again' } },
      );
    reply.header('cache-control', 'no-store');
    return linksOf(session.tenant);
  });

  app.get('/api/desk-key', async (request, reply) => {
    const actor = await requireActor(doors, request);
    reply.header('cache-control', 'no-store');
    const key = deskKey(doors.engine, `${actor.tenant}/${actor.id}`)?.toString('base64url') ?? null;
    // A desk that was told "done" under another number may know what this house has forgotten.
    const { epoch } = parsePosition(await feedHead(doors.engine.database.tenant(actor.tenant)));
    return { key, house: String(epoch) };
  });
}
