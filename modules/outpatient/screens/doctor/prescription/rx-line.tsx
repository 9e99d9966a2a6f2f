import {
  AlertLine,
  type AlertReason,
  Chip,
  formatDate,
  IconButton,
  MedicationLine,
  money,
  Select,
  usePick,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import type { Shares } from '../costs/preview.ts';
import { overrideReasons } from '../reasons.ts';
import { texts } from '../texts.ts';
import { type Overrides, type PlacedFinding, stableName } from './findings.ts';
import type { RxLine } from './line.ts';
import { medicationOf, shortOf } from './show.ts';

export interface RxLineProps {
  readonly line: RxLine;
  readonly shares: Shares | undefined;
  readonly insured: boolean;
  readonly findings: readonly PlacedFinding[];
  readonly reasons: Overrides;
  readonly errors: readonly string[];
  readonly onAnswer: (name: string, reason: string) => void;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
  readonly onSelfPaid: () => void;
}

/** A line of the prescription: how it stands to the last one, what it costs, what the checks say of it. */
export function RxLineRow(props: RxLineProps): ReactElement {
  const { line, shares, insured, findings, reasons, errors, onAnswer, onEdit, onRemove, onSelfPaid } = props;
  const t = useTexts(texts);
  const pick = usePick();
  return (
    <MedicationLine
      medication={medicationOf(line, t, pick)}
      state={line.state}
      change={line.before ? t('changedFrom', { before: line.before, after: shortOf(line) }) : undefined}
      reason={
        line.state === 'continued' && line.carriedFrom
          ? t('carriedOn', { date: formatDate(line.carriedFrom) })
          : undefined
      }
      side={
        <span className="doc-rx-side">
          {insured && line.drug.bhytRatio === 0 && <Chip tone="warn">{t('notInsured')}</Chip>}
          {insured && line.drug.bhytRatio > 0 && (
            <Chip
              tone={line.paidByPatient ? 'warn' : 'insurance'}
              pressed={line.paidByPatient ?? false}
              title={t('selfPaidHint')}
              onClick={onSelfPaid}
            >
              {line.paidByPatient ? t('selfPaid') : t('insuredShort', { n: line.drug.bhytRatio })}
            </Chip>
          )}
          {shares && <span className="doc-money doc-rx-price">{money(shares.total.toString())}</span>}
          <IconButton icon="edit" size="small" label={t('editLine', { drug: line.drug.display })} onClick={onEdit} />
          <IconButton
            icon="close"
            size="small"
            label={t('removeLine', { drug: line.drug.display })}
            onClick={onRemove}
          />
        </span>
      }
      below={
        (findings.length > 0 || errors.length > 0) && (
          <>
            {findings.map((one) => (
              <FindingLine
                key={one.finding.rule + one.finding.text.vi}
                placed={one}
                reasons={reasons}
                onAnswer={onAnswer}
              />
            ))}
            {errors.map((text) => (
              <AlertLine key={text} level="stop" what={text} />
            ))}
          </>
        )
      }
    />
  );
}

/** One finding with its reasons; a stop has none. */
export function FindingLine(props: {
  readonly placed: PlacedFinding;
  readonly reasons: Overrides;
  readonly onAnswer: (name: string, reason: string) => void;
}): ReactElement {
  const { placed, reasons, onAnswer } = props;
  const { finding } = placed;
  const t = useTexts(texts);
  const pick = usePick();
  const name = stableName(placed);
  const offered = overrideReasons(t);
  const given = reasons[name];
  const chosen = offered.find((reason) => reason.text === given);
  return (
    <div className="doc-finding">
      <AlertLine
        level={finding.severity === 'stop' ? 'stop' : finding.severity === 'warn' ? 'warn' : 'note'}
        what={pick(finding.text)}
        why={finding.remedy && pick(finding.remedy)}
        reasons={offered}
        overridden={chosen?.code}
      />
      {finding.severity === 'warn' && chosen === undefined && (
        <ReasonPick reasons={offered} onPick={(reason) => onAnswer(name, reason.text)} />
      )}
    </div>
  );
}

/** A coded reason with one key: the options are numbered, and the closed list takes the number. */
export function ReasonPick(props: {
  readonly reasons: readonly AlertReason[];
  readonly onPick: (reason: AlertReason) => void;
}): ReactElement {
  const { reasons, onPick } = props;
  const t = useTexts(texts);
  return (
    <div className="doc-reason-pick">
      <Select
        label={t('reasonLabel')}
        labelHidden
        value=""
        empty={t('reasonHint')}
        options={reasons.map((reason, i) => ({ value: reason.code, label: `${i + 1} ${reason.text}` }))}
        onChange={(code) => {
          const reason = reasons.find((one) => one.code === code);
          if (reason) onPick(reason);
        }}
      />
    </div>
  );
}
