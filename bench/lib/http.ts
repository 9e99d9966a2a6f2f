import { Agent, request } from 'node:http';

export interface HttpAnswer {
  status: number;
  text: string;
}

/** A small keep-alive client: what a browser or a partner's program does, without a framework's cost. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly port: number;
  constructor(port: number) {
    this.port = port;
  }

  request(
    method: string,
    path: string,
    token?: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const req = request(
        {
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          agent: this.agent,
          headers: {
            ...(token ? { authorization: `Bearer ${token}` } : {}),
            ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
            ...headers,
          },
        },
        (res) => {
          const parts: Buffer[] = [];
          res.on('data', (part: Buffer) => parts.push(part));
          res.on('end', () => resolve({ status: res.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }));
        },
      );
      req.on('error', reject);
      req.end(payload);
    });
  }

  async signIn(account: string): Promise<string> {
    const { status, text } = await this.request('POST', '/api/session', undefined, { account, password: 'mach-demo' });
    if (status !== 200) throw new Error(`sign-in of ${account}: ${status} ${text}`);
    return (JSON.parse(text) as { token: string }).token;
  }

  /** Sends a command. @throws Error with the problem's text when it is refused */
  async command<R>(token: string, name: string, input: unknown, key: string): Promise<R> {
    const { status, text } = await this.request('POST', `/api/commands/${name}`, token, input, {
      'idempotency-key': key,
    });
    if (status !== 200) throw new Error(`${name}: ${status} ${text}`);
    return (JSON.parse(text) as { result: R }).result;
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Runs `work` n times by `clients` workers at once, each every `pace` ms at most; times in ms and the number of faults. */
export async function load(
  n: number,
  clients: number,
  work: (index: number, client: number) => Promise<void>,
  pace = 0,
): Promise<{ times: number[]; errors: number; seconds: number; firstError?: string }> {
  const times: number[] = [];
  let next = 0;
  let errors = 0;
  let firstError: string | undefined;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      // Paced clients begin one after the other: hands do not move in step.
      if (pace > 0) await new Promise((resume) => setTimeout(resume, (client * pace) / clients));
      while (next < n) {
        const index = next++;
        const begun = performance.now();
        try {
          await work(index, client);
          times.push(performance.now() - begun);
        } catch (error) {
          errors++;
          firstError ??= error instanceof Error ? error.message : String(error);
        }
        const rest = pace - (performance.now() - begun);
        if (pace > 0 && rest > 0) await new Promise((resume) => setTimeout(resume, rest));
      }
    }),
  );
  return { times, errors, seconds: (performance.now() - started) / 1000, firstError };
}
