import { refuse } from '@mach/base/problem.ts';
import type { Actor } from '@mach/engine';
import { readRecord } from '@mach/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { baseOf, fhirCall } from '../fhir/exchange.ts';
import { audited, currentRecord } from '../fhir/instance.ts';
import { type Doors, originOf, requireActor } from '../http/auth.ts';
import { parseBody } from '../http/parse.ts';
import { findApp, launchableApps } from './apps.ts';
import { allowedApps, beginLaunch, withdraw } from './grants.ts';

const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
export const launchInput = z.strictObject({ app: z.string().min(1).max(100), patient: id, encounter: id.optional() });

const notForApps = () =>
  refuse(403, 'person-only', { vi: 'Chỉ người dùng mở được ứng dụng', en: 'Only a person can open an app' });

/** The account of a person who is here himself. @throws Problem 403 for an app */
function accountOf(actor: Actor): string {
  if (!actor.id.startsWith('account:') || actor.scopes !== null) throw notForApps();
  return actor.id.slice('account:'.length);
}

/**
 * `GET /api/apps`: what can be opened from a record. `POST /api/apps/launch`: the address to open, good once, for
 * minutes. `GET`, `DELETE /api/apps/allowed`: what a person has allowed, and taking it back.
 */
export function launchRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;

  app.get('/api/apps', async (request) => {
    const actor = await requireActor(doors, request);
    const apps = await launchableApps(engine.database.system, actor.tenant);
    return { apps: apps.map(({ id: app, name }) => ({ app, name })) };
  });

  app.post('/api/apps/launch', async (request) => ({
    url: await launchAddress(doors, request, parseBody(launchInput, request.body)),
  }));

  app.get('/api/apps/allowed', async (request) => {
    const actor = await requireActor(doors, request);
    return { apps: await allowedApps(engine, actor.tenant, accountOf(actor)) };
  });

  app.delete<{ Params: { app: string } }>('/api/apps/allowed/:app', async (request, reply) => {
    const actor = await requireActor(doors, request);
    const name = request.params.app;
    if (!(await withdraw(engine, actor.tenant, accountOf(actor), name)))
      throw refuse(404, 'unknown-app', { vi: `Bạn chưa cho phép ${name}`, en: `You have not allowed ${name}` });
    doors.sessions.forget();
    await engine.audits.read(actor, 'app withdrawn', engine.clock.now().toISOString(), {
      kind: 'sign-in',
      origin: originOf(request),
      detail: { app: name },
    });
    return reply.status(204).send();
  });
}

/** The address that opens an app for a patient. @throws Problem 403, 404, 422 */
export async function launchAddress(
  doors: Doors,
  request: FastifyRequest,
  input: z.output<typeof launchInput>,
): Promise<string> {
  const call = await fhirCall(doors, request);
  const { actor } = call;
  const { engine } = doors;
  const account = accountOf(actor);
  const registered = await findApp(engine.database.system, input.app);
  if (!registered || registered.tenant !== actor.tenant || registered.launchUrl === null)
    throw refuse(404, 'unknown-app', { vi: `Không có ứng dụng ${input.app}`, en: `There is no app ${input.app}` });
  call.doors.engine.policy.requireRecord(actor, 'read', 'Patient');
  await audited(call, 'launch', await currentRecord(call, 'Patient', input.patient));
  if (input.encounter !== undefined) await requireVisit(call, input.encounter, input.patient);
  const launch = await beginLaunch(engine, actor.tenant, {
    account,
    client: registered.id,
    patient: input.patient,
    encounter: input.encounter ?? null,
  });
  const url = new URL(registered.launchUrl);
  url.searchParams.set('iss', baseOf(request));
  url.searchParams.set('launch', launch);
  return url.href;
}

/** A launch never pairs a patient with somebody else's visit. @throws Problem 422 */
async function requireVisit(call: Awaited<ReturnType<typeof fhirCall>>, encounter: string, patient: string) {
  const on = call.doors.engine.database.tenant(call.actor.tenant);
  const record = await readRecord(on, 'Encounter', encounter);
  const { subject } = (record?.resource ?? {}) as { subject?: { reference?: string } };
  if (!record || record.deleted || subject?.reference !== `Patient/${patient}`)
    throw refuse(
      422,
      'other-patient',
      { vi: 'Lượt khám này không phải của người bệnh đó', en: 'This visit is not that of the patient' },
      {
        field: 'encounter',
        remedy: {
          vi: 'Mở ứng dụng từ đúng lượt khám của người bệnh',
          en: "Launch the app from the patient's own visit",
        },
      },
    );
}
