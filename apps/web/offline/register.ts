/** Waits until the first screen has been drawn: two hundred files are not what a slow desk needs first, ms. */
const IDLE_MS = 4_000;

/**
 * Registers the service worker. A new version is installed beside the old one and takes over when nobody is in the
 * middle of anything: at the sign-in page, or when the last tab closes. Until then every tab keeps the files that it
 * was opened with.
 */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  setTimeout(() => void navigator.serviceWorker.register('/worker.js').catch(() => undefined), IDLE_MS);
}

/** Lets a waiting version take over: nobody is signed in, so nothing is lost by it. */
export async function takeNewVersion(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  registration?.waiting?.postMessage('take-over');
}
