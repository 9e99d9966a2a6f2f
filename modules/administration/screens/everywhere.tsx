import { toast, useScan, useTexts } from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { call } from './api.ts';
import { texts } from './texts.ts';

interface Limits {
  readonly idleSeconds: number | null;
  readonly place: 'ward' | 'inside' | 'outside' | null;
}

/** The last seconds are told: somebody may only be reading. */
const WARN_SECONDS = 20;
const SECOND = 1000;
const EVENTS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
/** Where the sign-in page finds a badge that was scanned here. */
const SCANNED = 'mach.badge';

/** Ends the session; the page of the sign-in follows by the same word that tells the other tabs. */
async function leave(): Promise<void> {
  await call('DELETE', '/api/session').catch(() => undefined);
  const channel = new BroadcastChannel('mach-session');
  channel.postMessage('changed');
  channel.close();
}

/**
 * Locks the screen when nobody uses it, before the next reader sees the patient of the last one; tells the server of use
 * that sends nothing (reading, typing). At a shared computer the scan of a badge changes the person.
 */
export default function Everywhere(): ReactElement | null {
  const t = useTexts(texts);
  const [limits, setLimits] = useState<Limits | null>(null);
  useEffect(() => {
    let alive = true;
    void call<{ session: Limits | null }>('GET', '/api/session')
      .then(({ session }) => alive && setLimits(session))
      .catch(() => undefined);
    return () => {
      alive = false;
    };
  }, []);
  const idle = limits?.idleSeconds ?? null;
  useEffect(() => {
    if (idle === null) return;
    let used = Date.now();
    let told = Date.now();
    let warned = false;
    const use = (): void => {
      used = Date.now();
      warned = false;
      if (used - told < (idle * SECOND) / 3) return;
      told = used;
      void call('GET', '/api/session').catch(() => undefined);
    };
    const timer = setInterval(() => {
      const left = idle - Math.floor((Date.now() - used) / SECOND);
      if (left <= 0) void leave();
      else if (left <= WARN_SECONDS && !warned) {
        warned = true;
        toast({ text: t('lockSoon', { n: left }), tone: 'warn' });
      }
    }, SECOND);
    for (const event of EVENTS) window.addEventListener(event, use, { passive: true, capture: true });
    return () => {
      clearInterval(timer);
      for (const event of EVENTS) window.removeEventListener(event, use, { capture: true });
    };
  }, [idle, t]);
  useScan(
    limits?.place === 'ward'
      ? [
          {
            label: { vi: texts.vi.badgeNumber, en: texts.en.badgeNumber },
            accepts: (code) => /^TH-[A-Z0-9-]{3,40}$/i.test(code),
            run: (code) => {
              sessionStorage.setItem(SCANNED, code);
              void leave();
            },
          },
        ]
      : [],
  );
  return null;
}
