import { knownRoles } from '@mach/administration/commands/guard.ts';
import { Problem } from '@mach/base/problem.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Doors } from '../http/auth.ts';
import { shapeFault } from '../http/guard/json.ts';
import { patched, readOperations, readUser } from './draft.ts';
import { faultBody, ScimFault } from './fault.ts';
import { parseFilter } from './filter.ts';
import { changeMembers } from './members.ts';
import {
  draftOf,
  groupResource,
  listOf,
  providerConfig,
  resourceTypes,
  schemas,
  userResource,
  versionOf,
} from './resources.ts';
import { type ScimPerson, ScimStaff, scimClient } from './staff.ts';

const MOST = 200;
const BODY_LIMIT = 256 * 1024;

interface Listed {
  Querystring: { filter?: string; startIndex?: string; count?: string; excludedAttributes?: string };
}
interface One {
  Params: { id: string };
  Querystring: { excludedAttributes?: string };
}

/** SCIM 2 (RFC 7643, 7644) for the staff of a facility: `/scim/v2/Users`, and roles as `/scim/v2/Groups`. */
export function scimRoutes(app: FastifyInstance, doors: Doors): void {
  void app.register((scope, _options, done) => {
    scope.setErrorHandler((error, request, reply) => {
      if (error instanceof ScimFault || error instanceof Problem) return answer(reply, error.status, faultBody(error));
      const { statusCode, message } = error as { statusCode?: number; message: string };
      if (statusCode !== undefined && statusCode < 500)
        return answer(reply, statusCode, faultBody(new ScimFault(statusCode, message, 'invalidSyntax')));
      request.log.error({ err: error }, 'scim');
      return answer(reply, 500, faultBody(new ScimFault(500, 'The server failed')));
    });
    scope.addContentTypeParser('application/scim+json', { parseAs: 'string' }, (_request, body, next) => {
      try {
        const fault = shapeFault(String(body));
        if (fault) throw fault;
        next(null, JSON.parse(String(body)));
      } catch (error) {
        next(error instanceof Problem ? error : new ScimFault(400, 'The body is not valid JSON', 'invalidSyntax'));
      }
    });
    users(scope, doors);
    groups(scope, doors);
    scope.get('/scim/v2/ServiceProviderConfig', async (request, reply) =>
      answer(reply, 200, providerConfig(originOf(request))),
    );
    scope.get('/scim/v2/ResourceTypes', async (request, reply) =>
      answer(reply, 200, listOf(resourceTypes(originOf(request)), 1, MOST)),
    );
    scope.get('/scim/v2/Schemas', async (request, reply) =>
      answer(reply, 200, listOf(schemas(originOf(request)), 1, MOST)),
    );
    done();
  });
}

/** The staff list that the caller may keep. @throws ScimFault 401 */
async function staffOf(doors: Doors, request: FastifyRequest): Promise<ScimStaff> {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const { engine } = doors;
  const client = token === undefined ? undefined : await scimClient(engine.database.system, token);
  if (client) return new ScimStaff(engine, client);
  doors.rates?.address(request.ip);
  throw new ScimFault(401, 'A token made by `mach scim add` is needed');
}

function users(scope: FastifyInstance, doors: Doors): void {
  const sent = (request: FastifyRequest, reply: FastifyReply, person: ScimPerson, status = 200): FastifyReply =>
    answer(reply.header('etag', versionOf(person)), status, userResource(person, originOf(request)));

  scope.get<Listed>('/scim/v2/Users', async (request, reply) => {
    const staff = await staffOf(doors, request);
    const filter = parseFilter(request.query.filter, ['userName', 'externalId', 'id', 'active', 'displayName']);
    const found = (await staff.people()).filter((person) => {
      if (!filter) return true;
      const { userName, externalId, active, name } = draftOf(person);
      const value = { userName, externalId, active, displayName: name, id: person.row.key }[filter.attribute];
      // Names of accounts are one, however they are written (RFC 7643 §4.1.1).
      return typeof filter.value === 'string' && filter.attribute === 'userName'
        ? userName === filter.value.toLowerCase()
        : value === filter.value;
    });
    const { start, count } = pageOf(request.query);
    return answer(
      reply,
      200,
      listOf(
        found.map((person) => userResource(person, originOf(request))),
        start,
        count,
      ),
    );
  });

  scope.get<One>('/scim/v2/Users/:id', async (request, reply) =>
    sent(request, reply, await (await staffOf(doors, request)).person(request.params.id)),
  );

  scope.post('/scim/v2/Users', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const staff = await staffOf(doors, request);
    const person = await staff.create(readUser(request.body));
    reply.header('location', `${originOf(request)}/scim/v2/Users/${person.row.key}`);
    return sent(request, reply, person, 201);
  });

  scope.put<One>('/scim/v2/Users/:id', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const staff = await staffOf(doors, request);
    const person = await staff.person(request.params.id);
    requireMatch(request, person);
    return sent(request, reply, await staff.change(person, readUser(request.body, draftOf(person))));
  });

  scope.patch<One>('/scim/v2/Users/:id', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const staff = await staffOf(doors, request);
    const person = await staff.person(request.params.id);
    requireMatch(request, person);
    return sent(request, reply, await staff.change(person, patched(draftOf(person), readOperations(request.body))));
  });

  scope.delete<One>('/scim/v2/Users/:id', async (request, reply) => {
    const staff = await staffOf(doors, request);
    const person = await staff.person(request.params.id);
    requireMatch(request, person);
    await staff.remove(person);
    return reply.status(204).send();
  });
}

function groups(scope: FastifyInstance, doors: Doors): void {
  const roles = knownRoles(doors.engine.modules);
  const withMembers = (query: { excludedAttributes?: string }): boolean =>
    !(query.excludedAttributes ?? '').split(',').includes('members');
  const known = (id: string): string => {
    if (roles.includes(id)) return id;
    throw new ScimFault(404, `There is no group ${id}`);
  };

  scope.get<Listed>('/scim/v2/Groups', async (request, reply) => {
    const staff = await staffOf(doors, request);
    const filter = parseFilter(request.query.filter, ['displayName', 'id']);
    const people = (await staff.people()).map(({ row }) => row);
    const found = roles
      .filter((role) => !filter || role === filter.value)
      .map((role) => groupResource(role, people, originOf(request), withMembers(request.query)));
    const { start, count } = pageOf(request.query);
    return answer(reply, 200, listOf(found, start, count));
  });

  scope.get<One>('/scim/v2/Groups/:id', async (request, reply) => {
    const staff = await staffOf(doors, request);
    const role = known(request.params.id);
    const people = (await staff.people()).map(({ row }) => row);
    return answer(reply, 200, groupResource(role, people, originOf(request), withMembers(request.query)));
  });

  scope.patch<One>('/scim/v2/Groups/:id', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const staff = await staffOf(doors, request);
    await changeMembers(staff, known(request.params.id), readOperations(request.body));
    return reply.status(204).send();
  });
}

/** @throws ScimFault 412 when the caller has seen another version */
function requireMatch(request: FastifyRequest, person: ScimPerson): void {
  const asked = request.headers['if-match'];
  if (asked !== undefined && asked !== '*' && asked !== versionOf(person))
    throw new ScimFault(412, 'Somebody else has changed this user');
}

function pageOf(query: Listed['Querystring']): { start: number; count: number } {
  const number = (text: string | undefined, fallback: number): number => {
    const value = Number(text ?? fallback);
    if (!Number.isInteger(value)) throw new ScimFault(400, 'startIndex and count are whole numbers', 'invalidValue');
    return value;
  };
  return {
    start: Math.max(1, number(query.startIndex, 1)),
    count: Math.min(MOST, Math.max(0, number(query.count, MOST))),
  };
}

const originOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`;

function answer(reply: FastifyReply, status: number, body: object): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="mach"');
  return reply
    .status(status)
    .header('cache-control', 'no-store')
    .type('application/scim+json; charset=utf-8')
    .send(JSON.stringify(body));
}
