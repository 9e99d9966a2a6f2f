import type { ReactElement, ReactNode, Ref } from 'react';
import { Button, IconButton } from '../base/button.tsx';
import { Chip } from '../base/chip.tsx';
import { Combobox } from '../base/combobox.tsx';
import { emphasised } from '../format/name.ts';
import { money } from '../format/number.ts';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './order-composer.css';
import { type DataState, Stated } from './stated.tsx';

export interface OrderOption {
  readonly key: string;
  readonly kind: 'drug' | 'lab' | 'imaging' | 'procedure' | 'diet' | 'care' | 'blood';
  readonly name: string;
  /** Price, insurance, stock, waiting time: the second line. */
  readonly detail?: string;
}

export interface ComposedOrder extends OrderOption {
  /** "1 g tiêm TM, mỗi 12 giờ, 7 ngày". */
  readonly dose?: string;
  readonly price?: string | number;
  readonly patientPays?: string | number;
  readonly insured?: string;
  /** Warnings at the line that caused them. */
  readonly below?: ReactNode;
}

export interface OrderComposerProps extends DataState {
  /** Whose orders these are: repeated in the head and on the button. */
  readonly patient: string;
  readonly options: readonly OrderOption[];
  readonly onQuery: (query: string) => void;
  readonly answered: string;
  readonly searching?: boolean;
  readonly basket: readonly ComposedOrder[];
  readonly bundles?: readonly { readonly key: string; readonly name: string; readonly n: number }[];
  readonly readOnly?: boolean;
  readonly busy?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly onAdd: (option: OrderOption) => void;
  readonly onRemove: (order: ComposedOrder) => void;
  readonly onBundle?: (key: string) => void;
  readonly onSign: () => void;
}

/** One box for everything that can be ordered, a basket that says what it costs, and one signature for all of it. */
export function OrderComposer(props: OrderComposerProps): ReactElement {
  const { patient, options, onQuery, answered, searching, basket, bundles = [], readOnly, busy, inputRef } = props;
  const { onAdd, onRemove, onBundle, onSign, ...state } = props;
  const t = useTexts(boardTexts);
  const kinds = {
    drug: t('kindDrug'),
    lab: t('kindLab'),
    imaging: t('kindImaging'),
    procedure: t('kindProcedure'),
    diet: t('kindDiet'),
    care: t('kindCare'),
    blood: t('kindBlood'),
  };
  const sum = (of: (one: ComposedOrder) => string | number | undefined): string =>
    basket.reduce((all, one) => all + BigInt(of(one) ?? 0), 0n).toString();
  return (
    <section className="m-compose" aria-label={t('ordersFor', { name: patient })}>
      <h3 className="m-compose-who">{t('ordersFor', { name: emphasised(patient) })}</h3>
      {!readOnly && (
        <Combobox<OrderOption>
          label={t('addOrder')}
          placeholder={t('orderHint')}
          value={null}
          collect
          // Nothing of a list with drugs is taken by one key too many.
          preselect={options[0]?.kind !== 'drug'}
          options={options}
          onQuery={onQuery}
          answered={answered}
          searching={searching}
          inputRef={inputRef}
          keyOf={(one) => one.key}
          textOf={(one) => one.name}
          onChange={(one) => one && onAdd(one)}
          renderOption={(one) => (
            <>
              <div className="m-option-main">
                <span>{one.name}</span>
                <Chip>{kinds[one.kind]}</Chip>
              </div>
              {one.detail && <div className="m-option-sub">{one.detail}</div>}
            </>
          )}
        />
      )}
      {bundles.length > 0 && !readOnly && (
        <div className="m-compose-bundles" role="toolbar" aria-label={t('bundles')}>
          {bundles.map((one) => (
            <Chip key={one.key} onClick={() => onBundle?.(one.key)} count={one.n}>
              {one.name}
            </Chip>
          ))}
        </div>
      )}
      <Stated {...stateOf(state)} nothing={basket.length === 0} nothingTitle={t('emptyBasket')}>
        <ul className="m-compose-basket">
          {basket.map((one) => (
            <li key={one.key} className="m-compose-order">
              <div className="m-compose-what">
                <b>{one.name}</b> {one.dose}
                <span className="m-compose-detail">{[kinds[one.kind], one.detail].filter(Boolean).join(' · ')}</span>
              </div>
              {one.insured && <Chip tone="insurance">{one.insured}</Chip>}
              {one.price !== undefined && <span className="m-compose-price">{money(one.price)}</span>}
              {!readOnly && (
                <IconButton icon="trash" label={t('removeOrder', { name: one.name })} onClick={() => onRemove(one)} />
              )}
              {one.below && <div className="m-compose-below">{one.below}</div>}
            </li>
          ))}
        </ul>
        <p className="m-compose-sum">
          <span>
            {t('total')} {money(sum((one) => one.price))}
          </span>
          <b>{t('patientPaysOf', { money: money(sum((one) => one.patientPays ?? one.price)) })}</b>
        </p>
        {!readOnly && (
          <Button look="primary" icon="sign" chord="Ctrl+Enter" busy={busy} onClick={onSign}>
            {t('signOrders', { n: basket.length, name: emphasised(patient) })}
          </Button>
        )}
      </Stated>
    </section>
  );
}

const stateOf = ({ state, error, onRetry, staleAt, offline, empty }: DataState): DataState => ({
  state,
  error,
  onRetry,
  staleAt,
  offline,
  empty,
});
