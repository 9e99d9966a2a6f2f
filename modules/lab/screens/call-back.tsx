import type { Issue } from '@mach/base';
import { Button, Card, Checkbox, TextField, useTexts } from '@mach/ui';
import type { ReactElement, Ref } from 'react';
import type { CallBackInput } from '../contract.ts';
import { texts } from './texts.ts';

export interface Call {
  readonly to: string;
  readonly readBack: boolean;
}
export const NO_CALL: Call = { to: '', readBack: false };

/** The call as the command takes it; undefined while it has not been made. */
export const callOf = (call: Call): CallBackInput | undefined =>
  call.to.trim().length >= 2 && call.readBack ? { to: call.to.trim(), readBack: true } : undefined;

/** Critical values: whom they were told, and that they were said back. Nothing goes out before. */
export function CallBack(props: {
  readonly lines: readonly string[];
  readonly call: Call;
  readonly onChange: (call: Call) => void;
  /** Who ordered: offered, never filled in. */
  readonly doctor: string | null;
  readonly issues?: readonly Issue[];
  readonly fieldRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const { lines, call, onChange, doctor, issues, fieldRef } = props;
  const t = useTexts(texts);
  return (
    <Card tone="critical" title={t('criticalCall')}>
      <div className="lab-call">
        <ul className="lab-call-lines">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <div className="lab-call-fields">
          <TextField
            label={t('calledTo')}
            required
            maxLength={120}
            value={call.to}
            onChange={(to) => onChange({ ...call, to })}
            issues={issues}
            inputRef={fieldRef}
          />
          {doctor && call.to !== doctor && (
            <Button size="small" look="quiet" onClick={() => onChange({ ...call, to: doctor })}>
              {t('orderingDoctor', { name: doctor })}
            </Button>
          )}
        </div>
        <Checkbox checked={call.readBack} onChange={(readBack) => onChange({ ...call, readBack })}>
          {t('readBackRight')}
        </Checkbox>
      </div>
    </Card>
  );
}
