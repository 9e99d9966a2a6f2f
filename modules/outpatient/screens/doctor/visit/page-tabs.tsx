import { useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { focusAnchor } from '../finish/goto.ts';
import { texts } from '../texts.ts';

/** On a phone: the parts of the page one tap away. */
export function PageTabs(props: {
  readonly unseen: number;
  readonly onResults: () => void;
  readonly onOrders: () => void;
}): ReactElement {
  const { unseen, onResults, onOrders } = props;
  const t = useTexts(texts);
  const jump = (anchor: number) => (): void => focusAnchor(anchor, '[data-none]');
  return (
    <nav className="doc-tabs" aria-label={t('parts')}>
      <button type="button" onClick={jump(1)}>
        {t('tabExam')}
      </button>
      <button type="button" onClick={jump(4)}>
        {t('tabDx')}
      </button>
      <button type="button" onClick={jump(5)}>
        {t('tabRx')}
      </button>
      <button type="button" onClick={onOrders}>
        {t('tabOrders')}
      </button>
      <button type="button" onClick={onResults}>
        {unseen > 0 ? t('tabResultsN', { n: unseen }) : t('tabResults')}
      </button>
      <button type="button" onClick={jump(7)}>
        {t('tabEnd')}
      </button>
    </nav>
  );
}
