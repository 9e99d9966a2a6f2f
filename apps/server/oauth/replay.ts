import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Queryable } from '@mach/store';
import { objectHash } from './adapter.ts';

/**
 * Browser apps commonly renew a token without saying who they are (`fhirclient` does). A public app keeps no secret, so
 * its name, which the token itself knows, is put in; anybody else still has to prove who they are.
 */
export async function withClient(on: Queryable, form: string, headers: IncomingMessage['headers']): Promise<string> {
  const params = new URLSearchParams(form);
  const token = params.get('refresh_token');
  const named =
    ['client_id', 'client_assertion'].some((name) => params.has(name)) || headers.authorization !== undefined;
  if (params.get('grant_type') !== 'refresh_token' || token === null || named) return form;
  const { rows } = await on.query<{ id: string }>({
    name: 'oauth_public_refresh',
    text: `select c.id from system.oauth_object o join system.client c on c.id = o.payload->>'clientId'
           where o.kind = 'RefreshToken' and o.id = $1 and c.kind = 'public'`,
    values: [objectHash(token)],
  });
  if (!rows[0]) return form;
  params.set('client_id', rows[0].id);
  return params.toString();
}

/** The same request with a body that was read already, for a library that reads it itself. */
export function replayed(request: IncomingMessage, body: string): IncomingMessage {
  const bytes = Buffer.from(body);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor, socket } = request;
  const headers = { ...request.headers, 'content-length': String(bytes.length) };
  delete headers['transfer-encoding'];
  const head = { method, url, headers, httpVersion, httpVersionMajor, httpVersionMinor, socket, complete: true };
  return Object.assign(Readable.from([bytes], { objectMode: false }), head) as unknown as IncomingMessage;
}
