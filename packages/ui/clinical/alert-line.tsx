import { type ReactElement, type ReactNode, useState } from 'react';
import { Button } from '../base/button.tsx';
import { Select } from '../base/choice.tsx';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './alert-line.css';

export interface AlertReason {
  readonly code: string;
  readonly text: string;
}

export interface AlertLineProps {
  /** chặn · cảnh báo · lưu ý (design language §7.7). `stop` also opens a Modal in the act itself. */
  readonly level: 'stop' | 'warn' | 'note';
  /** What is the matter. */
  readonly what: ReactNode;
  /** Why: the evidence. */
  readonly why?: ReactNode;
  /** What to do instead: one tap. */
  readonly instead?: { readonly label: string; readonly run: () => void };
  /** Coded reasons; with them a warning can be overridden in place. */
  readonly reasons?: readonly AlertReason[];
  /** The chosen reason, once overridden. */
  readonly overridden?: string;
  readonly onOverride?: (reason: AlertReason) => void;
}

const ICONS: Readonly<Record<AlertLineProps['level'], IconName>> = { stop: 'stop', warn: 'warn', note: 'info' };

/** A warning in the line that caused it: what, why, what to do, one-key override with a coded reason. */
export function AlertLine(props: AlertLineProps): ReactElement {
  const { level, what, why, instead, reasons = [], overridden, onOverride } = props;
  const t = useTexts(uiTexts);
  const [asking, setAsking] = useState(false);
  const words = { stop: t('alertStop'), warn: t('alertWarn'), note: t('alertNote') };
  const done = reasons.find((reason) => reason.code === overridden);
  return (
    <div
      className={`m-alert m-alert-${level}${done ? ' m-alert-done' : ''}`}
      role={level === 'stop' ? 'alert' : 'status'}
    >
      <Icon name={ICONS[level]} size={16} />
      <div className="m-alert-text">
        <span className="m-alert-level">{words[level]}</span> {what}
        {why && <span className="m-alert-why"> {why}</span>}
        {done && (
          <span className="m-alert-why">
            {' '}
            {t('reason')}: {done.text}
          </span>
        )}
        {asking && !done && (
          <div className="m-alert-reasons">
            <Select
              label={t('reasonFor')}
              labelHidden
              value=""
              empty={t('chooseReason')}
              options={reasons.map((reason) => ({ value: reason.code, label: reason.text }))}
              onChange={(code) => {
                const reason = reasons.find((one) => one.code === code);
                if (reason) onOverride?.(reason);
                setAsking(false);
              }}
            />
          </div>
        )}
      </div>
      {instead && !done && (
        <Button size="small" onClick={instead.run}>
          {instead.label}
        </Button>
      )}
      {level === 'warn' && onOverride && reasons.length > 0 && !done && !asking && (
        <Button size="small" look="quiet" onClick={() => setAsking(true)}>
          {t('override')}
        </Button>
      )}
    </div>
  );
}
