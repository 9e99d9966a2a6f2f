import { Socket } from 'node:net';
import { type Problem, refuse } from '@mach/base/problem.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { COOKIE } from '../auth.ts';
import { prefixCookies } from './cookies.ts';
import { refuseCrossSite } from './csrf.ts';
import { Gate, type Lane } from './gate.ts';
import { securityHeaders } from './headers.ts';
import { atOnce, onTheWay } from './hooks.ts';
import { shapeFault } from './json.ts';
import type { RateLimits } from './rates.ts';

export interface GuardOptions {
  rates: RateLimits | undefined;
  /** Names under which the house may be called; any when it is empty. */
  hosts: readonly string[];
  /** How late the event loop may be before partners are sent away, ms; the usual where nothing is said. */
  tooLate?: number | undefined;
  /** Time without a byte taken by the one who asked, ms, after which his line is cut; the usual where nothing is said. */
  stalled?: number | undefined;
}

/** Who has stopped reading his answer, or is gone without a word, takes up no place for longer, ms. */
export const STALLED = 120_000;

/** A name or address with its port, and nothing that would lead elsewhere in a link: `x:1@evil.example`, `evil.example#x`. */
const HOST = /^([A-Za-z0-9]([A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;
/** Streams stay open all day and do nothing most of it; signing out must always work. */
const FREE = /^\/api\/(live|board\/live)\b/;
const SIGN_IN = /^\/(api\/session(\/|$)|api\/account\/(confirm|password|badge)|oauth2\/token\b)/;
const BULK = /^\/fhir\/?(\?|$)|^\/fhir\/[^?]*\$(export|import|everything|run)\b/;
/** One person's record is short, and somebody waits for it. */
const ONE_RECORD = /^\/fhir\/(Patient|Encounter)\/[^/?]+\/\$everything$/;

/** Where a request waits; undefined for what is never refused. */
export function laneOf(request: Pick<FastifyRequest, 'method' | 'url' | 'headers'>): Lane | undefined {
  const { method, url, headers } = request;
  const path = url.split('?', 1)[0] ?? '';
  if (method === 'OPTIONS' || !/^\/(api|fhir|oauth2)\b/.test(path) || FREE.test(path)) return undefined;
  if (method === 'DELETE' && path === '/api/session') return undefined;
  if (method === 'POST' && SIGN_IN.test(path)) return 'signIn';
  if (BULK.test(path) && !path.endsWith('/metadata') && !ONE_RECORD.test(path)) return 'bulk';
  const isPerson = headers.authorization === undefined && headers.cookie?.includes(`${COOKIE}=`);
  return path.startsWith('/api') || isPerson ? 'people' : 'partner';
}

/** Everything that stands before the doors: headers, sites, addresses, room, the shape of bodies. */
export function registerGuards(app: FastifyInstance, options: GuardOptions): Gate {
  const gate = new Gate(options.tooLate);
  app.addHook('onClose', async () => gate.stop());
  securityHeaders(app);
  prefixCookies(app);
  const hosts = new Set(options.hosts);
  app.addHook(
    'onRequest',
    atOnce((request) => {
      if (!isServed(request, hosts)) throw wrongHost();
    }),
  );
  refuseCrossSite(app);

  app.addHook(
    'onRequest',
    atOnce((request) => {
      const lane = laneOf(request);
      if (lane === undefined) return;
      // Who brings a token is counted by his account, once it is known whose it is.
      if (request.headers.authorization === undefined && !request.headers.cookie?.includes(`${COOKIE}=`))
        options.rates?.address(request.ip);
      gate.requireRoom(lane);
    }),
  );
  // After the body has come: a slow line takes nobody's place.
  app.addHook('preValidation', (request, reply, done) => {
    const lane = laneOf(request);
    if (lane === undefined) {
      done();
      return;
    }
    const enter = (leave: () => void): void => {
      // The answer is out, or who asked has hung up and is not told any more.
      reply.raw.once('finish', leave);
      reply.raw.once('close', leave);
      done();
    };
    const leave = gate.enterNow(lane);
    if (leave) enter(leave);
    else gate.enter(lane, () => request.raw.socket.destroyed).then(enter, done);
  });
  // From the beginning of the answer to its end; a byte that goes out begins the time anew.
  app.addHook(
    'onSend',
    onTheWay(({ raw: { socket } }) => {
      if (socket instanceof Socket) socket.setTimeout(options.stalled ?? STALLED);
    }),
  );

  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, readJson(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  return gate;
}

/** Whether the house is called by one of its names; any well-formed one where it has none. */
export function isServed(
  { host, hostname, url }: Pick<FastifyRequest, 'host' | 'hostname' | 'url'>,
  hosts: ReadonlySet<string>,
): boolean {
  return HOST.test(host) && (hosts.size === 0 || hosts.has(hostname.toLowerCase()) || url === '/healthz');
}

/** @throws Problem 400, 413 */
function readJson(text: string): unknown {
  if (text === '') throw badJson();
  const fault = shapeFault(text);
  if (fault) throw fault;
  try {
    return text.includes('__proto__') ? JSON.parse(text, dropPrototype) : JSON.parse(text);
  } catch {
    throw badJson();
  }
}

/** A member named `__proto__` is no name of ours; it would become the prototype where objects are copied by their keys. */
const dropPrototype = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);

const badJson = (): Problem =>
  refuse(
    400,
    'invalid-json',
    { vi: 'JSON không hợp lệ', en: 'The body is not valid JSON' },
    { remedy: { vi: 'Kiểm tra dấu ngoặc và dấu phẩy', en: 'Check brackets and commas' } },
  );

const wrongHost = (): Problem =>
  refuse(421, 'wrong-host', {
    vi: 'Máy chủ không phục vụ dưới tên này',
    en: 'This server is not served under this name',
  });
