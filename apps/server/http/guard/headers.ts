import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { onTheWay } from './hooks.ts';

/**
 * The pages of the house: own scripts and own style sheets only, none inline, in nobody's frame. What places a menu or
 * draws a chart sets the style of an element by script (CSSOM), which this leaves alone.
 */
const PAGES =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";
/** What programs read: should a browser ever show it as a page, nothing in it runs and nothing is loaded. */
const DATA = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox";
/** A year: browsers come back by HTTPS only. Told only over HTTPS, so that a house without it locks nobody out. */
export const HSTS = 'max-age=31536000; includeSubDomains';
const PERMISSIONS =
  'camera=(self), microphone=(self), geolocation=(), payment=(), usb=(self), serial=(self), display-capture=(self)';

const isData = (url: string): boolean => /^\/(api|fhir|metrics|healthz)\b/.test(url);

/** Headers that every answer carries, whichever door it comes from. A door that has set one keeps its own. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', onTheWay(addHeaders));
}

type Headers = readonly (readonly [name: string, value: string])[];

const ALL: Headers = [
  ['x-content-type-options', 'nosniff'],
  // Not `no-referrer`: with that, a form posted to ourselves says `Origin: null`.
  ['referrer-policy', 'same-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];
/** What is sent with everything that programs read. */
export const DATA_HEADERS: Headers = [
  ...ALL,
  ['content-security-policy', DATA],
  // Records of patients stay in no cache of a browser or proxy.
  ['cache-control', 'no-store'],
];
const OF_PAGES: Headers = [...ALL, ['content-security-policy', PAGES], ['permissions-policy', PERMISSIONS]];

function addHeaders(request: FastifyRequest, reply: FastifyReply): void {
  for (const [name, value] of isData(request.url) ? DATA_HEADERS : OF_PAGES)
    if (!reply.hasHeader(name)) reply.header(name, value);
  if (request.protocol === 'https' && !reply.hasHeader('strict-transport-security'))
    reply.header('strict-transport-security', HSTS);
}
