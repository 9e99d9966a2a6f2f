import { connect, type Socket } from 'node:net';

export interface WireAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

/** A request as it goes over the wire. */
export function wire(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Buffer {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Accept: application/fhir+json'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (payload !== '') lines.push(`Content-Length: ${Buffer.byteLength(payload)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${payload}`);
}

const END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');

/** One connection, one request at a time, next to no work of its own: the load shares the machine with what it loads. */
export class Wire {
  private readonly port: number;
  private socket: Socket | undefined;
  private parts: Buffer[] = [];
  private size = 0;
  /** Bytes of the whole answer; undefined until its head is here, infinite where it comes in chunks. */
  private whole: number | undefined;
  private waiting: { resolve(answer: WireAnswer): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async ask(request: Buffer): Promise<WireAnswer> {
    this.socket ??= await this.open();
    this.parts = [];
    this.size = 0;
    this.whole = undefined;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket?.write(request);
    });
  }

  close(): void {
    this.socket?.destroy();
  }

  private open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => resolve(socket));
      socket.setNoDelay(true);
      socket.on('data', (part: Buffer) => this.take(part));
      socket.once('error', reject);
      socket.on('close', () => {
        this.socket = undefined;
        this.waiting?.reject(new Error('the connection was closed'));
      });
    });
  }

  private take(part: Buffer): void {
    this.parts.push(part);
    this.size += part.length;
    if (this.whole === undefined) {
      const text = this.parts.length === 1 ? part : Buffer.concat(this.parts);
      this.parts = [text];
      const end = text.indexOf(END);
      if (end < 0) return;
      const head = text.toString('latin1', 0, end);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      this.whole = /\r\ntransfer-encoding: *chunked/i.test(head)
        ? Number.POSITIVE_INFINITY
        : end + END.length + Number(length ?? 0);
    }
    const last = this.parts.at(-1) ?? part;
    const isOver =
      this.whole === Number.POSITIVE_INFINITY
        ? (last.length >= LAST_CHUNK.length ? last : Buffer.concat(this.parts))
            .subarray(-LAST_CHUNK.length)
            .equals(LAST_CHUNK)
        : this.size >= this.whole;
    if (isOver) this.finish();
  }

  private finish(): void {
    const text = this.parts.length === 1 ? (this.parts[0] ?? Buffer.alloc(0)) : Buffer.concat(this.parts);
    const end = text.indexOf(END);
    const head = text.toString('latin1', 0, end);
    const body = text.subarray(end + END.length);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      head,
      body: this.whole === Number.POSITIVE_INFINITY ? unchunked(body) : body,
    });
  }
}

function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, line), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
