import type { FastifyInstance } from 'fastify';
import type { Doors } from '../../http/auth.ts';
import { fhirCall } from '../exchange.ts';
import { BODY_LIMIT } from './parameters.ts';
import { runViewDefinition } from './view-run.ts';
import { deleteView, getView, putView, searchViews } from './view-store.ts';

type Instance = { Params: { id: string } };

/** FHIR operations: `$…` on the server, on a type, on one resource. Registered with the routes of `/fhir`. */
export function fhirOperations(app: FastifyInstance, doors: Doors): void {
  viewDefinitions(app, doors);
}

function viewDefinitions(app: FastifyInstance, doors: Doors): void {
  const options = { bodyLimit: BODY_LIMIT };
  for (const name of ['$run', '$viewdefinition-run']) {
    app.post(`/fhir/ViewDefinition/${name}`, options, async (request, reply) =>
      runViewDefinition(await fhirCall(doors, request), reply),
    );
    app.get(`/fhir/ViewDefinition/${name}`, async (request, reply) =>
      runViewDefinition(await fhirCall(doors, request), reply),
    );
    app.post<Instance>(`/fhir/ViewDefinition/:id/${name}`, options, async (request, reply) =>
      runViewDefinition(await fhirCall(doors, request), reply, request.params.id),
    );
    app.get<Instance>(`/fhir/ViewDefinition/:id/${name}`, async (request, reply) =>
      runViewDefinition(await fhirCall(doors, request), reply, request.params.id),
    );
  }
  app.post('/fhir/ViewDefinition', options, async (request, reply) =>
    putView(await fhirCall(doors, request), reply, undefined),
  );
  app.get('/fhir/ViewDefinition', async (request, reply) => {
    const question = request.url.indexOf('?');
    const params = new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1));
    return searchViews(await fhirCall(doors, request), reply, params);
  });
  app.put<Instance>('/fhir/ViewDefinition/:id', options, async (request, reply) =>
    putView(await fhirCall(doors, request), reply, request.params.id),
  );
  app.get<Instance>('/fhir/ViewDefinition/:id', async (request, reply) =>
    getView(await fhirCall(doors, request), reply, request.params.id),
  );
  app.delete<Instance>('/fhir/ViewDefinition/:id', async (request, reply) =>
    deleteView(await fhirCall(doors, request), reply, request.params.id),
  );
}
