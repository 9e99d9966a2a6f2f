import type { Actor, Engine } from '@mach/engine';
import { PROFILE } from './names.ts';
import { visibleVersion } from './reading.ts';
import type { Content, Spec } from './spec.ts';
import type { NumberedEvent, State, Status } from './store.ts';

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

export interface StatusFacts {
  readonly id: string;
  readonly base: string;
  readonly topic: string;
  readonly status: Status;
  readonly events: number;
  readonly error: string | null;
}

export const factsOf = (state: State, spec: Pick<Spec, 'topic'>): StatusFacts => ({
  id: state.id,
  base: state.base,
  topic: spec.topic.url,
  status: state.status,
  events: state.events,
  error: state.reason,
});

interface Told {
  readonly event: NumberedEvent;
  /** Whether its reader may know which record it is. */
  readonly isOpen: boolean;
}

/** SubscriptionStatus as R4 has it: a Parameters resource. */
export function statusParameters(facts: StatusFacts, type: NotificationType, told: readonly Told[] = []): object {
  const { id, base, topic, status, events, error } = facts;
  return {
    resourceType: 'Parameters',
    meta: { profile: [PROFILE.status] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/Subscription/${id}` } },
      { name: 'topic', valueCanonical: topic },
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(events) },
      ...told.map(({ event, isOpen }) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: String(event.number) },
          { name: 'timestamp', valueInstant: event.at },
          ...(isOpen ? [{ name: 'focus', valueReference: { reference: `${base}/${event.type}/${event.id}` } }] : []),
        ],
      })),
      ...(error === null ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  };
}

const METHOD = { create: 'POST', update: 'PUT', delete: 'DELETE' } as const;
const ANSWER = { create: '201', update: '200', delete: '204' } as const;

/**
 * A notification: the status, and of each event what `content` allows and its reader may see at this moment. An event
 * that he may no longer see keeps its number and nothing else.
 */
export async function notification(
  engine: Engine,
  reader: Actor | undefined,
  facts: StatusFacts,
  type: NotificationType,
  events: readonly NumberedEvent[] = [],
  content: Content = 'empty',
): Promise<object> {
  const visible =
    content === 'empty'
      ? []
      : await Promise.all(events.map((event) => (reader ? visibleVersion(engine, reader, event) : undefined)));
  const told = events.map((event, index): Told => ({ event, isOpen: visible[index] !== undefined }));
  const entries = events.flatMap((event, index) => {
    const record = visible[index];
    if (!record) return [];
    const { type: kind, id, version, what } = event;
    const resource = content === 'full-resource' && !record.deleted ? { resource: record.resource } : {};
    return [
      {
        fullUrl: `${facts.base}/${kind}/${id}`,
        ...resource,
        request: { method: METHOD[what], url: what === 'create' ? kind : `${kind}/${id}` },
        response: { status: ANSWER[what], etag: `W/"${version}"`, lastModified: record.updated },
      },
    ];
  });
  return {
    resourceType: 'Bundle',
    id: engine.ids(),
    meta: { profile: [PROFILE.notification] },
    type: 'history',
    timestamp: engine.clock.now().toISOString(),
    entry: [
      {
        fullUrl: `urn:uuid:${engine.ids()}`,
        resource: statusParameters(facts, type, told),
        request: { method: 'GET', url: `${facts.base}/Subscription/${facts.id}/$status` },
        response: { status: '200' },
      },
      ...entries,
    ],
  };
}
