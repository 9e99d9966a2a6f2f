import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Doors } from '../../http/auth.ts';
import type { Gate } from '../../http/guard/gate.ts';
import { DATA_HEADERS, HSTS } from '../../http/guard/headers.ts';
import { isServed } from '../../http/guard/register.ts';
import type { Observe } from '../../http/metrics.ts';
import { fhirCall, queryOf } from '../exchange.ts';
import { read, vread } from '../instance.ts';
import { everything } from '../operations/everything.ts';
import { namesUnknown } from '../parameters/doors.ts';
import { search } from '../search-door.ts';
import { type Asked, askedBy, isPlain, routeOf } from './address.ts';
import { QuickReply } from './reply.ts';
import { QuickRequest } from './request.ts';

export interface QuickOptions {
  readonly doors: Doors;
  readonly gate: Gate;
  readonly hosts: ReadonlySet<string>;
  /** Time without a byte taken by the one who asked, ms, after which his line is cut. */
  readonly stalled: number;
  /** Whether the house still takes requests. */
  readonly isOpen: () => boolean;
  readonly observe: Observe;
  /** Whether an address has a door of its own. */
  readonly isRouted: (url: string) => boolean;
  readonly fail: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void;
}

/**
 * A shorter way to reads and searches by programs that bring a token: the framework's router, hooks and cookies cost as
 * much as the rest of a read. Behind it stand the same interactions, and before it the same guards: names, room, rates,
 * headers, metrics. Whatever is not plain (another header, another dress, an escaped address, no room) takes the usual
 * way, which gives the same answers.
 */
export class QuickDoor {
  private readonly options: QuickOptions;
  private readonly head: readonly string[];
  private readonly secure: readonly string[];
  private readonly special = new Map<string, boolean>();
  private count = 0;

  constructor(options: QuickOptions) {
    this.options = options;
    this.head = DATA_HEADERS.flat();
    this.secure = [...this.head, 'strict-transport-security', HSTS];
  }

  /** Stands before whatever the server does with a request now. */
  guard(server: Server): void {
    const others = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (!this.take(request, response)) for (const other of others) other.call(server, request, response);
    });
  }

  private take(raw: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = raw;
    if (method !== 'GET' || !url.startsWith('/fhir/') || !this.options.isOpen()) return false;
    const asked = askedBy(url);
    const { host } = headers;
    if (!asked || host === undefined || !isPlain(headers, url) || this.isSpecial(asked.type)) return false;
    const params = asked.kind === 'search' ? queryOf({ url }) : undefined;
    if (params && namesUnknown(asked.type, params.keys())) return false;
    const { gate, hosts, stalled, observe } = this.options;
    const route = routeOf(asked);
    const request = new QuickRequest(raw, url, host, route, ++this.count);
    if (!isServed(request, hosts) || gate.isShut('partner')) return false;
    const leave = gate.enterNow('partner');
    if (!leave) return false;
    const begun = performance.now();
    const reply = new QuickReply(response, request.protocol === 'https' ? this.secure : this.head);
    response.once('close', () => {
      leave();
      observe(method, route, reply.statusCode, (performance.now() - begun) / 1_000);
    });
    raw.socket.setTimeout(stalled);
    void this.answer(asked, params, request as unknown as FastifyRequest, reply as unknown as FastifyReply);
    return true;
  }

  /** A type that has a door of its own is served there. */
  private isSpecial(type: string): boolean {
    const { isRouted } = this.options;
    const known = this.special.get(type) ?? (isRouted(`/fhir/${type}`) || isRouted(`/fhir/${type}/:id`));
    this.special.set(type, known);
    return known;
  }

  private async answer(
    asked: Asked,
    params: URLSearchParams | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { doors, fail } = this.options;
    try {
      const call = await fhirCall(doors, request);
      if (asked.kind === 'read') await read(call, reply, asked.type, asked.id);
      else if (asked.kind === 'vread') await vread(call, reply, asked.type, asked.id, asked.version);
      else if (asked.kind === 'everything') await everything(call, reply, asked.type, asked.id);
      else await search(call, reply, asked.type, params ?? new URLSearchParams());
    } catch (error) {
      fail(error as FastifyError, request, reply);
    }
  }
}
