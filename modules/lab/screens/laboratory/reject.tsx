import { AlertLine, Button, Card, Checkbox, Chip, TextField, toast, useCommand, usePick, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type LabRow, type RejectSpecimenInput, type RejectSpecimenResult, rejectSpecimen } from '../../contract.ts';
import { texts } from '../texts.ts';
import { REJECT_REASONS } from './reasons.ts';

/** Refuses a specimen with its reason: the order waits for a new one, the charge stands. */
export function Reject({ row, onClose }: { readonly row: LabRow; readonly onClose: () => void }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const [reason, setReason] = useState('');
  const [whole, setWhole] = useState(true);
  const reject = useCommand<RejectSpecimenInput, RejectSpecimenResult>(rejectSpecimen.name, {
    onDone: ({ orders }) => {
      toast({ text: t('rejectedDone', { n: orders.length }) });
      onClose();
    },
  });
  const said = reason.trim().length >= 2;
  return (
    <Card tone="warn" title={t('rejectTitle', { name: row.name })}>
      <div className="lab-call">
        <div className="lab-chips">
          {REJECT_REASONS.map((one) => (
            <Chip key={one} pressed={reason === one} onClick={() => setReason(one)}>
              {one}
            </Chip>
          ))}
        </div>
        <TextField
          label={t('rejectReason')}
          required
          maxLength={500}
          value={reason}
          onChange={setReason}
          issues={reject.issuesByField.reason}
          autoFocus
        />
        {row.specimen && (
          <Checkbox checked={whole} onChange={setWhole}>
            {t('wholeTube', { code: row.specimen })}
          </Checkbox>
        )}
        {reject.issues
          .filter((issue) => issue.field !== 'reason')
          .map((issue) => (
            <AlertLine key={issue.code} level="stop" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
          ))}
        <div className="lab-line">
          <Button
            look="danger"
            busy={reject.running}
            disabled={!said}
            onClick={() =>
              void reject.run({
                order: row.key,
                reason: reason.trim(),
                ...(row.specimen && whole ? { wholeTube: true } : {}),
              })
            }
          >
            {t('reject')}
          </Button>
          <Button onClick={onClose}>{t('keep')}</Button>
        </div>
      </div>
    </Card>
  );
}
