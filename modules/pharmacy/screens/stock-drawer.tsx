import { foldText, localDate, matchesTokens } from '@mach/base';
import { Chip, Drawer, Empty, ErrorState, Lots, Skeleton, TextField, useNow, useTexts, useView } from '@mach/ui';
import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { StockRow } from '../contract.ts';
import { texts } from './texts.ts';

export const STOCK_DRAWER = 'rx-stock';
/** Drugs drawn at once; a narrower search shows the others. */
const SHOWN = 40;

/** "Tồn kho": every lot of the shelf, found by name, code or lot without tones. */
export function StockDrawer({
  place,
  placeName,
}: {
  readonly place: string;
  readonly placeName: string;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <Drawer id={STOCK_DRAWER} title={t('stockTitle', { place: placeName })}>
      <Search place={place} placeName={placeName} />
    </Drawer>
  );
}

function Search({ place, placeName }: { readonly place: string; readonly placeName: string }): ReactElement {
  const t = useTexts(texts);
  const today = localDate(useNow());
  const [typed, setTyped] = useState('');
  const stock = useView<StockRow>('pharmacy.stock', { place, on: today }, { sort: 'name', limit: 1000, live: false });
  const reload = useRef(stock.reload);
  reload.current = stock.reload;
  useEffect(() => {
    void place;
    reload.current();
  }, [place]);
  const drugs = useMemo(() => {
    const groups = new Map<string, StockRow[]>();
    for (const row of stock.rows) {
      if (typed.trim() !== '' && !matchesTokens(foldText(`${row.name} ${row.drug} ${row.lot}`), typed)) continue;
      groups.set(row.drug, [...(groups.get(row.drug) ?? []), row]);
    }
    return [...groups.values()];
  }, [stock.rows, typed]);
  return (
    <div className="rx-stock">
      <TextField label={t('searchStock')} type="search" value={typed} onChange={setTyped} maxLength={80} />
      {stock.state === 'loading' && <Skeleton shape="table" />}
      {stock.state === 'error' && <ErrorState error={stock.error} onRetry={stock.reload} />}
      {stock.state === 'ready' && drugs.length === 0 && <Empty icon="box" title={t('noStock')} />}
      {drugs.slice(0, SHOWN).map((rows) => (
        <section key={rows[0]?.drug} className="rx-stock-drug" aria-label={rows[0]?.name}>
          <h3 className="rx-stock-name">
            {rows[0]?.name} <span className="m-code rx-muted">{rows[0]?.drug}</span>
          </h3>
          <Lots
            lots={rows.map((row) => ({
              key: row.key,
              lot: row.lot,
              expiry: row.expiry,
              stock: row.quantity,
              unit: row.unit,
              location: placeName,
            }))}
          />
        </section>
      ))}
      {drugs.length > SHOWN && <Chip>{`+${String(drugs.length - SHOWN)}`}</Chip>}
    </div>
  );
}
