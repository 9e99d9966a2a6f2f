import type { ReactElement } from 'react';
import type { LinkState } from '../data/transport.ts';
import { formatTime } from '../format/date.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './sync-chip.css';

export interface SyncChipProps {
  readonly link: LinkState;
  /** Items that need a person. */
  readonly problems?: number;
  readonly onOpen?: () => void;
  /** What is gone, the gravest, in the app's words; default: what the link itself tells. */
  readonly gone?:
    | {
        readonly what: 'server' | 'internet' | 'service' | 'problem' | 'sending';
        readonly text: string;
        readonly since?: string | undefined;
      }
    | undefined;
}

const GONE = {
  server: ['offline', '○'],
  internet: ['offline', '◌'],
  service: ['service', '◍'],
  problem: ['problem', '▲'],
  sending: ['sending', '◐'],
} as const;

/** The state of the connection, always on screen; never a full-page "lost connection". */
export function SyncChip({ link, problems = 0, onOpen, gone }: SyncChipProps): ReactElement {
  const t = useTexts(uiTexts);
  const [state, glyph, text] = gone
    ? ([...GONE[gone.what], gone.text] as const)
    : problems > 0
      ? (['problem', '▲', t('syncProblem', { n: problems })] as const)
      : link.status === 'offline'
        ? (['offline', '○', link.sending > 0 ? t('syncOfflineN', { n: link.sending }) : t('syncOffline')] as const)
        : link.sending > 0
          ? (['sending', '◐', t('syncSending', { n: link.sending })] as const)
          : (['ok', '●', link.lastSeen ? t('synced', { time: formatTime(link.lastSeen) }) : t('syncedBare')] as const);
  const title = gone?.since ?? (link.lastSeen && t('lastSeen', { time: formatTime(link.lastSeen) }));
  return (
    <button type="button" className={`m-sync m-sync-${state}`} data-gone={gone?.what} title={title} onClick={onOpen}>
      <span className="m-sync-glyph" aria-hidden="true">
        {glyph}
      </span>
      <span className="m-sync-text" role="status">
        {text}
      </span>
    </button>
  );
}
