import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from '@mach/base/problem.ts';
import { isObject } from '@mach/fhir/json.ts';
import { readRecord, type StoredRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { FHIR_JSON, type FhirCall, gone, notFound } from '../exchange.ts';
import { refOf } from '../operations/actors.ts';
import { trustedHosts } from '../operations/outgoing/settings.ts';
import { badParameter, parametersOf, readParameters } from '../operations/parameters.ts';
import type { SubscriptionHub } from './hub.ts';
import { notification, type StatusFacts, statusParameters } from './notification.ts';
import { mayRead } from './reading.ts';
import { type Content, readSpec, type Spec } from './spec.ts';
import { readNumbered, readState, type State } from './store.ts';
import { ownTopic, shippedTopics, topicResource } from './topics.ts';

/** Events that one `$events` gives. */
const MAX_EVENTS = 1_000;
const MAX_IDS = 100;
/** Patience with the one that follows the feed, ms. */
const SETTLED = 5_000;

interface Known {
  readonly record: StoredRecord;
  readonly state: State | undefined;
  readonly spec: Spec | undefined;
}

/** @throws Problem 403, 404, 410 */
async function known(call: FhirCall, hub: SubscriptionHub, id: string): Promise<Known> {
  const { engine } = call.doors;
  engine.policy.requireRecord(call.actor, 'read', 'Subscription');
  const on = engine.database.tenant(call.actor.tenant);
  const record = await readRecord(on, 'Subscription', id);
  if (!record || !mayRead(engine, call.actor, record)) throw notFound('Subscription', id);
  if (record.deleted) throw gone('Subscription', id);
  const state = await readState(on, id);
  const topicOf = await hub.shelf.all();
  let spec: Spec | undefined;
  try {
    const rules = { trusted: trustedHosts(engine, call.actor.tenant), tenant: call.actor.tenant };
    spec = readSpec(record.resource as never, record.version, topicOf, rules);
  } catch {
    // Said in its status.
  }
  return { record, state, spec };
}

function facts(call: FhirCall, { record, state, spec }: Known): StatusFacts {
  const resource = record.resource as unknown as { status?: string; criteria?: string; error?: string };
  return {
    id: record.id,
    base: call.baseUrl,
    topic: spec?.topic.url ?? resource.criteria ?? '',
    status: (resource.status ?? 'requested') as StatusFacts['status'],
    events: state?.events ?? 0,
    error: resource.error ?? null,
  };
}

/** `Subscription/{id}/$status`, and `Subscription/$status?id=…&status=…` for several. */
export async function statusOf(
  call: FhirCall,
  reply: FastifyReply,
  hub: SubscriptionHub,
  id?: string,
): Promise<FastifyReply> {
  const given = readParameters(call.request, id === undefined ? { id: 'string', status: 'string' } : {});
  const ids = id === undefined ? given.texts('id') : [id];
  if (ids.length === 0 || ids.length > MAX_IDS)
    throw badParameter('id', `phải có từ 1 đến ${MAX_IDS}`, `must be given 1 to ${MAX_IDS} times`);
  const wanted = new Set(given.texts('status'));
  const entry: object[] = [];
  for (const one of ids) {
    const told = facts(call, await known(call, hub, one));
    if (wanted.size > 0 && !wanted.has(told.status)) continue;
    const resource = statusParameters(told, 'query-status');
    entry.push({ fullUrl: `urn:uuid:${call.doors.engine.ids()}`, resource, search: { mode: 'match' } });
  }
  const bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: entry.length,
    ...(entry.length > 0 ? { entry } : {}),
  };
  return reply.type(FHIR_JSON).send(JSON.stringify(bundle));
}

/** `Subscription/{id}/$events`: what was numbered, from one number on; whoever asks sees what he himself may see. */
export async function eventsOf(
  call: FhirCall,
  reply: FastifyReply,
  hub: SubscriptionHub,
  id: string,
): Promise<FastifyReply> {
  const given = readParameters(call.request, {
    eventsSinceNumber: 'any',
    eventsUntilNumber: 'any',
    content: 'string',
  });
  const found = await known(call, hub, id);
  const { state } = found;
  const number = (name: string): number | undefined => given.integer(name, 0, 999_999_999);
  const since = number('eventsSinceNumber') ?? 1;
  const until = number('eventsUntilNumber') ?? state?.events ?? 0;
  const content = given.text('content') ?? found.spec?.content ?? 'empty';
  if (content !== 'empty' && content !== 'id-only' && content !== 'full-resource')
    throw badParameter('content', 'là empty, id-only hoặc full-resource', 'must be empty, id-only or full-resource');
  const { engine } = call.doors;
  const on = engine.database.tenant(call.actor.tenant);
  const events = await readNumbered(on, id, Math.max(since, 1) - 1, until, MAX_EVENTS);
  const bundle = await notification(
    hub.engine,
    call.actor,
    facts(call, found),
    'query-event',
    events,
    content as Content,
  );
  await engine.audits.read(call.actor, 'subscription events', engine.clock.now().toISOString(), {
    kind: 'exchange',
    entities: events.slice(0, 100).map((e) => `${e.type}/${e.id}/_history/${e.version}`),
    detail: { subscription: id, events: events.length },
  });
  return reply.type(FHIR_JSON).send(JSON.stringify(bundle));
}

/** The state of a subscription that its record says is active: it follows the record by a moment. */
async function settled(call: FhirCall, id: string): Promise<State | undefined> {
  const on = call.doors.engine.database.tenant(call.actor.tenant);
  for (const until = Date.now() + SETTLED; ; await sleep(20)) {
    const state = await readState(on, id);
    if (state?.status === 'active' || Date.now() > until) return state;
  }
}

/** `$get-ws-binding-token`: a ticket for the socket. Only the owner of a subscription listens to it. */
export async function bindingToken(
  call: FhirCall,
  reply: FastifyReply,
  hub: SubscriptionHub,
  id?: string,
): Promise<FastifyReply> {
  const given = readParameters(call.request, id === undefined ? { id: 'string' } : {});
  const ids = [...new Set(id === undefined ? given.all('id').flatMap((v) => String(v).split(',')) : [id])];
  if (ids.length === 0 || ids.length > MAX_IDS)
    throw badParameter('id', `phải có từ 1 đến ${MAX_IDS}`, `must be given 1 to ${MAX_IDS} times`);
  for (const one of ids) {
    const { record, spec } = await known(call, hub, one);
    const isActive = (record.resource as { status?: string }).status === 'active';
    const state = isActive ? await settled(call, one) : undefined;
    if (state?.owner?.id !== call.actor.id || state.status !== 'active' || spec?.channel !== 'websocket')
      throw refuse(422, 'not-bindable', {
        vi: `Subscription/${one} không phải kênh websocket đang chạy của bạn`,
        en: `Subscription/${one} is not an active websocket subscription of yours`,
      });
  }
  const { token, expires } = await hub.sockets.ticket(ids, refOf(call.actor));
  const answer = parametersOf([
    ['token', 'valueString', token],
    ['expiration', 'valueDateTime', expires],
    ...ids.map((one) => ['subscription', 'valueString', one] as const),
    ['websocket-url', 'valueUrl', `${call.baseUrl.replace(/^http/, 'ws')}/$ws`],
  ]);
  return reply.type(FHIR_JSON).send(JSON.stringify(answer));
}

/** The topics that can be subscribed to, as R5 writes them. */
export async function topicList(reply: FastifyReply, hub: SubscriptionHub): Promise<FastifyReply> {
  const entry = [...shippedTopics(), ...(await hub.shelf.listed())].map((t) => ({
    fullUrl: t.url,
    resource: topicResource(t),
    search: { mode: 'match' },
  }));
  return reply
    .type(FHIR_JSON)
    .send(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: entry.length, entry }));
}

export async function topicById(reply: FastifyReply, hub: SubscriptionHub, id: string): Promise<FastifyReply> {
  const topic = ownTopic(id) ?? (await hub.shelf.listed()).find((t) => t.id === id);
  if (!topic) throw notFound('SubscriptionTopic', id);
  return reply.type(FHIR_JSON).send(JSON.stringify(topicResource(topic)));
}

/** A Subscription on its way in: what cannot be served is refused at once. @throws Problem 422 */
export async function checkSubscription(call: FhirCall, hub: SubscriptionHub): Promise<void> {
  const { body } = call.request;
  if (!isObject(body) || body.resourceType !== 'Subscription' || body.status === 'off') return;
  const { engine } = call.doors;
  readSpec(body, 0, await hub.shelf.all(), {
    trusted: trustedHosts(engine, call.actor.tenant),
    tenant: call.actor.tenant,
  });
}
