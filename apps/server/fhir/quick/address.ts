import type { IncomingHttpHeaders } from 'node:http';
import { isResourceType } from '@mach/store';

/** What an address asks for, where it is one of the questions that make up most of the day. */
export type Asked =
  | { readonly kind: 'read'; readonly type: string; readonly id: string }
  | { readonly kind: 'vread'; readonly type: string; readonly id: string; readonly version: string }
  | { readonly kind: 'everything'; readonly type: 'Patient' | 'Encounter'; readonly id: string }
  | { readonly kind: 'search'; readonly type: string };

/** The address as the router knows it: the metrics count by it. */
export function routeOf(asked: Asked): string {
  switch (asked.kind) {
    case 'read':
      return '/fhir/:type/:id';
    case 'vread':
      return '/fhir/:type/:id/_history/:version';
    case 'everything':
      return asked.type === 'Patient' ? '/fhir/Patient/:id/$everything' : '/fhir/Encounter/:id/$everything';
    case 'search':
      return '/fhir/:type';
  }
}

/** Written plainly: what is escaped, or ends in a slash, is left to the router. */
const PLACE =
  /^\/fhir\/([A-Z][A-Za-z]{1,60})(?:\/([A-Za-z0-9\-.]{1,64})(?:\/(_history|\$everything)(?:\/([1-9]\d{0,8}))?)?)?$/;

export function askedBy(url: string): Asked | undefined {
  const question = url.indexOf('?');
  const found = PLACE.exec(question < 0 ? url : url.slice(0, question));
  if (!found) return undefined;
  const [, type = '', id, part, version] = found;
  if (!isResourceType(type) || type === 'Parameters') return undefined;
  // A read in part, or in another dress.
  if (id !== undefined && question >= 0) return undefined;
  if (id === undefined) return { kind: 'search', type };
  if (part === undefined) return { kind: 'read', type, id };
  if (part === '_history') return version === undefined ? undefined : { kind: 'vread', type, id, version };
  if (version !== undefined || (type !== 'Patient' && type !== 'Encounter')) return undefined;
  return { kind: 'everything', type, id };
}

/** Headers that change nothing here, or are read by the interactions themselves. Any other is for the whole way. */
const PLAIN = new Set([
  'host',
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'connection',
  'user-agent',
  'if-none-match',
  'if-modified-since',
]);

export function isPlain(headers: IncomingHttpHeaders, url: string): boolean {
  for (const name in headers) if (!PLAIN.has(name)) return false;
  const { accept, authorization } = headers;
  if (authorization === undefined || !authorization.startsWith('Bearer ')) return false;
  return (
    (accept === undefined || accept === 'application/fhir+json' || accept === '*/*') &&
    !/[?&]_(?:format|pretty)=/.test(url)
  );
}
