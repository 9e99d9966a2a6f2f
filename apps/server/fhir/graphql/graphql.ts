import { Problem, refuse, toOperationOutcome } from '@mach/base/problem.ts';
import { isObject } from '@mach/fhir/json.ts';
import { customGeneration } from '@mach/fhir/search-custom.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { execute, GraphQLError, type GraphQLSchema, validate } from 'graphql';
import { type FhirCall, queryOf } from '../exchange.ts';
import type { Route } from '../operations/route.ts';
import { type ReadDocument, readDocument } from './document.ts';
import { Loader } from './loader.ts';
import { schemaFor } from './schema.ts';
import { shaped } from './shape.ts';

const MAX_LENGTH = 64 * 1024;
/** The answer of a tool's question for the schema is large; it is made anew when the memory was wanted meanwhile. */
const KEPT = 60_000;
let whole: { params: string; schema: WeakRef<GraphQLSchema> } | undefined;

interface Question {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | null;
}

/** GraphQL for reading (http://hl7.org/fhir/graphql.html): the whole server, or one resource. */
export function graphqlDoors(app: FastifyInstance, route: Route): void {
  app.addContentTypeParser(
    'application/graphql',
    { parseAs: 'string', bodyLimit: MAX_LENGTH },
    (_request, body, done) => done(null, { query: String(body) }),
  );
  route('GET POST', '$graphql', (call, reply) => answer(call, reply));
  route('GET POST', ':type/:id/$graphql', (call, reply, { type, id }) => answer(call, reply, { type, id }));
}

async function answer(call: FhirCall, reply: FastifyReply, at?: { type: string; id: string }): Promise<FastifyReply> {
  const question = readQuestion(call);
  const send = (status: number, body: object): FastifyReply =>
    reply.status(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
  let read: ReadDocument;
  try {
    read = readDocument(question.query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return send(400, { errors: [told(error)] });
  }
  const loader = new Loader(call);
  const rootValue = at ? await loader.read(at.type, at.id) : {};
  const schema = schemaOf(read, at?.type ?? null, call.actor.tenant);
  const faults = validate(schema, read.document, undefined, { maxErrors: 20 });
  if (faults.length > 0) return send(400, { errors: faults.map(told) });
  const result = await execute({
    schema,
    document: read.document,
    rootValue,
    contextValue: loader,
    variableValues: question.variables,
    operationName: question.operationName,
  });
  await loader.audit(question.query);
  const data = shaped(read.document, question.operationName, (result.data ?? null) as Record<string, unknown> | null);
  const errors = result.errors?.map(told);
  return send(result.data === undefined ? 400 : 200, { ...(errors ? { errors } : {}), data });
}

/** The schemas of the questions asked last: programs ask the same ones again. */
const recent = new Map<string, GraphQLSchema>();
const RECENT = 20;

function schemaOf(read: ReadDocument, root: string | null, tenant: number): GraphQLSchema {
  const params = `${tenant}/${customGeneration()}`;
  if (!read.names.has('__schema') && !read.names.has('__type')) {
    const key = [params, root ?? '', ...[...read.names].sort(), '', ...[...read.types].sort()].join(' ');
    const found = recent.get(key) ?? schemaFor(read, root, tenant);
    recent.delete(key);
    recent.set(key, found);
    const oldest = recent.keys().next();
    if (recent.size > RECENT && !oldest.done) recent.delete(oldest.value);
    return found;
  }
  const known = root === null && whole?.params === params ? whole.schema.deref() : undefined;
  const made = known ?? schemaFor(read, root, tenant, true);
  if (root === null) {
    whole = { params, schema: new WeakRef(made) };
    // It takes a second to make: whoever asks again soon finds it.
    setTimeout(() => void made, KEPT).unref();
  }
  return made;
}

/** @throws Problem 400, 413 */
function readQuestion(call: FhirCall): Question {
  const params = queryOf(call.request);
  const body = call.request.method === 'POST' && isObject(call.request.body) ? call.request.body : {};
  const query = body.query ?? params.get('query');
  if (typeof query !== 'string' || query === '')
    throw refuse(400, 'query-missing', { vi: 'Thiếu query', en: 'The query is missing' }, { field: 'query' });
  if (query.length > MAX_LENGTH)
    throw refuse(413, 'too-long', { vi: 'Truy vấn quá dài', en: 'The query is too long' }, { field: 'query' });
  const given = body.variables ?? params.get('variables') ?? {};
  const name = body.operationName ?? params.get('operationName');
  return {
    query,
    variables: typeof given === 'string' ? parsed(given) : isObject(given) ? given : {},
    operationName: typeof name === 'string' && name !== '' ? name : null,
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw refuse(
    400,
    'variables',
    { vi: 'variables phải là JSON', en: 'variables must be JSON' },
    { field: 'variables' },
  );
}

/** A fault as GraphQL tells it; a refusal of ours travels along as an OperationOutcome. */
function told(error: GraphQLError): object {
  const { originalError } = error;
  const { message, locations, path } = error;
  if (originalError instanceof Problem)
    return {
      message: originalError.message,
      locations,
      path,
      extensions: { resource: toOperationOutcome(originalError) },
    };
  // What went wrong inside is nobody's business outside.
  if (originalError && !(originalError instanceof GraphQLError || originalError instanceof TypeError))
    return { message: 'the server failed', locations, path };
  return { message, locations, ...(path ? { path } : {}) };
}
