import type { FastifyInstance } from 'fastify';

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
const HSTS = 'max-age=31536000; includeSubDomains';
const PERMISSIONS =
  'camera=(self), microphone=(self), geolocation=(), payment=(), usb=(self), serial=(self), display-capture=(self)';

const isData = (url: string): boolean => /^\/(api|fhir|metrics|healthz)\b/.test(url);

/** Headers that every answer carries, whichever door it comes from. A door that has set one keeps its own. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const set = (name: string, value: string): void => {
      if (!reply.hasHeader(name)) reply.header(name, value);
    };
    set('x-content-type-options', 'nosniff');
    // Not `no-referrer`: with that, a form posted to ourselves says `Origin: null`.
    set('referrer-policy', 'same-origin');
    set('cross-origin-opener-policy', 'same-origin');
    set('cross-origin-resource-policy', 'same-origin');
    if (request.protocol === 'https') set('strict-transport-security', HSTS);
    if (isData(request.url)) {
      set('content-security-policy', DATA);
      // Records of patients stay in no cache of a browser or proxy.
      set('cache-control', 'no-store');
    } else {
      set('content-security-policy', PAGES);
      set('permissions-policy', PERMISSIONS);
    }
    return payload;
  });
}
