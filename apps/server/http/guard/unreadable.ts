import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const STATUS: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * Answers what cannot be read as HTTP, once. Where the head of a request was read and its body turns out to be none, its
 * door may have answered already: a second answer on that line would be taken, by a proxy before us, for the answer to
 * somebody else's request. Such a line is cut instead.
 */
export class Unreadable {
  private readonly last = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();

  /** A request whose head was read. */
  begun(request: IncomingMessage, response: ServerResponse): void {
    this.last.set(request.socket, { request, response });
  }

  /** What came could not be read. */
  broken(error: Error & { code?: string }, socket: Socket): void {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const last = this.last.get(socket);
    const isAnswered = last !== undefined && !last.request.complete && last.response.headersSent;
    if (!isAnswered && socket.writable) {
      const status = STATUS[error.code ?? ''] ?? 400;
      const label = STATUS_CODES[status] ?? '';
      const body = JSON.stringify({ statusCode: status, error: label, message: 'This is not an HTTP request' });
      socket.write(
        `HTTP/1.1 ${status} ${label}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
    socket.destroySoon();
  }
}
