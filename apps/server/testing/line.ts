import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The line between the desks and their server: it can be cut, and mended at the same address. */
export class Line {
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  constructor(to: number) {
    this.#to = to;
  }
  async mend(): Promise<void> {
    const server = createServer((near) => {
      // Somebody who was at the door when the line was cut stays outside.
      if (this.#server !== server) {
        near.destroy();
        return;
      }
      const far = connect(this.#to, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    this.#server = server;
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(this.#port, '127.0.0.1', done);
    });
    this.#port = (server.address() as AddressInfo).port;
  }
  /** The door is shut at once; nobody is waited for. */
  cut(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }
  get base(): string {
    return `http://127.0.0.1:${this.#port}`;
  }
}
