import type { ReactElement } from 'react';
import { Button } from '../base/button.tsx';
import { Chip } from '../base/chip.tsx';
import { money } from '../format/number.ts';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './claim-finding.css';
import { type DataState, Stated } from './stated.tsx';

export interface Finding {
  readonly key: string;
  /** The rule in words, and where it is written. */
  readonly rule: string;
  readonly source?: string;
  /** What the findings of one cause share: they are shown and mended together. */
  readonly cause: string;
  readonly level: 'error' | 'warning';
  /** Đồng that would not be paid. */
  readonly atRisk: string | number;
  /** The field at fault: "Giờ y lệnh, phiếu CĐ 12". */
  readonly field: string;
  readonly fix?: string;
}

export interface ClaimFindingsProps extends DataState {
  readonly label: string;
  readonly findings: readonly Finding[];
  readonly readOnly?: boolean;
  /** Goes to the field, where it is mended. */
  readonly onGo: (finding: Finding) => void;
  readonly onRecheck?: () => void;
}

/** What would not be paid, by cause and the worst money first; every finding leads to its field. */
export function ClaimFindings({
  label,
  findings,
  readOnly,
  onGo,
  onRecheck,
  ...state
}: ClaimFindingsProps): ReactElement {
  const t = useTexts(boardTexts);
  const sum = (some: readonly Finding[]): bigint => some.reduce((all, one) => all + BigInt(one.atRisk), 0n);
  const causes = [...new Set(findings.map((one) => one.cause))]
    .map((cause) => ({ cause, rows: findings.filter((one) => one.cause === cause) }))
    .toSorted((a, b) => (sum(b.rows) > sum(a.rows) ? 1 : sum(b.rows) < sum(a.rows) ? -1 : 0));
  return (
    <section className="m-findings" aria-label={label}>
      <header className="m-findings-head">
        {/* Nothing is said of a sum that is not known. */}
        <span>
          {findings.length > 0 && t('atRiskOf', { money: money(sum(findings).toString()), n: findings.length })}
        </span>
        {onRecheck && !readOnly && (
          <Button size="small" icon="sync" onClick={onRecheck}>
            {t('recheck')}
          </Button>
        )}
      </header>
      <Stated {...state} nothing={findings.length === 0} nothingTitle={t('noFindings')}>
        {causes.map(({ cause, rows }) => (
          <section key={cause} className="m-findings-cause" aria-label={cause}>
            <h3>
              <span>{cause}</span>
              <span className="m-findings-sum">{money(sum(rows).toString())}</span>
            </h3>
            <ul>
              {rows.map((one) => (
                <li key={one.key} className={`m-finding m-finding-${one.level}`}>
                  <Icon name={one.level === 'error' ? 'stop' : 'warn'} size={16} />
                  <div className="m-finding-what">
                    <p>
                      <span className="m-sr">{t(one.level === 'error' ? 'findingError' : 'findingWarning')} </span>
                      {one.rule}
                    </p>
                    {one.fix && <p className="m-finding-fix">{one.fix}</p>}
                    {one.source && <Chip>{one.source}</Chip>}
                  </div>
                  <span className="m-finding-money">{money(one.atRisk)}</span>
                  <Button size="small" look="quiet" icon="right" disabled={readOnly} onClick={() => onGo(one)}>
                    {one.field}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </Stated>
    </section>
  );
}
