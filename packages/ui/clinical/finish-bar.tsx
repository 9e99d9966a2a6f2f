import { type ReactElement, type ReactNode, useRef } from 'react';
import { Button, type ButtonProps } from '../base/button.tsx';
import { stopAtUnread } from '../form/unread.ts';
import { emphasised } from '../format/name.ts';
import { Icon } from '../icons/icon.tsx';
import type { Chord } from '../keys/chord.ts';
import { KEY_LEVEL, useKeys } from '../keys/use-keys.ts';
import type { Text } from '../texts/texts.ts';
import { uiTexts } from '../texts/ui.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import './finish-bar.css';

/** Something that is missing, and the way to it. */
export interface Missing {
  /** A whole sentence: "Chưa quét lô metformin". For an empty field give `field` instead. */
  readonly text?: string;
  /** Name of an empty field: the bar says "Thiếu họ tên". */
  readonly field?: string;
  readonly go?: () => void;
}

export interface FinishAction {
  /** Verb and object; `Text`, because it is also printed on the key card. */
  readonly label: Text;
  readonly run: () => void;
  readonly chord?: Chord;
  readonly icon?: ButtonProps['icon'];
  readonly busy?: boolean;
  readonly disabled?: boolean;
}

export interface FinishBarProps {
  readonly missing?: readonly Missing[];
  /** Left out without being needed: said in the place of "Đủ mục", and the step may be finished all the same. */
  readonly notice?: Missing;
  /** Draft state: "Đã lưu 07:12". */
  readonly saved?: ReactNode;
  /** Re-visit, outcome: quick choices at the left. */
  readonly left?: ReactNode;
  readonly actions?: readonly FinishAction[];
  /** The step's finish; `Ctrl+Enter` unless told otherwise. Repeats the patient's name. */
  readonly finish?: FinishAction & { readonly patient?: string };
}

/** A field's label inside a sentence: "Họ tên" → "họ tên", "BHYT" stays. */
function inSentence(label: string): string {
  return /^\p{Lu}\p{Lu}/u.test(label) ? label : label.charAt(0).toLocaleLowerCase('vi') + label.slice(1);
}

/** What is missing · save · sign · done. Always in the same place. */
export function FinishBar(props: FinishBarProps): ReactElement {
  const { missing, notice, saved, left, actions = [] } = props;
  const bar = useRef<HTMLElement>(null);
  const finish = props.finish && {
    ...props.finish,
    run: () => {
      if (!stopAtUnread(bar.current)) props.finish?.run();
    },
  };
  const t = useTexts(uiTexts);
  const pick = usePick();
  const all: readonly FinishAction[] = finish ? [...actions, { chord: 'Ctrl+Enter', ...finish }] : actions;
  useKeys(
    all
      .filter((action) => action.chord)
      .map((action) => ({
        chord: action.chord ?? '',
        label: action.label,
        enabled: !action.disabled && !action.busy,
        run: action.run,
      })),
    KEY_LEVEL.screen,
  );
  const said = (one: Missing): string => one.text ?? t('missing', { field: inSentence(one.field ?? '') });
  const first = missing?.[0];
  return (
    <footer ref={bar} className="m-finish">
      {left}
      {missing && (
        <div className="m-finish-state" aria-live="polite">
          {first ? (
            <button type="button" className="m-finish-missing" onClick={first.go} title={missing.map(said).join('\n')}>
              <Icon name="warn" size={16} />
              <span>{said(first)}</span>
              {missing.length > 1 && <span className="m-finish-count">+{missing.length - 1}</span>}
            </button>
          ) : notice ? (
            <button type="button" className="m-finish-notice" onClick={notice.go}>
              <Icon name="info" size={16} />
              <span>{said(notice)}</span>
            </button>
          ) : (
            <span className="m-finish-ready">
              <Icon name="check" size={16} />
              {t('finishReady')}
            </span>
          )}
        </div>
      )}
      {saved && <span className="m-finish-saved">{saved}</span>}
      <div className="m-finish-actions">
        {actions.map((action) => (
          <Button
            key={action.label.vi}
            icon={action.icon}
            chord={action.chord}
            busy={action.busy}
            disabled={action.disabled}
            onClick={action.run}
          >
            {pick(action.label)}
          </Button>
        ))}
        {finish && (
          <Button
            look="primary"
            className="m-finish-main"
            icon={finish.icon}
            chord={finish.chord ?? 'Ctrl+Enter'}
            busy={finish.busy}
            disabled={finish.disabled}
            onClick={finish.run}
          >
            {finish.patient
              ? t('signFor', { action: pick(finish.label), name: emphasised(finish.patient) })
              : pick(finish.label)}
          </Button>
        )}
      </div>
    </footer>
  );
}
