import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** A request as it goes over the line: nothing in it is made tidy. */
export interface Probe {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Seen {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** From the first byte sent to the last received, ms. */
  ms: number;
  /** The connection failed: reset, cut off, or nothing came in time. */
  fault?: string;
}

/** More of an answer is read and thrown away. */
const KEPT = 4_000_000;

/** Sends requests as they are, and tells what came back, also when nothing did. */
export class Prober {
  readonly port: number;
  private readonly agent: Agent;

  constructor(port: number, sockets = 64) {
    this.port = port;
    this.agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  /** `limit`: ms after which an answer is given up; live streams are cut after their head. */
  send(probe: Probe, limit = 20_000): Promise<Seen> {
    const begun = performance.now();
    return new Promise((resolve) => {
      let settled = false;
      const settle = (seen: Omit<Seen, 'ms'>): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        resolve({ ...seen, ms: performance.now() - begun });
      };
      const fail = (fault: string): void => settle({ status: 0, headers: {}, text: '', fault });
      const timer = setTimeout(() => {
        fail(`nothing within ${limit} ms`);
        outgoing?.destroy();
      }, limit);
      let outgoing: ReturnType<typeof request> | undefined;
      try {
        outgoing = request(
          {
            host: '127.0.0.1',
            port: this.port,
            agent: this.agent,
            method: probe.method,
            path: probe.path,
            headers: {
              ...probe.headers,
              ...(probe.body === undefined ? {} : { 'content-length': Buffer.byteLength(probe.body) }),
            },
          },
          (answer) => {
            const parts: Buffer[] = [];
            let size = 0;
            const done = (): void =>
              settle({
                status: answer.statusCode ?? 0,
                headers: answer.headers,
                text: Buffer.concat(parts).toString('utf8'),
              });
            if (String(answer.headers['content-type']).startsWith('text/event-stream')) {
              done();
              answer.destroy();
              return;
            }
            answer.on('data', (part: Buffer) => {
              size += part.length;
              if (size <= KEPT) parts.push(part);
            });
            answer.once('end', done);
            answer.once('error', (error) => fail(error.message));
          },
        );
      } catch (error) {
        // What the client's own library refuses to send (a line break in a header) never leaves the house.
        settle({ status: -1, headers: {}, text: String(error) });
        return;
      }
      outgoing.once('error', (error) => {
        // The line was closed after the answer before, while this was on its way: sent again on a new one.
        if (outgoing?.reusedSocket && /ECONNRESET|hang up|EPIPE/.test(String(error)) && !settled) {
          clearTimeout(timer);
          settled = true;
          void this.send(probe, limit).then(resolve);
        } else fail(error.message);
      });
      outgoing.end(probe.body);
    });
  }

  /** Sends bytes as they are, and gives the beginning of what came back until the other end closed or was silent. */
  raw(bytes: string, limit = 3_000): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      const timer = setTimeout(() => socket.destroy(), limit);
      socket.on('data', (part) => (text += part.toString('latin1')));
      socket.on('error', () => undefined);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve(text);
      });
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** An application/json POST. */
export function post(path: string, token: string, body: unknown, headers: Record<string, string> = {}): Probe {
  return {
    method: 'POST',
    path,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export const get = (path: string, token?: string, headers: Record<string, string> = {}): Probe => ({
  method: 'GET',
  path,
  headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
});
