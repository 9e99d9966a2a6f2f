import { Problem, refuse } from '@mach/base/problem.ts';
import { isObject } from '@mach/fhir/json.ts';
import { rewriteReferences } from '@mach/fhir/reference-walk.ts';
import { parseJson } from '@mach/fhir/written-numbers.ts';
import { fromXml } from '@mach/fhir/xml-read.ts';
import { toXml } from '@mach/fhir/xml-write.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { shapeFault } from '../http/guard/json.ts';
import { baseOf, queryOf } from './exchange.ts';

const FHIR_XML = 'application/fhir+xml; charset=utf-8';
const JSON_TYPES = ['application/fhir+json', 'application/json', 'application/json-patch+json', 'text/json'];
const XML_TYPES = ['application/fhir+xml', 'application/xml', 'text/xml'];

/** Bodies in JSON and XML, as objects either way. */
export function readBodies(app: FastifyInstance, bodyLimit: number): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(JSON_TYPES, { parseAs: 'string', bodyLimit }, (request, body, done) => {
    const text = String(body);
    // Many programs name a type with a DELETE or an operation that has no body.
    if (text === '') {
      done(null, undefined);
      return;
    }
    const tooDeep = shapeFault(text);
    if (tooDeep) {
      done(tooDeep);
      return;
    }
    try {
      done(null, local(parseJson(text), text, request));
    } catch {
      done(fault(refuse(400, 'invalid-json', { vi: 'JSON không hợp lệ', en: 'The body is not valid JSON' })));
    }
  });
  app.addContentTypeParser(XML_TYPES, { parseAs: 'string', bodyLimit }, (request, body, done) => {
    const text = String(body);
    if (text === '') {
      done(null, undefined);
      return;
    }
    const read = fromXml(text);
    if (read.ok) done(null, local(read.value, text, request));
    else done(fault(new Problem(400, read.error)));
  });
}

/** References by this server's own address become relative ones: a record has one name here. */
function local(resource: unknown, text: string, request: FastifyRequest): unknown {
  const base = `${baseOf(request)}/`;
  if (!isObject(resource) || !text.includes(base)) return resource;
  return rewriteReferences(resource, (reference, kind) =>
    kind === 'reference' && reference.startsWith(base) ? reference.slice(base.length) : undefined,
  );
}

/** A refusal travels through the framework as an error. */
const fault = (problem: Problem): Error => problem;

interface Wanted {
  readonly xml: boolean;
  readonly pretty: boolean;
}
const PLAIN: Wanted = { xml: false, pretty: false };
const wanted = new WeakMap<FastifyRequest, Wanted>();

/**
 * `_format`, `_pretty` and `Accept` for everything below `/fhir`, refusals too. The interactions write JSON; an answer in
 * another dress is made from it on the way out.
 */
export function dressAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { accept } = request.headers;
    // The usual client asks for FHIR JSON, or for anything.
    if (
      (accept === undefined || accept === 'application/fhir+json' || accept === '*/*') &&
      !/[?&]_(?:format|pretty)=/.test(request.url)
    ) {
      done();
      return;
    }
    try {
      wanted.set(request, read(request));
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { xml, pretty } = wanted.get(request) ?? PLAIN;
    if ((!xml && !pretty) || typeof payload !== 'string' || payload === '' || !isFhirJson(reply)) {
      done(null, payload);
      return;
    }
    const resource = parseJson(payload) as Record<string, unknown>;
    if (!xml) {
      done(null, `${JSON.stringify(resource, null, 2)}\n`);
      return;
    }
    reply.header('content-type', FHIR_XML);
    done(null, toXml(resource, pretty));
  });
}

function isFhirJson(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith('application/fhir+json');
}

/** @throws Problem 406 */
function read(request: FastifyRequest): Wanted {
  const params = queryOf(request);
  const pretty = params.get('_pretty') === 'true';
  const format = params.get('_format');
  // Operations have formats of their own (CSV, NDJSON) and read them themselves.
  const isOperation = /\/\$[^/?]*(?:\?|$)/.test(request.url);
  if (format !== null) {
    // A plus sign that was not percent-encoded arrives as a blank.
    const kind = isR4(format.split(';').slice(1)) ? kindOf(format.replace(' ', '+')) : undefined;
    if (kind === undefined && !isOperation) throw notAcceptable(format);
    return { xml: kind === 'xml', pretty };
  }
  const { accept } = request.headers;
  if (accept === undefined) return { xml: false, pretty };
  const ranked = accept
    .split(',')
    .map((part, index) => {
      const [type = '', ...options] = part.split(';').map((s) => s.trim().toLowerCase());
      const weight = options.map((o) => /^q=([\d.]+)$/.exec(o)?.[1]).find((q) => q !== undefined);
      return {
        kind: isR4(options) ? kindOf(type) : undefined,
        weight: weight === undefined ? 1 : Number(weight),
        index,
      };
    })
    .filter((o) => o.kind !== undefined && o.weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  const best = ranked[0];
  if (!best && !isOperation) throw notAcceptable(accept);
  return { xml: best?.kind === 'xml', pretty };
}

/** `fhirVersion=4.0` may stand beside a type; another version is not spoken here (http.html#version-parameter). */
const isR4 = (options: readonly string[]): boolean =>
  options.every((o) => {
    const version = /^fhirversion="?([^"]*)"?$/i.exec(o)?.[1];
    return version === undefined || /^4\.0(\.\d+)?$/.test(version);
  });

function kindOf(type: string): 'json' | 'xml' | undefined {
  const name = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/^(json|text\/json|application\/(fhir\+)?json)$/.test(name)) return 'json';
  if (/^(xml|text\/xml|application\/(fhir\+)?xml)$/.test(name)) return 'xml';
  // A browser or a tool that takes anything gets JSON.
  return /^(\*\/\*|application\/\*|text\/(html|\*)|application\/(xhtml\+xml|json-patch\+json))$/.test(name)
    ? 'json'
    : undefined;
}

function notAcceptable(what: string): Problem {
  return refuse(
    406,
    'not-acceptable',
    { vi: `Không trả được dạng ${what.slice(0, 80)}`, en: `${what.slice(0, 80)} is not a format of this server` },
    { field: '_format', remedy: { vi: 'Dùng json hoặc xml', en: 'Use json or xml' } },
  );
}
