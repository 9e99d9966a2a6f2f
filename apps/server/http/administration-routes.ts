import { knownRoles } from '@mach/administration/commands/guard.ts';
import { ADMINISTER, RECORD_ACCESS } from '@mach/administration/contract.ts';
import type { Text } from '@mach/base/problem.ts';
import type { Actor, Engine } from '@mach/engine';
import { listDevices } from '@mach/engine/identity/devices.ts';
import { accessCsv, recordAccess } from '@mach/engine/identity/record-access.ts';
import { revise } from '@mach/engine/identity/revision.ts';
import { listSessions } from '@mach/engine/identity/session-store.ts';
import { listStaff } from '@mach/engine/identity/staff.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Doors, originOf, requireActor } from './auth.ts';
import { onTheWay } from './guard/hooks.ts';
import { parseBody } from './parse.ts';

/** Rows of one answer about who looked. */
const ACCESS_ROWS = 2_000;

const accessQuery = z.strictObject({
  patient: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  format: z.enum(['json', 'csv']).optional(),
});

/** What the screens of the administration read (`/api/administration/…`). Changes go through the module's commands. */
export function administrationRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;
  const on = engine.database.system;

  /** Who may ask, and that they asked. */
  async function asked(
    request: FastifyRequest,
    what: string,
    permission: string,
  ): Promise<{ actor: Actor; now: Date }> {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, permission);
    const now = engine.clock.now();
    await engine.audits.read(actor, `view administration.${what}`, now.toISOString(), {
      kind: 'view',
      origin: originOf(request),
    });
    return { actor, now };
  }

  // A change of rights or sessions counts from the next request on.
  app.addHook(
    'onSend',
    onTheWay((request) => {
      if (request.url.startsWith('/api/commands/administration.')) revise();
    }),
  );

  app.get('/api/administration/staff', async (request) => {
    const { actor, now } = await asked(request, 'staff', ADMINISTER);
    return { rows: await listStaff(on, actor.tenant, now), roles: knownRoles(engine.modules) };
  });

  app.get('/api/administration/sessions', async (request) => {
    const { actor, now } = await asked(request, 'sessions', ADMINISTER);
    return { rows: await listSessions(on, actor.tenant, now) };
  });

  app.get('/api/administration/devices', async (request) => {
    const { actor } = await asked(request, 'devices', ADMINISTER);
    return { rows: await listDevices(on, actor.tenant) };
  });

  app.get('/api/administration/roles', async (request) => {
    const { actor, now } = await asked(request, 'roles', ADMINISTER);
    const staff = await listStaff(on, actor.tenant, now);
    const titles = permissionTitles(engine);
    const rows = knownRoles(engine.modules).map((role) => ({
      role,
      people: staff.filter((row) => row.active && row.roles.includes(role)).map((row) => row.name),
      permissions: [...engine.policy.permissionsOf([role])]
        .sort()
        .map((name) => ({ name, does: titles.get(name) ?? [] })),
    }));
    return { rows };
  });

  app.get('/api/administration/record-access', async (request, reply) => {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, RECORD_ACCESS);
    const { patient, from, to, format } = parseBody(accessQuery, request.query);
    const page = await recordAccess(engine, actor.tenant, { patient, from, to, limit: ACCESS_ROWS });
    // The question itself is a look at the record, and the next one sees it.
    const action = format === 'csv' ? 'record-access export' : 'record-access';
    await engine.audits.read(actor, action, engine.clock.now().toISOString(), {
      patient,
      detail: { from, to, rows: page.rows.length },
      origin: originOf(request),
    });
    if (format !== 'csv') return page;
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="record-access-${patient}.csv"`)
      .send(accessCsv(page.rows));
  });
}

/** What each permission lets one do, in the words of the commands and views that ask for it. */
function permissionTitles(engine: Engine): Map<string, Text[]> {
  const titles = new Map<string, Text[]>();
  const add = (permission: string, title: Text): void => {
    titles.set(permission, [...(titles.get(permission) ?? []), title]);
  };
  for (const command of engine.commands.values()) add(command.permission, command.title);
  for (const view of engine.views.values()) add(view.permission, view.title);
  for (const table of engine.tables.values()) add(table.permission, table.title);
  return titles;
}
