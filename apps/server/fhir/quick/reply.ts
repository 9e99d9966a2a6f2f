import type { ServerResponse } from 'node:http';

/** Headers of every answer in the form that node writes without looking each of them up. */
type Head = string[];

/** The part of the framework's reply that reads and searches use, over the bare response. */
export class QuickReply {
  statusCode = 200;
  sent = false;
  private readonly head: Head;
  private readonly response: ServerResponse;

  /** `head`: names and values in turn, of every answer. */
  constructor(response: ServerResponse, head: readonly string[]) {
    this.response = response;
    this.head = [...head];
  }

  header(name: string, value: string): this {
    this.head.push(name, value);
    return this;
  }
  type(type: string): this {
    this.head.push('content-type', type);
    return this;
  }
  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  send(text?: string): this {
    if (this.sent) return this;
    this.sent = true;
    const { head, response, statusCode } = this;
    // Who has hung up is told nothing more.
    if (response.destroyed) return this;
    if (text === undefined) {
      response.writeHead(statusCode, head).end();
      return this;
    }
    head.push('content-length', String(Buffer.byteLength(text)));
    response.writeHead(statusCode, head).end(text);
    return this;
  }
}
