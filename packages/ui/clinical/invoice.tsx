import { type ReactElement, type ReactNode, useState } from 'react';
import { money, quantity } from '../format/number.ts';
import { Icon } from '../icons/icon.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import '../list/table.css';
import './invoice.css';

export interface InvoiceTotals {
  /** Whole đồng, as text or bigint; never a float. */
  readonly total: string | bigint;
  readonly insurance: string | bigint;
  readonly patient: string | bigint;
}

export interface InvoiceLine extends InvoiceTotals {
  readonly key: string;
  readonly name: string;
  readonly group?: string;
  readonly quantity?: { readonly value: string; readonly unit: string };
  readonly price?: string | bigint;
  /** Why the shares are what they are: level, ratio, ceiling, rule. */
  readonly why?: readonly string[];
}

/** The three totals: cost – insurance pays – **patient pays**. */
export function Totals(props: {
  readonly totals: InvoiceTotals;
  readonly insured?: boolean;
  readonly side?: ReactNode;
}): ReactElement {
  const { totals, insured = true, side } = props;
  const t = useTexts(uiTexts);
  return (
    <dl className="m-totals">
      <div className="m-totals-item">
        <dt>{t('total')}</dt>
        <dd>{money(totals.total)}</dd>
      </div>
      {insured && (
        <div className="m-totals-item m-totals-insurance">
          <dt>{t('insurancePays')}</dt>
          <dd>{money(totals.insurance)}</dd>
        </div>
      )}
      <div className="m-totals-item m-totals-patient">
        <dt>{t('patientPays')}</dt>
        <dd>{money(totals.patient)}</dd>
      </div>
      {side}
    </dl>
  );
}

/** A bill with its three totals; every line explains itself ("vì sao"). */
export function Invoice(props: {
  readonly lines: readonly InvoiceLine[];
  readonly totals: InvoiceTotals;
  readonly insured?: boolean;
  /** Explanation of the whole: benefit level, route, ceiling. */
  readonly why?: readonly string[];
}): ReactElement {
  const { lines, totals, insured = true, why } = props;
  const t = useTexts(uiTexts);
  const [open, setOpen] = useState<string | null>(null);
  const columns = insured ? 5 : 3;
  const groups = [...new Set(lines.map((line) => line.group))];
  return (
    <div className="m-invoice">
      <table className="m-table m-invoice-table">
        <thead>
          <tr>
            <th scope="col">{t('details')}</th>
            <th scope="col" className="m-td-right m-td-wide">
              {t('price')}
            </th>
            <th scope="col" className="m-td-right">
              {t('total')}
            </th>
            {insured && (
              <th scope="col" className="m-td-right m-td-wide">
                {t('insurancePays')}
              </th>
            )}
            {insured && (
              <th scope="col" className="m-td-right">
                {t('patientPays')}
              </th>
            )}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group ?? ''}>
            {group && (
              <tr className="m-tr-group">
                <th scope="rowgroup" colSpan={columns}>
                  {group}
                </th>
              </tr>
            )}
            {lines
              .filter((line) => line.group === group)
              .map((line) => (
                <LineRows
                  key={line.key}
                  line={line}
                  insured={insured}
                  columns={columns}
                  open={open === line.key}
                  onToggle={() => setOpen(open === line.key ? null : line.key)}
                />
              ))}
          </tbody>
        ))}
      </table>
      <Totals totals={totals} insured={insured} />
      {why && why.length > 0 && (
        <details className="m-invoice-why">
          <summary>{t('insuranceExplained')}</summary>
          <ul>
            {why.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function LineRows(props: {
  readonly line: InvoiceLine;
  readonly insured: boolean;
  readonly columns: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}): ReactElement {
  const { line, insured, columns, open, onToggle } = props;
  const t = useTexts(uiTexts);
  return (
    <>
      <tr>
        <th scope="row">
          {line.name}
          {line.quantity && (
            <span className="m-invoice-quantity"> × {quantity(line.quantity.value, line.quantity.unit)}</span>
          )}
          {line.why && line.why.length > 0 && (
            <button type="button" className="m-invoice-ask" aria-expanded={open} onClick={onToggle}>
              {t('why')}
              <Icon name={open ? 'up' : 'down'} size={16} />
            </button>
          )}
        </th>
        <td className="m-td-right m-td-wide">{line.price !== undefined && money(line.price)}</td>
        <td className="m-td-right">{money(line.total)}</td>
        {insured && <td className="m-td-right m-td-wide">{money(line.insurance)}</td>}
        {insured && <td className="m-td-right m-invoice-own">{money(line.patient)}</td>}
      </tr>
      {open && (
        <tr>
          <td colSpan={columns} className="m-invoice-reason">
            {line.why?.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}
