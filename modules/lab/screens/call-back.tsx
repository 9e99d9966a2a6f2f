import { Button, Card, Checkbox, TextField, useTexts } from '@mach/ui';
import type { ReactElement, Ref } from 'react';
import type { CallBackInput } from '../contract.ts';
import './lab.css';
import { texts } from './texts.ts';

/** What is known of the call so far. */
export interface Call {
  readonly to: string;
  readonly readBack: boolean;
}
export const NO_CALL: Call = { to: '', readBack: false };

/** The call as the command takes it; undefined while something of it is missing. */
export const callBackOf = ({ to, readBack }: Call): CallBackInput | undefined =>
  readBack && to.trim().length >= 2 ? { to: to.trim(), readBack: true } : undefined;

/** The record of the call that a critical value demands: who was reached, and that they said it back. */
export function CallBack(props: {
  /** Each critical value with its name and unit. */
  readonly what: readonly string[];
  readonly doctor: string | null;
  readonly call: Call;
  readonly onChange: (call: Call) => void;
  readonly toRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const { what, doctor, call, onChange, toRef } = props;
  const t = useTexts(texts);
  return (
    <Card tone="critical" title={t('callTitle')}>
      <div className="lab-call">
        {what.length > 0 && (
          <ul className="lab-call-what">
            {what.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
        <div className="lab-line">
          <TextField
            label={t('callTo')}
            required
            maxLength={120}
            value={call.to}
            onChange={(to) => onChange({ ...call, to })}
            inputRef={toRef}
          />
          {doctor && call.to !== doctor && (
            <Button size="small" icon="phone" onClick={() => onChange({ ...call, to: doctor })}>
              {doctor}
            </Button>
          )}
        </div>
        <Checkbox checked={call.readBack} onChange={(readBack) => onChange({ ...call, readBack })}>
          {t('callReadBack')}
        </Checkbox>
      </div>
    </Card>
  );
}
