import {
  AlertLine,
  type AlertReason,
  Chip,
  formatDateTime,
  IconButton,
  type Issue,
  money,
  TextField,
  useLanguage,
  usePick,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import type { OrderRow } from '../../../contract.ts';
import type { Shares } from '../costs/preview.ts';
import { ReasonPick } from '../prescription/rx-line.tsx';
import { orderReasons } from '../reasons.ts';
import { texts } from '../texts.ts';
import { type BasketItem, ruleName } from './basket.ts';

/** Safety questions of a service, by the words of the catalogue. */
const SAFETY: Readonly<
  Record<
    string,
    'safePregnancy' | 'safeContrast' | 'safeCreatinine' | 'safeMetal' | 'safeFasting' | 'safeAnticoagulant'
  >
> = {
  pregnancy: 'safePregnancy',
  contrast: 'safeContrast',
  creatinine: 'safeCreatinine',
  metal: 'safeMetal',
  fasting: 'safeFasting',
  anticoagulant: 'safeAnticoagulant',
};

export interface BasketLineProps {
  readonly item: BasketItem;
  readonly shares: Shares | undefined;
  readonly insured: boolean;
  readonly standing: OrderRow | undefined;
  readonly issues: readonly Issue[];
  readonly reasons: Readonly<Record<string, AlertReason>>;
  readonly onAnswer: (issue: Issue, reason: AlertReason) => void;
  readonly onChange: (item: BasketItem) => void;
  readonly onRemove: () => void;
}

/** An order that is not signed: what it costs and whom, what speaks against it. */
export function BasketLine(props: BasketLineProps): ReactElement {
  const { item, shares, insured, standing, issues, reasons, onAnswer, onChange, onRemove } = props;
  const { row } = item;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const urgent = item.priority === 'urgent';
  return (
    <li className="doc-order">
      <div className="doc-order-line">
        <span className="doc-grow doc-order-name">{language === 'en' ? row.displayEn : row.display}</span>
        <span className="doc-order-price">
          <span className="doc-money">{money(row.price)}</span>
          {insured && shares && (
            <span className="doc-order-share">
              {t('shareOf', { amount: money(shares.patient.round(0).toString()) })}
            </span>
          )}
        </span>
        <IconButton icon="close" size="small" label={t('removeOrder', { name: row.display })} onClick={onRemove} />
      </div>
      <div className="doc-order-sub">
        <Chip
          tone={urgent ? 'critical' : 'neutral'}
          pressed={urgent}
          onClick={() => onChange({ ...item, priority: urgent ? 'routine' : 'urgent' })}
        >
          {t('urgent')}
        </Chip>
        {insured && row.bhytRatio > 0 && (
          <Chip pressed={item.paidByPatient} onClick={() => onChange({ ...item, paidByPatient: !item.paidByPatient })}>
            {t('selfPaid')}
          </Chip>
        )}
        {insured && row.bhytRatio === 0 && <Chip tone="warn">{t('notInsured')}</Chip>}
        {row.fasting && <Chip tone="warn">{t('fasting')}</Chip>}
        {row.safety.map((code) => {
          const name = SAFETY[code];
          return (
            <Chip key={code} tone="warn">
              {name ? t(name) : code}
            </Chip>
          );
        })}
        {row.minutes !== null && <span className="doc-muted">{t('minutesOf', { n: row.minutes })}</span>}
        {item.from && <span className="doc-muted">{item.from}</span>}
      </div>
      {row.group === 'imaging' && (
        <TextField
          label={t('question')}
          labelHidden
          value={item.question}
          placeholder={t('questionHint')}
          onChange={(question) => onChange({ ...item, question })}
        />
      )}
      {standing && issues.length === 0 && (
        <AlertLine
          level="note"
          what={t('orderedAlready', { at: standing.orderedAt ? formatDateTime(standing.orderedAt) : '' })}
          why={standing.conclusion ?? undefined}
        />
      )}
      {issues.map((issue) => {
        const answered = reasons[ruleName(issue.code, item)];
        return (
          <div key={issue.code} className="doc-finding">
            <AlertLine
              level={issue.severity === 'error' ? 'stop' : 'warn'}
              what={pick(issue.text)}
              reasons={orderReasons(t)}
              overridden={answered?.code}
            />
            {issue.severity === 'warning' && !answered && (
              <ReasonPick reasons={orderReasons(t)} onPick={(reason) => onAnswer(issue, reason)} />
            )}
          </div>
        );
      })}
    </li>
  );
}
