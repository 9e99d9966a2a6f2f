import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Doors } from '../../http/auth.ts';
import { fhirCall, requireId, requireType } from '../exchange.ts';
import { graphqlDoors } from '../graphql/graphql.ts';
import { parameterDoors } from '../parameters/doors.ts';
import { subscriptionDoors } from '../subscriptions/doors.ts';
import { accessLog } from './access-log.ts';
import { documentOf } from './document.ts';
import { dressOperation } from './dress.ts';
import { everything } from './everything.ts';
import { everythingOfMany } from './everything-many.ts';
import { longWork } from './long-work.ts';
import { processMessage } from './message.ts';
import { changeMeta, instanceMeta, usedMeta } from './meta.ts';
import { BODY_LIMIT } from './parameters.ts';
import type { Place, Route, Run } from './route.ts';
import { patientSummary, summaryByIdentifier } from './summary.ts';
import { expand, lookup, subsumes, validateInSet, validateInSystem } from './terminology/operations.ts';
import { translateCode } from './terminology/translate.ts';
import { validateOperation } from './validate.ts';
import { runViewDefinition } from './view-run.ts';
import { deleteView, getView, putView, searchViews } from './view-store.ts';

/** FHIR operations: `$…` on the server, on a type, on one resource. Registered with the routes of `/fhir`. */
export function fhirOperations(app: FastifyInstance, doors: Doors): void {
  const route = (methods: string, url: string, run: Run): void => {
    app.route({
      method: methods.split(' '),
      url: `/fhir/${url}`,
      bodyLimit: BODY_LIMIT,
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const at = request.params as Place;
        if (at.type !== undefined) requireType(at.type);
        if (at.id !== undefined) requireId(at.id);
        return run(await fhirCall(doors, request), reply, at);
      },
    });
  };
  longWork(app, doors, route);
  subscriptionDoors(app, doors, route);
  graphqlDoors(app, route);
  parameterDoors(app, doors);
  viewDefinitions(route);
  records(route);
  terminology(route);
}

function records(route: Route): void {
  route('POST', ':type/$validate', (call, reply, { type }) => validateOperation(call, reply, type, undefined));
  route('GET POST', ':type/:id/$validate', (call, reply, { type, id }) => validateOperation(call, reply, type, id));
  route('GET POST', ':type/:id/$dress', (call, reply, { type, id }) => dressOperation(call, reply, type, id));
  route('POST', ':type/$dress', (call, reply, { type }) => dressOperation(call, reply, type, undefined));
  route('GET', '$meta', (call, reply) => usedMeta(call, reply));
  route('GET', ':type/$meta', (call, reply, { type }) => usedMeta(call, reply, type));
  route('GET', ':type/:id/$meta', (call, reply, { type, id }) => instanceMeta(call, reply, type, id));
  route('GET', ':type/:id/_history/:version/$meta', (call, reply, { type, id, version }) =>
    instanceMeta(call, reply, type, id, version),
  );
  route('POST', ':type/:id/$meta-add', (call, reply, { type, id }) => changeMeta(call, reply, type, id, 'add'));
  route('POST', ':type/:id/$meta-delete', (call, reply, { type, id }) => changeMeta(call, reply, type, id, 'delete'));
  route('GET POST', 'Patient/$everything', (call, reply) => everythingOfMany(call, reply));
  route('GET POST', 'Group/:id/$everything', (call, reply, { id }) => everythingOfMany(call, reply, id));
  route('GET POST', 'Patient/:id/$everything', (call, reply, { id }) => everything(call, reply, 'Patient', id));
  route('GET POST', 'Encounter/:id/$everything', (call, reply, { id }) => everything(call, reply, 'Encounter', id));
  route('GET POST', 'Composition/:id/$document', (call, reply, { id }) => documentOf(call, reply, id));
  route('POST', '$process-message', (call, reply) => processMessage(call, reply));
  route('GET POST', 'Patient/$summary', (call, reply) => summaryByIdentifier(call, reply));
  route('GET POST', 'Patient/:id/$access-log', (call, reply, { id }) => accessLog(call, reply, id));
  route('GET POST', 'Patient/:id/$summary', (call, reply, { id }) => patientSummary(call, reply, id));
}

function terminology(route: Route): void {
  route('GET POST', 'CodeSystem/$lookup', (call, reply) => lookup(call, reply));
  for (const [url, run] of [
    ['CodeSystem/$validate-code', validateInSystem],
    ['CodeSystem/$subsumes', subsumes],
    ['ValueSet/$expand', expand],
    ['ValueSet/$validate-code', validateInSet],
    ['ConceptMap/$translate', translateCode],
  ] as const) {
    route('GET POST', url, (call, reply) => run(call, reply));
    route('GET POST', url.replace('/', '/:id/'), (call, reply, { id }) => run(call, reply, id));
  }
}

function viewDefinitions(route: Route): void {
  for (const name of ['$run', '$viewdefinition-run']) {
    route('GET POST', `ViewDefinition/${name}`, (call, reply) => runViewDefinition(call, reply));
    route('GET POST', `ViewDefinition/:id/${name}`, (call, reply, { id }) => runViewDefinition(call, reply, id));
  }
  route('POST', 'ViewDefinition', (call, reply) => putView(call, reply, undefined));
  route('GET', 'ViewDefinition', (call, reply) => {
    const question = call.request.url.indexOf('?');
    return searchViews(call, reply, new URLSearchParams(question < 0 ? '' : call.request.url.slice(question + 1)));
  });
  route('PUT', 'ViewDefinition/:id', (call, reply, { id }) => putView(call, reply, id));
  route('GET', 'ViewDefinition/:id', (call, reply, { id }) => getView(call, reply, id));
  route('DELETE', 'ViewDefinition/:id', (call, reply, { id }) => deleteView(call, reply, id));
}
