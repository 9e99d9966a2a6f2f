import { formatDate, formatMoney } from '@mach/base';
import { useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { HistoryRow } from '../../codes/house.ts';
import { useRemote } from '../api.ts';
import { texts } from './texts.ts';

/** What the facility has published for a code, the latest first. */
export function History({ code }: { readonly code: string }): ReactElement {
  const t = useTexts(texts);
  const { data } = useRemote<{ rows: readonly HistoryRow[] }>(
    `/api/codes/house-history?q=${encodeURIComponent(code)}&limit=50`,
  );
  const rows = data?.rows ?? [];
  return (
    <section>
      <h3>{t('history')}</h3>
      {data && rows.length === 0 && <p className="adm-note">{t('noHistory')}</p>}
      <ul className="hou-history">
        {rows.map((row) => (
          <li key={row.code}>
            <b className="hou-number">{formatDate(row.from)}</b>
            {row.to && ` ${t('until', { day: formatDate(row.to) })}`}
            {row.endedFrom && ` · ${t('endedFrom', { day: formatDate(row.endedFrom) })}`}
            {typeof row.cells.price === 'number' && ` · ${t('price')} ${formatMoney(row.cells.price)}`}
            {typeof row.cells.bhytPrice === 'number' && ` · ${t('bhytPrice')} ${formatMoney(row.cells.bhytPrice)}`}
            {row.cells.withdrawn === true && ` · ${t('withdrawn')}`}
            <span className="adm-two">{row.document}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
