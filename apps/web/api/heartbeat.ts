import type { LinkState } from '@mach/ui';
import { request } from '@mach/ui/data/request.ts';

/** How often the ways out of the house are asked about while all is well, ms. */
const CALM_MS = 30_000;
/** How often a silent server is tried, and how long one try may take, ms. */
const SEARCH_MS = 4_000;

type Links = Pick<LinkState, 'internet' | 'services'>;

/**
 * Keeps asking. The live stream alone does not do: a cable that is pulled leaves it open and silent, and a screen
 * without a worklist has none. Every answer of any request counts as a sign of life; this is the one that always comes.
 */
export function startHeartbeat(online: () => boolean, onLinks: (links: Links) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  async function beat(): Promise<void> {
    try {
      onLinks(await request<Links>('/api/links', { timeoutMs: SEARCH_MS, probe: true }));
    } catch {
      // The request itself has told whether the server answered.
    }
    if (!stopped) timer = setTimeout(() => void beat(), online() ? CALM_MS : SEARCH_MS);
  }
  const now = (): void => {
    clearTimeout(timer);
    void beat();
  };
  timer = setTimeout(() => void beat(), online() ? 1_000 : SEARCH_MS);
  window.addEventListener('online', now);
  return () => {
    stopped = true;
    clearTimeout(timer);
    window.removeEventListener('online', now);
  };
}
