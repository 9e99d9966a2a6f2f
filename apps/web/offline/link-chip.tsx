import { formatTime, type LinkState, SyncChip, useAway, useLink, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { texts } from './texts.ts';

/** Which of the three is gone, the gravest first: the server, the internet, a national service. */
export function LinkChip({ onOpen }: { readonly onOpen: () => void }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const link = useLink();
  const { acts, away } = useAway();
  const refused = acts.filter((act) => act.state === 'refused').length;
  const silent = silentOf(link);
  const text =
    link.status === 'offline'
      ? acts.length > 0
        ? t('noServerN', { n: acts.length })
        : t('noServer')
      : refused > 0
        ? t('refusedN', { n: refused })
        : link.internet?.state === 'down'
          ? t('noInternet')
          : silent.length === 1 && silent[0]
            ? t('noService', { name: pick(silent[0].title).replace(` (${t('simulated')})`, '') })
            : silent.length > 1
              ? t('noServices', { n: silent.length })
              : acts.length > 0
                ? t('waitingN', { n: acts.length })
                : undefined;
  const what =
    link.status === 'offline'
      ? 'server'
      : refused > 0
        ? 'problem'
        : link.internet?.state === 'down'
          ? 'internet'
          : silent.length > 0
            ? 'service'
            : 'sending';
  const since = link.downSince
    ? t('downSince', { time: formatTime(link.downSince) })
    : away
      ? undefined
      : t('cannotKeep');
  return <SyncChip link={link} gone={text === undefined ? undefined : { what, text, since }} onOpen={onOpen} />;
}

export const silentOf = (link: LinkState) => (link.services ?? []).filter((one) => one.state === 'down');
