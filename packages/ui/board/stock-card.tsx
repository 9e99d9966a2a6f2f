import type { ReactElement, ReactNode } from 'react';
import { Chip } from '../base/chip.tsx';
import { type Lot, Lots } from '../clinical/lots.tsx';
import { formatDateTime } from '../format/date.ts';
import { quantity } from '../format/number.ts';
import { type Column, Table } from '../list/table.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import { type DataState, Stated } from './stated.tsx';
import './stock-card.css';

export interface StockMovement {
  readonly key: string;
  readonly at: string;
  /** "Nhập từ Công ty Dược A", "Phát cho Trần Thị Lan". */
  readonly what: string;
  readonly lot: string;
  /** Signed amount. */
  readonly change: string;
  readonly left: string;
}

export interface StockCardProps extends DataState {
  readonly name: string;
  readonly unit: string;
  readonly total: string;
  readonly price?: string;
  readonly insured?: string;
  readonly lots: readonly Lot[];
  readonly movements?: readonly StockMovement[];
  readonly side?: ReactNode;
}

/** A drug on the shelf: what there is by lot, first to expire first, and how it came to that. */
export function StockCard(props: StockCardProps): ReactElement {
  const { name, unit, total, price, insured, lots, movements = [], side, ...state } = props;
  const t = useTexts(boardTexts);
  const columns: readonly Column<StockMovement>[] = [
    { key: 'at', head: t('time'), cell: (one) => formatDateTime(one.at), width: '136px' },
    { key: 'what', head: t('movement'), cell: (one) => one.what, rowHead: true },
    { key: 'lot', head: t('lot'), cell: (one) => <span className="m-code">{one.lot}</span>, width: '96px', wide: true },
    { key: 'change', head: t('change'), cell: (one) => one.change, align: 'right', width: '84px' },
    { key: 'left', head: t('left'), cell: (one) => one.left, align: 'right', width: '84px' },
  ];
  return (
    <section className="m-stock" aria-label={name}>
      <header className="m-stock-head">
        <h3 className="m-stock-name">{name}</h3>
        {insured && <Chip tone="insurance">{insured}</Chip>}
        {price && <span className="m-stock-price">{price}</span>}
        <span className="m-stock-total">{quantity(total, unit)}</span>
        {side}
      </header>
      <Stated {...state} nothing={lots.length === 0} nothingTitle={t('noStock')}>
        <Lots lots={lots} />
        {movements.length > 0 && (
          <Table label={t('movements')} columns={columns} rows={movements} keyOf={(one) => one.key} />
        )}
      </Stated>
    </section>
  );
}
