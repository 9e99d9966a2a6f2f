import { Segmented, TextField, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { PayRefundInput } from '../contract.ts';
import { deskTexts } from './desk/texts.ts';
import { texts } from './texts.ts';

export interface ChosenWay {
  readonly method: PayRefundInput['method'];
  readonly reference: string;
}
export const IN_CASH: ChosenWay = { method: 'cash', reference: '' };

/** A way as a command takes it: cash has no slip. */
export const wayInput = ({ method, reference }: ChosenWay): { method: PayRefundInput['method']; reference?: string } =>
  method === 'cash' || reference.trim() === '' ? { method } : { method, reference: reference.trim() };

/** By which way money comes or goes, with the number of the slip where there is one. */
export function WayChoice({
  value,
  onChange,
}: {
  readonly value: ChosenWay;
  readonly onChange: (way: ChosenWay) => void;
}): ReactElement {
  const t = useTexts(deskTexts);
  const own = useTexts(texts);
  return (
    <>
      <Segmented<ChosenWay['method']>
        label={own('way')}
        value={value.method}
        onChange={(method) => onChange({ ...value, method })}
        options={[
          { value: 'cash', label: t('cash'), icon: 'cash' },
          { value: 'qr', label: t('qr'), icon: 'scan' },
          { value: 'card', label: t('card') },
        ]}
      />
      {value.method !== 'cash' && (
        <TextField
          label={own('reference')}
          code
          maxLength={60}
          value={value.reference}
          onChange={(reference) => onChange({ ...value, reference })}
        />
      )}
    </>
  );
}
