import { createHash } from 'node:crypto';
import { type Issue, Problem, refuse, toOperationOutcome } from '@mach/base/problem.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import { escapeSearchValue } from '@mach/fhir/search/escape.ts';
import { validate } from '@mach/fhir/validate.ts';
import { alsoWritten } from '@mach/fhir/written-numbers.ts';
import { readRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { runBundle } from '../bundle.ts';
import { inTurn } from '../conditions.ts';
import { FHIR_JSON, type FhirCall, queryOf } from '../exchange.ts';
import { EVENT_SYSTEM, type MessageEvent, messageEvent } from './message-events.ts';

interface Part {
  readonly fullUrl: string;
  readonly resource: JsonObject & { resourceType: string };
}
interface Message {
  readonly header: JsonObject & { id: string };
  readonly event: MessageEvent;
  readonly endpoint: string;
  readonly parts: readonly Part[];
  /** Id of the record that says that this message was taken: the same whenever it is sent. */
  readonly receipt: string;
}
type Code = 'ok' | 'transient-error' | 'fatal-error';

/**
 * `$process-message`: takes a message of HL7 v2's ADT or ORU kind as FHIR writes it (messaging.html), as one
 * transaction, and answers with a message. Sent again, a message is answered again and changes nothing. What cannot be
 * taken is said in the answer (`fatal-error`); what is no such message is refused.
 */
export async function processMessage(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
  for (const [name, value] of queryOf(call.request))
    if (name !== '_format' && name !== '_pretty' && !(name === 'async' && value === 'false'))
      throw unfit(
        'not-supported',
        name,
        'không dùng được: chỉ trả lời ngay',
        'cannot be used: the answer comes at once',
      );
  const message = readMessage(call.request.body);
  const answer = (code: Code, focus: readonly string[], problem?: Problem): FastifyReply =>
    reply.type(FHIR_JSON).send(JSON.stringify(responseOf(call, message, code, focus, problem)));
  try {
    const condition = { type: 'MessageHeader', condition: `_id=${message.receipt}` };
    return answer('ok', await inTurn(call, [condition], () => take(call, message)));
  } catch (error) {
    // Who may not is told so by the door; everything else by the answer.
    if (!(error instanceof Problem) || error.status === 401 || error.status === 403) throw error;
    const again = error.status >= 500 || error.status === 429 || error.issues[0]?.code === 'version-conflict';
    return answer(again ? 'transient-error' : 'fatal-error', [], error);
  }
}

/** Writes what the message brings. @returns the records that it is about */
async function take(call: FhirCall, message: Message): Promise<string[]> {
  const { engine } = call.doors;
  engine.policy.requireRecord(call.actor, 'create', 'MessageHeader');
  const focusOf = async (): Promise<string[] | undefined> => {
    const record = await readRecord(engine.database.tenant(call.actor.tenant), 'MessageHeader', message.receipt);
    if (!record || record.deleted) return undefined;
    const { focus = [] } = record.resource as unknown as { focus?: { reference?: string }[] };
    return focus.flatMap(({ reference }) => reference ?? []);
  };
  const before = await focusOf();
  if (before) return before;
  await runBundle(call, transactionOf(message));
  return (await focusOf()) ?? [];
}

/** The transaction that a message means: what it names by an identifier is looked up, and written as its event says. */
function transactionOf({ header, event, parts, receipt, endpoint }: Message): JsonObject {
  const meta = { ...(isObject(header.meta) ? header.meta : {}), source: endpoint };
  const kept = {
    resource: { ...header, id: receipt, meta },
    request: { method: 'PUT', url: `MessageHeader/${receipt}` },
  };
  const entry = parts.map(({ fullUrl, resource }) => {
    const { id: _id, ...bare } = resource;
    const sent = { fullUrl, resource: alsoWritten(bare, resource) };
    const type = resource.resourceType;
    const known = identifierOf(resource);
    if (known === undefined) return { ...sent, request: { method: 'POST', url: type } };
    const condition = `identifier=${encodeURIComponent(known)}`;
    return event.changes.includes(type)
      ? { ...sent, request: { method: 'PUT', url: `${type}?${condition}` } }
      : { ...sent, request: { method: 'POST', url: type, ifNoneExist: condition } };
  });
  return { resourceType: 'Bundle', type: 'transaction', entry: [...entry, kept] };
}

/** `system|value` of the first identifier in use that has both. */
function identifierOf({ identifier }: JsonObject): string | undefined {
  for (const one of [identifier].flat())
    if (isObject(one) && one.use !== 'old' && typeof one.system === 'string' && typeof one.value === 'string')
      return `${escapeSearchValue(one.system)}|${escapeSearchValue(one.value)}`;
  return undefined;
}

/** @throws Problem 400 for what is no message, 422 for one that is not taken here, with every fault */
function readMessage(body: unknown): Message {
  if (!isObject(body) || body.resourceType !== 'Bundle' || body.type !== 'message')
    throw unfit('not-a-message', 'Bundle.type', 'phải là message', 'must be message');
  const faults = validate(body).filter((issue) => issue.severity === 'error');
  if (faults.length > 0) throw new Problem(422, faults);
  const [first, ...rest] = (body.entry ?? []) as { fullUrl?: string; resource?: Part['resource'] }[];
  const header = first?.resource;
  if (header?.resourceType !== 'MessageHeader' || typeof header.id !== 'string')
    throw unfit(
      'not-a-message',
      'Bundle.entry[0]',
      'phải là MessageHeader có id',
      'must be a MessageHeader with an id: it tells one message from another',
    );
  if (header.response !== undefined)
    throw unfit(
      'not-supported',
      'MessageHeader.response',
      'là lời đáp, không ai chờ',
      'is a response that nobody waits for',
    );
  const { system, code } = (isObject(header.eventCoding) ? header.eventCoding : {}) as {
    system?: string;
    code?: string;
  };
  const event = messageEvent(system, code);
  if (!event)
    throw unfit(
      'event-unsupported',
      'MessageHeader.event',
      `phải là mã được nhận của ${EVENT_SYSTEM}`,
      `must be one of the codes of ${EVENT_SYSTEM} that are taken`,
    );
  const issues: Issue[] = [];
  const parts = rest.flatMap(({ fullUrl, resource }, index): Part[] => {
    const place = `Bundle.entry[${index + 1}]`;
    if (!resource || fullUrl === undefined) {
      issues.push(fault(place, 'phải có fullUrl và resource', 'needs a fullUrl and a resource'));
      return [];
    }
    const type = resource.resourceType;
    const isNamed = event.names.includes(type);
    if (!isNamed && !event.changes.includes(type))
      issues.push(fault(place, `${type} không thuộc sự kiện ${event.code}`, `${type} has no place in ${event.code}`));
    else if (isNamed && identifierOf(resource) === undefined)
      issues.push(fault(place, `${type} phải có identifier`, `${type} needs an identifier by which it is known`));
    return [{ fullUrl, resource }];
  });
  if (issues.length > 0) throw new Problem(422, issues);
  const endpoint = String((header.source as { endpoint?: unknown }).endpoint);
  const receipt = createHash('sha256').update(`${endpoint}\n${header.id}`).digest('hex').slice(0, 40);
  return { header: { ...header, id: header.id }, event, endpoint, parts, receipt: `message-${receipt}` };
}

function responseOf(
  call: FhirCall,
  { header, endpoint }: Message,
  code: Code,
  focus: readonly string[],
  problem: Problem | undefined,
): object {
  const { engine } = call.doors;
  const [bundle, own, detail] = [engine.ids(), engine.ids(), engine.ids()];
  const outcome = problem && { ...toOperationOutcome(problem), id: detail };
  const response = {
    resourceType: 'MessageHeader',
    id: own,
    eventCoding: header.eventCoding,
    destination: [{ endpoint }],
    source: {
      name: engine.facility(call.actor.tenant).name,
      software: 'Mạch',
      endpoint: `${call.baseUrl}/$process-message`,
    },
    response: { identifier: header.id, code, ...(outcome ? { details: { reference: `urn:uuid:${detail}` } } : {}) },
    ...(focus.length > 0 ? { focus: focus.map((reference) => ({ reference })) } : {}),
  };
  return {
    resourceType: 'Bundle',
    id: bundle,
    type: 'message',
    timestamp: engine.clock.now().toISOString(),
    entry: [
      { fullUrl: `urn:uuid:${own}`, resource: response },
      ...(outcome ? [{ fullUrl: `urn:uuid:${detail}`, resource: outcome }] : []),
    ],
  };
}

const fault = (field: string, vi: string, en: string): Issue => ({
  severity: 'error',
  code: 'message',
  field,
  text: { vi: `${field} ${vi}`, en: `${field} ${en}` },
});

const unfit = (code: string, field: string, vi: string, en: string): Problem =>
  refuse(code === 'not-a-message' ? 400 : 422, code, { vi: `${field} ${vi}`, en: `${field} ${en}` }, { field });
