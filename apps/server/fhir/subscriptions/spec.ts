import { type Issue, Problem } from '@mach/base/problem.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import type { SearchFilter } from '@mach/fhir/search-syntax.ts';
import { checkAddress, type OutgoingRules } from '../operations/outgoing/call.ts';
import { conditionsOf } from './conditions.ts';
import { EXTENSION } from './names.ts';
import { criteriaTopic, type Topic } from './topics.ts';

export type Content = 'empty' | 'id-only' | 'full-resource';

/** What a Subscription asks for, free of FHIR's dress. */
export interface Spec {
  readonly id: string;
  readonly version: number;
  readonly topic: Topic;
  /** Type → conditions, all of them. */
  readonly filters: ReadonlyMap<string, readonly SearchFilter[]>;
  readonly channel: 'rest-hook' | 'websocket';
  readonly endpoint: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Content;
  readonly xml: boolean;
  /** Seconds without a message after which one is sent all the same; null: never. */
  readonly heartbeat: number | null;
  /** Seconds until the end must have answered. */
  readonly timeout: number;
  /** Events in one message. */
  readonly maxCount: number;
  readonly end: string | null;
}

/** Headers that belong to the connection, not to the subscriber. */
const OWN_HEADERS =
  /^(host|content-length|content-type|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive|proxy-.*)$/i;
const MIME = /^application\/(fhir\+)?(json|xml)(;.*)?$/;
const TIMEOUT = 10;
const MAX_COUNT = 10;

/** What an end may be, and whose search parameters a filter may name. */
export interface SpecRules extends OutgoingRules {
  readonly tenant: number;
}

/**
 * Reads a Subscription (R4, with the extensions of the backport or plain). `topicOf` knows the topics by their urls.
 * @throws Problem 422 with every fault
 */
export function readSpec(
  resource: JsonObject,
  version: number,
  topicOf: (url: string) => Topic | undefined,
  rules: SpecRules,
): Spec {
  const issues: Issue[] = [];
  const fault = (field: string, vi: string, en: string): void => {
    issues.push({ severity: 'error', code: 'subscription', field: `Subscription.${field}`, text: { vi, en } });
  };
  const criteria = String(resource.criteria ?? '');
  const plain = criteriaTopic(criteria);
  const topic = topicOf(criteria) ?? plain?.topic;
  if (!topic)
    fault('criteria', `Không có chủ đề ${criteria.slice(0, 200)}`, `There is no topic ${criteria.slice(0, 200)}`);
  const asked = [
    ...(topic === plain?.topic && plain ? [plain.filter] : []),
    ...extensions(resource._criteria, EXTENSION.filter).map((e) => String(e.valueString ?? '')),
  ];
  const filters = topic
    ? filtersOf(topic, asked, rules.tenant, fault, issues)
    : new Map<string, readonly SearchFilter[]>();
  const channel = isObject(resource.channel) ? resource.channel : {};
  const kind = channel.type;
  if (kind !== 'rest-hook' && kind !== 'websocket')
    fault('channel.type', 'Chỉ có rest-hook và websocket', 'Only rest-hook and websocket are offered');
  const endpoint = typeof channel.endpoint === 'string' ? channel.endpoint : null;
  if (kind === 'rest-hook') {
    if (endpoint === null) fault('channel.endpoint', 'Thiếu địa chỉ nhận', 'The address to call is missing');
    else
      try {
        checkAddress(endpoint, rules);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        for (const { text } of error.issues) fault('channel.endpoint', text.vi, text.en);
      }
  }
  const payload = channel.payload;
  if (payload !== undefined && (typeof payload !== 'string' || !MIME.test(payload)))
    fault('channel.payload', 'Chỉ có FHIR JSON hoặc XML', 'Only FHIR JSON or XML is offered');
  const [content] = extensions(channel._payload, EXTENSION.content).map((e) => e.valueCode);
  if (content !== undefined && content !== 'empty' && content !== 'id-only' && content !== 'full-resource')
    fault('channel.payload', 'Nội dung là empty, id-only hoặc full-resource', 'empty, id-only or full-resource');
  const seconds = (url: string, key: string, min: number, max: number): number | undefined => {
    const [value] = extensions(channel, url).map((e) => e[key]);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    fault('channel', `${url.slice(url.lastIndexOf('/') + 1)}: từ ${min} đến ${max}`, `${url}: ${min} to ${max}`);
    return undefined;
  };
  const spec: Omit<Spec, 'topic'> = {
    id: String(resource.id ?? ''),
    version,
    filters,
    channel: kind === 'websocket' ? 'websocket' : 'rest-hook',
    endpoint,
    headers: headersOf(channel.header, fault),
    content: (content as Content | undefined) ?? (payload === undefined ? 'empty' : 'full-resource'),
    xml: typeof payload === 'string' && payload.includes('xml'),
    heartbeat: seconds(EXTENSION.heartbeat, 'valueUnsignedInt', 1, 86_400) ?? null,
    timeout: seconds(EXTENSION.timeout, 'valueUnsignedInt', 1, 60) ?? TIMEOUT,
    maxCount: seconds(EXTENSION.maxCount, 'valuePositiveInt', 1, 100) ?? MAX_COUNT,
    end: typeof resource.end === 'string' ? resource.end : null,
  };
  if (!topic || issues.length > 0) throw new Problem(422, issues);
  return { ...spec, topic };
}

type Fault = (field: string, vi: string, en: string) => void;

/** `Encounter?patient=Patient/1`, or only the conditions where the topic is about one type. */
function filtersOf(
  topic: Topic,
  asked: readonly string[],
  tenant: number,
  fault: Fault,
  issues: Issue[],
): Map<string, readonly SearchFilter[]> {
  const types = [...new Set(topic.triggers.map((t) => t.resource))];
  const filters = new Map<string, readonly SearchFilter[]>();
  for (const text of asked) {
    const [, named, query = ''] = /^(?:([A-Za-z]+)(?:\?|$))?(.*)$/s.exec(text) ?? [];
    const type = named ?? (types.length === 1 ? types[0] : undefined);
    if (type === undefined || !types.includes(type)) {
      fault('criteria', `Chủ đề này chỉ về ${types.join(', ')}`, `This topic is about ${types.join(', ')} only`);
      continue;
    }
    try {
      filters.set(type, [...(filters.get(type) ?? []), ...conditionsOf(type, query, tenant)]);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      issues.push(...error.issues);
    }
  }
  return filters;
}

function headersOf(list: unknown, fault: Fault): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of Array.isArray(list) ? list : []) {
    const [, name = '', value = ''] = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([\x20-\x7e]*)$/.exec(String(line)) ?? [];
    if (name === '' || OWN_HEADERS.test(name))
      fault('channel.header', 'Đầu mục không dùng được', 'A header that cannot be sent');
    else headers[name.toLowerCase()] = value;
  }
  return headers;
}

function extensions(of: unknown, url: string): JsonObject[] {
  const list = isObject(of) && Array.isArray(of.extension) ? of.extension : [];
  return list.filter((e): e is JsonObject => isObject(e) && e.url === url);
}
