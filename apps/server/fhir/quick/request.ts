import type { IncomingMessage } from 'node:http';

/** Cookies of who brings a token instead. */
const NONE = {};

/** The part of the framework's request that reads and searches use, over the bare one: told by nobody but the line itself. */
export class QuickRequest {
  readonly raw: IncomingMessage;
  readonly headers: IncomingMessage['headers'];
  readonly url: string;
  readonly host: string;
  readonly routeOptions: { readonly url: string };
  readonly method = 'GET';
  readonly body = undefined;
  readonly cookies = NONE;
  readonly id: string;
  constructor(raw: IncomingMessage, url: string, host: string, route: string, id: number) {
    this.raw = raw;
    this.headers = raw.headers;
    this.url = url;
    this.host = host;
    this.routeOptions = { url: route };
    this.id = `q-${id.toString(36)}`;
  }
  get ip(): string {
    return this.raw.socket.remoteAddress ?? '';
  }
  get protocol(): 'http' | 'https' {
    return 'encrypted' in this.raw.socket ? 'https' : 'http';
  }
  get hostname(): string {
    return this.host.replace(/:\d+$/, '');
  }
}
