/**
 * The service worker: keeps the built files of the staff app, so that it opens while its server is away. It keeps files
 * only: no answer of `/api` or `/fhir` ever passes through a cache here. Built as one plain script without imports; the
 * build puts the list of files in (vite.config.ts).
 */
declare const FILES: readonly string[];
declare const VERSION: string;

interface Fetched {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface Worker {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate', on: (event: Lasting) => void): void;
  addEventListener(name: 'fetch', on: (event: Fetched) => void): void;
  addEventListener(name: 'message', on: (event: MessageEvent) => void): void;
}
const worker = globalThis as unknown as Worker;

const CACHE = `mach-app-${VERSION}`;
const PAGE = '/index.html';
/** A server that says nothing by then is away, ms. */
const PATIENCE = 4_000;
/** Files fetched at once while installing: a ward's wireless has other work. */
const AT_ONCE = 6;

/** Addresses of the staff app's own pages; boards, kiosks, doors and prints are none of ours. */
const isPage = (path: string): boolean => !/^\/(api|fhir|oauth2|metrics|healthz|assets|tv|kiosk)(\/|$)/.test(path);

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const waiting = [...FILES];
  const next = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      // Hashed files that the version before has already are the same files.
      const known = file.startsWith('/assets/') ? await caches.match(file) : undefined;
      const answer = known ?? (await fetch(file, { cache: 'no-cache', credentials: 'same-origin' }));
      if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
      await cache.put(file, answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** Old versions go when no page uses them any more: that is what activation means. */
async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith('mach-app-') && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
}

const kept = async (path: string): Promise<Response | undefined> => (await caches.open(CACHE)).match(path);

/** The server's page first, so that a new version is seen at once; the kept one where no answer comes. */
async function page(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    // A gateway before a server that is down answers too.
    if (answer.status < 500) return answer;
    return (await kept(PAGE)) ?? answer;
  } catch (error) {
    const own = await kept(PAGE);
    if (own) return own;
    throw error;
  }
}

/** Hashed files never change. The few others are asked for, and kept ones serve where no answer comes. */
async function file(request: Request, path: string): Promise<Response> {
  if (path.startsWith('/assets/')) return (await kept(path)) ?? fetch(request);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status < 500) return answer;
    return (await kept(path)) ?? answer;
  } catch (error) {
    const own = await kept(path);
    if (own) return own;
    throw error;
  }
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate') {
    if (isPage(url.pathname)) event.respondWith(page(request));
  } else if (FILES.includes(url.pathname)) event.respondWith(file(request, url.pathname));
});
