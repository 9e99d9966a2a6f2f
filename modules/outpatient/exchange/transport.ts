/** The wire to the national prescription system: real HTTP, or a simulator with the same face. */

export const LOGIN_PATH = '/api/auth/dang-nhap-bac-si';
export const SEND_PATH = '/api/v1/gui-don-thuoc';

export interface NationalAnswer {
  status: number;
  body: unknown;
}

export interface NationalTransport {
  /** Stands in receipts: who answered. */
  readonly name: string;
  readonly simulated: boolean;
  post(path: string, body: unknown, token: string | undefined, signal: AbortSignal): Promise<NationalAnswer>;
}

export interface HttpOptions {
  /** `https://api.donthuocquocgia.vn` */
  baseUrl: string;
  /** Given to each software by the operator of the national system. */
  appName: string;
  appKey: string;
  fetch?: typeof fetch;
}

export function httpTransport(options: HttpOptions): NationalTransport {
  const send = options.fetch ?? fetch;
  const base = options.baseUrl.replace(/\/+$/, '');
  return {
    name: new URL(base).host,
    simulated: false,
    async post(path, body, token, signal) {
      const response = await send(`${base}${path}`, {
        method: 'POST',
        signal,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'app-name': options.appName,
          'app-key': options.appKey,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: parsed(text) };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 2_000);
  }
}
