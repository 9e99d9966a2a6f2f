import {
  AlertLine,
  Button,
  Checkbox,
  money,
  TextField,
  toast,
  useCan,
  useCommand,
  usePick,
  useRefreshRecords,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type CancelDoseInput, type CancelDoseResult, cancelDose } from '../contract.ts';
import { texts } from './texts.ts';

/** Beside a dose that was marked as given: the way back, where it was not. */
export function NotGiven({ given, run }: { readonly given: string; readonly run: string }): ReactElement | null {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const refresh = useRefreshRecords();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [wasted, setWasted] = useState(false);
  const cancel = useCommand<CancelDoseInput, CancelDoseResult>(cancelDose.name, {
    onDone: ({ refund }) => {
      refresh('Task', run);
      setAsking(false);
      toast({ text: refund > 0 ? t('doseCancelledRefund', { amount: money(refund) }) : t('doseCancelled') });
    },
  });
  if (!can('emergency.bundle')) return null;
  if (!asking)
    return (
      <Button size="small" look="quiet" onClick={() => setAsking(true)}>
        {t('wasNotGiven')}
      </Button>
    );
  return (
    <span className="em-not-given" data-form>
      <TextField label={t('whyCancelled')} required value={reason} onChange={setReason} maxLength={300} autoFocus />
      <Checkbox checked={wasted} onChange={setWasted}>
        {t('wasted')}
      </Checkbox>
      {cancel.issues.map((issue) => (
        <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
      ))}
      <span className="em-not-given-do">
        <Button
          size="small"
          look="danger"
          busy={cancel.running}
          disabled={reason.trim().length < 2}
          onClick={() => void cancel.run({ given, reason: reason.trim(), wasted })}
        >
          {t('cancelDose')}
        </Button>
        <Button size="small" look="quiet" onClick={() => setAsking(false)}>
          {t('keepDose')}
        </Button>
      </span>
    </span>
  );
}
