import websocket from '@fastify/websocket';
import { isObject } from '@mach/fhir/json.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Doors } from '../../http/auth.ts';
import { whereNeeded } from '../../http/guard/hooks.ts';
import { type FhirCall, fhirCall } from '../exchange.ts';
import { refOf } from '../operations/actors.ts';
import type { Route } from '../operations/route.ts';
import { sealHeaders } from './headers.ts';
import { SubscriptionHub } from './hub.ts';
import { bindingToken, checkSubscription, eventsOf, statusOf, topicById, topicList } from './operations.ts';
import { askState } from './store.ts';

/** A message to the socket is a ticket and a word. */
const MAX_MESSAGE = 4_096;
/** A socket that says nothing is closed after this time, ms. */
const SPEECHLESS = 30_000;

/** Subscriptions of all facilities: their operations, their socket, and the door at which they are written. */
export function subscriptionDoors(app: FastifyInstance, doors: Doors, route: Route): void {
  const { engine } = doors;
  const hubs = new Map<number, SubscriptionHub>();
  const hubOf = (tenant: number): SubscriptionHub => {
    const hub = hubs.get(tenant) ?? new SubscriptionHub(engine, tenant, patience(engine.settings(tenant)));
    hubs.set(tenant, hub);
    return hub;
  };
  const hub = (call: FhirCall): SubscriptionHub => hubOf(call.actor.tenant);
  route('GET POST', 'Subscription/$status', (call, reply) => statusOf(call, reply, hub(call)));
  route('GET POST', 'Subscription/:id/$status', (call, reply, { id }) => statusOf(call, reply, hub(call), id));
  route('GET POST', 'Subscription/:id/$events', (call, reply, { id }) => eventsOf(call, reply, hub(call), id));
  route('GET POST', 'Subscription/$get-ws-binding-token', (call, reply) => bindingToken(call, reply, hub(call)));
  route('GET POST', 'Subscription/:id/$get-ws-binding-token', (call, reply, { id }) =>
    bindingToken(call, reply, hub(call), id),
  );
  route('GET', 'SubscriptionTopic', (call, reply) => topicList(reply, hub(call)));
  route('GET', 'SubscriptionTopic/:id', (call, reply, { id }) => topicById(reply, hub(call), id));
  writes(app, doors, hubOf);
  void app.register(async (scope) => {
    if (!app.hasDecorator('websocketServer')) await scope.register(websocket, { options: { maxPayload: MAX_MESSAGE } });
    socket(
      scope,
      engine.allFacilities.map((f) => f.tenant),
      hubOf,
    );
  });
  app.addHook('onListen', async () => {
    for (const { tenant } of engine.allFacilities) hubOf(tenant).start();
  });
  app.addHook('onClose', async () => {
    await Promise.all([...hubs.values()].map((one) => one.stop()));
  });
}

/** How long an end is borne with: settings of the facility. */
function patience(settings: ReadonlyMap<string, unknown>): { attempts?: number; firstWait?: number } {
  const number = (key: string): number | undefined => {
    const value = settings.get(key);
    return typeof value === 'number' && value > 0 ? value : undefined;
  };
  const [attempts, firstWait] = [number('fhir.subscription-attempts'), number('fhir.subscription-first-wait')];
  return { ...(attempts === undefined ? {} : { attempts }), ...(firstWait === undefined ? {} : { firstWait }) };
}

const WRITES = new Set(['POST', 'PUT', 'PATCH']);
const isWrite = (request: FastifyRequest): boolean =>
  WRITES.has(request.method) &&
  (request.params as { type?: string } | undefined)?.type === 'Subscription' &&
  /^\/fhir\/:type(\/:id)?$/.test(request.routeOptions.url ?? '');

/** Before the write: whether it can be served. After it: whose it is, with which rights, and that its end be asked. */
function writes(app: FastifyInstance, doors: Doors, hubOf: (tenant: number) => SubscriptionHub): void {
  const calls = new WeakMap<FastifyRequest, FhirCall>();
  const before = async (request: FastifyRequest): Promise<void> => {
    const call = await fhirCall(doors, request);
    const { body } = request;
    if (request.method !== 'PATCH' && isObject(body) && body.resourceType === 'Subscription') {
      await checkSubscription(call, hubOf(call.actor.tenant));
      await sealHeaders(doors.engine, call.actor.tenant, call.actor.id, body);
    }
    calls.set(request, call);
  };
  app.addHook(
    'preHandler',
    whereNeeded((request) => (isWrite(request) ? before(request) : undefined)),
  );
  const after = async (call: FhirCall, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const place = written(request, reply);
    if (!place) return;
    const { tenant } = call.actor;
    const off = (request.body as { status?: string } | null)?.status === 'off';
    const on = doors.engine.database.tenant(tenant);
    await askState(on, { ...place, owner: refOf(call.actor), base: call.baseUrl, off });
    hubOf(tenant).poke();
  };
  app.addHook('onSend', (request, reply, payload, done) => {
    const call = isWrite(request) ? calls.get(request) : undefined;
    if (call) after(call, request, reply).then(() => done(null, payload), done);
    else done(null, payload);
  });
}

/** Which version a write has made; undefined when it made none. */
function written(request: FastifyRequest, reply: FastifyReply): { id: string; version: number } | undefined {
  if (reply.statusCode !== 200 && reply.statusCode !== 201) return undefined;
  const [, id, version] = /\/Subscription\/([^/]+)\/_history\/(\d+)$/.exec(String(reply.getHeader('location'))) ?? [];
  return id === undefined || (request.method === 'POST' && reply.statusCode === 200)
    ? undefined
    : { id, version: Number(version) };
}

/** `/fhir/$ws`: the first word is `bind-with-token` and a ticket; from then on only this program speaks. */
function socket(scope: FastifyInstance, tenants: readonly number[], hubOf: (tenant: number) => SubscriptionHub): void {
  scope.get('/fhir/$ws', { websocket: true }, (listener) => {
    const speechless = setTimeout(() => listener.close(1008, 'no ticket'), SPEECHLESS);
    speechless.unref();
    listener.on('close', () => clearTimeout(speechless));
    listener.on('error', () => listener.terminate());
    listener.on('message', (message: Buffer) => {
      const [, token = '', tenant = ''] =
        /^bind-with-token:?\s+((\d{1,9})\.[\w-]{43})\s*$/.exec(message.toString('utf8')) ?? [];
      const bound = tenants.includes(Number(tenant))
        ? hubOf(Number(tenant)).sockets.bind(listener, token)
        : Promise.resolve(false);
      bound.then(
        (isGood) => {
          if (isGood) clearTimeout(speechless);
          else listener.close(1008, 'the ticket is not good');
        },
        () => listener.close(1011, 'try again'),
      );
    });
  });
}
