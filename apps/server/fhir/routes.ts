import { refuse } from '@mach/base/problem.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Doors } from '../http/auth.ts';
import { bundle } from './bundle.ts';
import { FHIR_JSON, fhirCall, requireType } from './exchange.ts';
import { conditionalUpdate, create, history, patch, read, remove, update, vread } from './instance.ts';
import { capabilities } from './metadata.ts';
import { fhirOperations } from './operations/register.ts';
import { findRecords, searchBundle } from './search.ts';

/** A transaction may be this large; more goes by import. */
const BODY_LIMIT = 16 * 1024 * 1024;
const JSON_TYPES = ['application/fhir+json', 'application/json-patch+json'];

type Typed = { Params: { type: string } };
type Instance = { Params: { type: string; id: string } };

/** `/fhir`: the R4 REST door. Every write is the command `record.write`; every read goes through the policy. */
export function fhirRoutes(app: FastifyInstance, doors: Doors): void {
  app.addContentTypeParser(JSON_TYPES, { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(
        refuse(400, 'invalid-json', { vi: 'JSON không hợp lệ', en: 'The body is not valid JSON' }) as unknown as Error,
      );
    }
  });
  const options = { bodyLimit: BODY_LIMIT };
  fhirOperations(app, doors);
  const started = doors.engine.clock.now().toISOString();

  app.get('/fhir/metadata', async (request, reply) =>
    reply.type(FHIR_JSON).send(JSON.stringify(capabilities(`${request.protocol}://${request.host}/fhir`, started))),
  );
  app.post('/fhir', options, async (request, reply) => bundle(await fhirCall(doors, request), reply));

  app.get<Typed>('/fhir/:type', async (request, reply) => {
    requireType(request.params.type);
    return search(request, queryOf(request), request.params.type, reply);
  });
  app.post<Typed>('/fhir/:type/_search', async (request, reply) => {
    requireType(request.params.type);
    const params = queryOf(request);
    for (const [name, value] of Object.entries((request.body ?? {}) as Record<string, string>))
      params.append(name, value);
    return search(request, params, request.params.type, reply);
  });
  const search = async (
    request: FastifyRequest,
    params: URLSearchParams,
    type: string,
    reply: { type(t: string): { send(body: string): unknown } },
  ) => {
    const call = await fhirCall(doors, request);
    const found = await findRecords(call, type, params);
    return reply.type(FHIR_JSON).send(searchBundle(call.baseUrl, type, params, found));
  };

  app.post<Typed>('/fhir/:type', options, async (request, reply) => {
    requireType(request.params.type);
    return create(await fhirCall(doors, request), reply, request.params.type);
  });
  app.put<Typed>('/fhir/:type', options, async (request, reply) => {
    requireType(request.params.type);
    return conditionalUpdate(await fhirCall(doors, request), reply, request.params.type, queryOf(request));
  });
  app.get<Instance>('/fhir/:type/:id', async (request, reply) => {
    requireType(request.params.type);
    return read(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.put<Instance>('/fhir/:type/:id', options, async (request, reply) => {
    requireType(request.params.type);
    return update(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.patch<Instance>('/fhir/:type/:id', options, async (request, reply) => {
    requireType(request.params.type);
    return patch(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.delete<Instance>('/fhir/:type/:id', async (request, reply) => {
    requireType(request.params.type);
    return remove(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.get<Instance>('/fhir/:type/:id/_history', async (request, reply) => {
    requireType(request.params.type);
    return history(await fhirCall(doors, request), reply, request.params.type, request.params.id);
  });
  app.get<{ Params: { type: string; id: string; version: string } }>(
    '/fhir/:type/:id/_history/:version',
    async (request, reply) => {
      requireType(request.params.type);
      return vread(
        await fhirCall(doors, request),
        reply,
        request.params.type,
        request.params.id,
        request.params.version,
      );
    },
  );
}

function queryOf(request: FastifyRequest): URLSearchParams {
  const question = request.url.indexOf('?');
  return new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1));
}
