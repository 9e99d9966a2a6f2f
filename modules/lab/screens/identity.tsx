import { AlertLine, Icon, TextField, useTexts } from '@mach/ui';
import type { ReactElement, Ref } from 'react';
import './lab.css';
import { texts } from './texts.ts';

/** How a scan stands to the person who is open. `asked`: a number only the server can compare. */
export type Match = 'none' | 'agrees' | 'other' | 'asked';

/**
 * The first identifier: scanned from the wristband, paper or tube, or typed from it. Never filled in by the program.
 */
export function Identity(props: {
  readonly label: string;
  readonly value: string;
  readonly match: Match;
  readonly name: string;
  readonly onChange: (text: string) => void;
  /** Enter: a scanned label goes its own way. */
  readonly onSubmit: (text: string) => void;
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Opens the person who was scanned by mistake, where they wait too. */
  readonly onOther?: () => void;
}): ReactElement {
  const { label, value, match, name, onChange, onSubmit, autoFocus, inputRef, onOther } = props;
  const t = useTexts(texts);
  return (
    <div className="lab-identity">
      <div className="lab-line">
        <TextField
          label={label}
          required
          code
          maxLength={200}
          value={value}
          onChange={onChange}
          autoFocus={autoFocus}
          inputRef={inputRef}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.ctrlKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            onSubmit(value.trim());
          }}
        />
        {match === 'agrees' && (
          <span className="lab-agrees" role="status">
            <Icon name="check" size={16} />
            {t('agrees', { name })}
          </span>
        )}
        {match === 'asked' && (
          <span className="lab-muted" role="status">
            {t('serverCompares')}
          </span>
        )}
      </div>
      {match === 'other' && (
        <AlertLine
          level="stop"
          what={t('otherPerson', { name })}
          why={t('otherPersonWhy')}
          instead={onOther && { label: t('openOther'), run: onOther }}
        />
      )}
    </div>
  );
}
