import { Problem, refuse } from '@mach/base/problem.ts';
import { customGeneration } from '@mach/fhir/search-custom.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Doors, requireActor, tokenOf } from '../http/auth.ts';
import { bundle } from './bundle.ts';
import { baseOf, FHIR_JSON, type FhirCall, fhirCall, queryOf, requireId, requireType } from './exchange.ts';
import { historyBundle } from './history.ts';
import {
  conditionalDelete,
  conditionalPatch,
  conditionalUpdate,
  create,
  patch,
  read,
  remove,
  update,
  vread,
} from './instance.ts';
import { capabilities } from './metadata.ts';
import { dressAnswers, readBodies } from './negotiation.ts';
import { fhirOperations } from './operations/register.ts';
import { packProfiles } from './profiles/house-profiles.ts';
import { search } from './search-door.ts';
import { terminologyCapabilities } from './terminology-statement.ts';

/** A transaction may be this large; more goes by import. */
const BODY_LIMIT = 16 * 1024 * 1024;

type Typed = { Params: { type: string } };
type Instance = { Params: { type: string; id: string } };
type Version = { Params: { type: string; id: string; version: string } };
type Compartment = { Params: { type: string; id: string; member: string } };

/** `/fhir`: the R4 REST door. Every write is the command `record.write`; every read goes through the policy. */
export function fhirRoutes(app: FastifyInstance, doors: Doors): void {
  void app.register((scope, _options, done) => {
    readBodies(scope, BODY_LIMIT);
    dressAnswers(scope);
    fhirOperations(scope, doors);
    systemRoutes(scope, doors);
    typeRoutes(scope, doors);
    instanceRoutes(scope, doors);
    done();
  });
}

const options = { bodyLimit: BODY_LIMIT };

/** What `/metadata` is asked for; the normative part alone is not told apart from the rest. */
const MODES: ReadonlySet<string> = new Set(['full', 'normative', 'terminology']);

/** Parameters of a search by POST: those of the address and those of the form. */
function formOf(request: FastifyRequest): URLSearchParams {
  const params = queryOf(request);
  if (typeof request.body === 'string')
    for (const [name, value] of new URLSearchParams(request.body)) params.append(name, value);
  else if (request.body !== null && request.body !== undefined)
    throw refuse(415, 'media-type', {
      vi: 'Gửi application/x-www-form-urlencoded',
      en: 'Send application/x-www-form-urlencoded',
    });
  return params;
}

/** Whose statement is asked for: the only facility's, or that of the one who asks; undefined where nobody says. */
async function facilityOf(doors: Doors, request: FastifyRequest): Promise<number | undefined> {
  const [only, ...others] = doors.engine.allFacilities;
  if (others.length === 0) return only?.tenant;
  if (tokenOf(request) === undefined) return undefined;
  try {
    return (await requireActor(doors, request)).tenant;
  } catch (error) {
    // The statement is for everybody, with a token that is good or not.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function systemRoutes(app: FastifyInstance, doors: Doors): void {
  // A form is kept as text here: the same parameter may come twice.
  app.removeContentTypeParser('application/x-www-form-urlencoded');
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, String(body));
  });
  const started = doors.engine.clock.now().toISOString();
  let statement: { key: string; text: string } | undefined;
  app.get('/fhir/metadata', async (request, reply) => {
    const base = baseOf(request);
    // A megabyte that changes with the address only.
    const tenant = await facilityOf(doors, request);
    const mode = queryOf(request).get('mode') ?? 'full';
    if (!MODES.has(mode))
      throw refuse(
        400,
        'value',
        { vi: 'mode là full, normative hoặc terminology', en: 'mode is full, normative or terminology' },
        { field: 'mode' },
      );
    if (mode === 'terminology')
      return reply.type(FHIR_JSON).send(JSON.stringify(terminologyCapabilities(doors.engine, base, started, tenant)));
    const key = `${base} ${customGeneration()} ${tenant}`;
    if (statement?.key !== key)
      statement = {
        key,
        text: JSON.stringify(capabilities(base, started, packProfiles(doors.engine, tenant), tenant)),
      };
    return reply.type(FHIR_JSON).send(statement.text);
  });
  for (const path of ['/fhir', '/fhir/']) {
    app.post(path, options, async (request, reply) => bundle(await fhirCall(doors, request), reply));
    app.get(path, async (request, reply) => search(await fhirCall(doors, request), reply, null, queryOf(request)));
  }
  app.post('/fhir/_search', async (request, reply) =>
    search(await fhirCall(doors, request), reply, null, formOf(request)),
  );
  app.get('/fhir/_history', async (request, reply) => history(await fhirCall(doors, request), reply, null, null));
}

async function history(
  call: FhirCall,
  reply: FastifyReply,
  type: string | null,
  id: string | null,
): Promise<FastifyReply> {
  return reply.type(FHIR_JSON).send(await historyBundle(call, type, id, queryOf(call.request)));
}

function typeRoutes(app: FastifyInstance, doors: Doors): void {
  app.get<Typed>('/fhir/:type', async (request, reply) => {
    requireType(request.params.type);
    return search(await fhirCall(doors, request), reply, request.params.type, queryOf(request));
  });
  app.post<Typed>('/fhir/:type/_search', async (request, reply) => {
    requireType(request.params.type);
    return search(await fhirCall(doors, request), reply, request.params.type, formOf(request));
  });
  app.get<Typed>('/fhir/:type/_history', async (request, reply) => {
    requireType(request.params.type);
    return history(await fhirCall(doors, request), reply, request.params.type, null);
  });
  app.post<Typed>('/fhir/:type', options, async (request, reply) => {
    requireType(request.params.type);
    return create(await fhirCall(doors, request), reply, request.params.type);
  });
  app.put<Typed>('/fhir/:type', options, async (request, reply) => {
    requireType(request.params.type);
    return conditionalUpdate(await fhirCall(doors, request), reply, request.params.type, queryOf(request));
  });
  app.patch<Typed>('/fhir/:type', options, async (request, reply) => {
    requireType(request.params.type);
    return conditionalPatch(await fhirCall(doors, request), reply, request.params.type, queryOf(request));
  });
  app.delete<Typed>('/fhir/:type', async (request, reply) => {
    requireType(request.params.type);
    return conditionalDelete(await fhirCall(doors, request), reply, request.params.type, queryOf(request));
  });
}

function instanceRoutes(app: FastifyInstance, doors: Doors): void {
  const known = (params: { type: string; id: string }): void => {
    requireType(params.type);
    requireId(params.id);
  };
  app.get<Instance>('/fhir/:type/:id', async (request, reply) => {
    known(request.params);
    return read(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.put<Instance>('/fhir/:type/:id', options, async (request, reply) => {
    known(request.params);
    return update(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.patch<Instance>('/fhir/:type/:id', options, async (request, reply) => {
    known(request.params);
    return patch(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.delete<Instance>('/fhir/:type/:id', async (request, reply) => {
    known(request.params);
    return remove(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.get<Instance>('/fhir/:type/:id/_history', async (request, reply) => {
    known(request.params);
    return history(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.get<Version>('/fhir/:type/:id/_history/:version', async (request, reply) => {
    known(request.params);
    const { type, id, version } = request.params;
    return vread(await fhirCall(doors, request), reply, type, id, version);
  });
  const compartment = async (
    request: FastifyRequest<Compartment>,
    reply: FastifyReply,
    params: URLSearchParams,
  ): Promise<FastifyReply> => {
    known(request.params);
    const { type, id, member } = request.params;
    if (member !== '*') {
      if (member.startsWith('$')) requireId(member);
      requireType(member);
    }
    return search(await fhirCall(doors, request), reply, member === '*' ? null : member, params, { name: type, id });
  };
  app.get<Compartment>('/fhir/:type/:id/:member', async (request, reply) =>
    compartment(request, reply, queryOf(request)),
  );
  app.post<Compartment>('/fhir/:type/:id/:member/_search', async (request, reply) =>
    compartment(request, reply, formOf(request)),
  );
}
