import type { ReactElement } from 'react';
import { Button } from '../base/button.tsx';
import { Chip } from '../base/chip.tsx';
import { formatDateTime } from '../format/date.ts';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './pending-list.css';
import { type DataState, Stated } from './stated.tsx';

export interface PendingItem {
  readonly key: string;
  /** "Đơn thuốc quốc gia", "Cổng BHXH". */
  readonly destination: string;
  readonly what: string;
  readonly since: string;
  /** Until when it must be there, and whether that has passed. */
  readonly deadline?: { readonly text: string; readonly passed: boolean };
  readonly attempts: number;
  /** What the other side said, in words. */
  readonly answer?: string;
  readonly state: 'waiting' | 'rejected' | 'failed';
}

export interface PendingListProps extends DataState {
  readonly label: string;
  /** Every failed message has a person: the lists of the persons, one's own first. */
  readonly owners: readonly { readonly name: string; readonly items: readonly PendingItem[] }[];
  readonly readOnly?: boolean;
  readonly onOpen?: (item: PendingItem) => void;
  readonly onSend?: (item: PendingItem) => void;
  readonly onExport?: () => void;
}

/** What has left the facility and has not arrived, by the person who looks after it. */
export function PendingList(props: PendingListProps): ReactElement {
  const { label, owners, readOnly, onOpen, onSend, onExport, ...state } = props;
  const t = useTexts(boardTexts);
  const words = { waiting: t('waitingSend'), rejected: t('rejected'), failed: t('unreachable') };
  const some = owners.filter((owner) => owner.items.length > 0);
  return (
    <section className="m-pending" aria-label={label}>
      <Stated {...state} nothing={some.length === 0} nothingTitle={t('nothingPending')}>
        {onExport && (
          <Button size="small" look="quiet" icon="copy" onClick={onExport}>
            {t('exportList')}
          </Button>
        )}
        {some.map((owner) => (
          <section key={owner.name} aria-label={owner.name}>
            <h3 className="m-pending-owner">
              {owner.name} · {owner.items.length}
            </h3>
            <ul>
              {owner.items.map((item) => (
                <li key={item.key} className={`m-pending-item m-pending-${item.state}`}>
                  <Icon name={item.state === 'waiting' ? 'clock' : 'warn'} size={16} />
                  <div className="m-pending-what">
                    <p>
                      <b>{item.destination}</b> · {item.what}
                    </p>
                    <p className="m-pending-more">
                      {words[item.state]} · {t('since', { time: formatDateTime(item.since) })} ·{' '}
                      {t('attempts', { n: item.attempts })}
                    </p>
                    {item.answer && <p className="m-pending-answer">{item.answer}</p>}
                  </div>
                  {item.deadline && (
                    <Chip
                      tone={item.deadline.passed ? 'critical' : 'neutral'}
                      icon={item.deadline.passed ? 'warn' : 'clock'}
                    >
                      {item.deadline.text}
                    </Chip>
                  )}
                  <div className="m-pending-deeds">
                    {onOpen && (
                      <Button size="small" look="quiet" onClick={() => onOpen(item)}>
                        {t('open')}
                      </Button>
                    )}
                    {onSend && (
                      <Button size="small" icon="sync" disabled={readOnly} onClick={() => onSend(item)}>
                        {t('sendAgain')}
                      </Button>
                    )}
                  </div>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </Stated>
    </section>
  );
}
