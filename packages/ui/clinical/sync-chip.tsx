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
}

/** The state of the connection, always on screen; never a full-page "lost connection". */
export function SyncChip({ link, problems = 0, onOpen }: SyncChipProps): ReactElement {
  const t = useTexts(uiTexts);
  const [state, glyph, text] =
    problems > 0
      ? (['problem', '▲', t('syncProblem', { n: problems })] as const)
      : link.status === 'offline'
        ? (['offline', '○', link.sending > 0 ? t('syncOfflineN', { n: link.sending }) : t('syncOffline')] as const)
        : link.sending > 0
          ? (['sending', '◐', t('syncSending', { n: link.sending })] as const)
          : (['ok', '●', link.lastSeen ? t('synced', { time: formatTime(link.lastSeen) }) : t('syncedBare')] as const);
  const title = link.lastSeen && t('lastSeen', { time: formatTime(link.lastSeen) });
  return (
    <button type="button" className={`m-sync m-sync-${state}`} title={title} onClick={onOpen}>
      <span className="m-sync-glyph" aria-hidden="true">
        {glyph}
      </span>
      <span className="m-sync-text" role="status">
        {text}
      </span>
    </button>
  );
}
