/** The wire of the portal: form posts, JSON back. The same interface before the real service and the simulator. */

export interface PortalRequest {
  /** `api/token/take` */
  path: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  /** When the house asks, by its own clock. No part of the protocol: only the simulator reads it, in place of a clock. */
  at?: string;
  /** Sent form-encoded. */
  form: Readonly<Record<string, string>>;
}

export interface PortalResponse {
  status: number;
  body: string;
}

export type PortalHttp = (request: PortalRequest, signal: AbortSignal) => Promise<PortalResponse>;

/** Posts to a real portal. `baseUrl` ends with a slash: `https://egw.baohiemxahoi.gov.vn/`. */
export function fetchPortal(baseUrl: string): PortalHttp {
  return async ({ path, query, headers, form }, signal) => {
    const url = new URL(path, baseUrl);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams(form).toString(),
      // A portal that sends us elsewhere would send the credentials along.
      redirect: 'error',
      signal,
    });
    return { status: response.status, body: await response.text() };
  };
}
