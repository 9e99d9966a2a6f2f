import { Button, Checkbox, Chip, Modal, TextArea, toast, useCan, useCommand, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type LabRow,
  type ReceiveSpecimenInput,
  type ReceiveSpecimenResult,
  type RejectSpecimenInput,
  type RejectSpecimenResult,
  receiveSpecimen,
  rejectSpecimen,
} from '../contract.ts';
import { Issues } from './issues.tsx';
import { texts } from './texts.ts';

/** Nhận mẫu, từ chối mẫu. */
export function SpecimenTools(props: { readonly row: LabRow; readonly onRejected: () => void }): ReactElement {
  const { row, onRejected } = props;
  const t = useTexts(texts);
  const can = useCan();
  const [asking, setAsking] = useState(false);
  const receive = useCommand<ReceiveSpecimenInput, ReceiveSpecimenResult>(receiveSpecimen.name);
  const { specimen } = row;
  return (
    <span className="lab-tools">
      {specimen && row.receivedAt === null && can('lab.receive') && (
        <Button size="small" icon="check" busy={receive.running} onClick={() => void receive.run({ specimen })}>
          {t('receive')}
        </Button>
      )}
      {specimen && can('lab.reject') && (
        <Button size="small" look="danger" onClick={() => setAsking(true)}>
          {t('reject')}
        </Button>
      )}
      <Issues issues={receive.issues} />
      <RejectDialog row={row} open={asking} onClose={() => setAsking(false)} onRejected={onRejected} />
    </span>
  );
}

/** Faults of specimens that are met most, written into the reason with one press. */
const FAULTS = ['faultHaemolysed', 'faultClotted', 'faultLittle', 'faultTube', 'faultLabel', 'faultLate'] as const;

function RejectDialog(props: {
  readonly row: LabRow;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRejected: () => void;
}): ReactElement {
  const { row, open, onClose, onRejected } = props;
  const t = useTexts(texts);
  const [reason, setReason] = useState('');
  const [whole, setWhole] = useState(false);
  const reject = useCommand<RejectSpecimenInput, RejectSpecimenResult>(rejectSpecimen.name, {
    onDone: ({ orders }) => {
      toast({ text: t('rejectedNow', { n: orders.length }) });
      onClose();
      onRejected();
    },
  });
  const send = (): void => {
    if (reason.trim().length < 2 || reject.running) return;
    void reject.run({ order: row.key, reason: reason.trim(), ...(whole ? { wholeTube: true } : {}) });
  };
  return (
    <Modal
      kind="destructive"
      open={open}
      onClose={onClose}
      title={t('rejectTitle', { name: row.patientName ?? '' })}
      keys={[{ chord: 'Ctrl+Enter', run: send }]}
      actions={
        <>
          <Button onClick={onClose}>{t('keep')}</Button>
          <Button
            look="danger"
            chord="Ctrl+Enter"
            busy={reject.running}
            disabled={reason.trim().length < 2}
            onClick={send}
          >
            {t('reject')}
          </Button>
        </>
      }
    >
      <div className="lab-stack">
        <p>{t('rejectHint')}</p>
        <TextArea
          label={t('reason')}
          required
          autoFocus
          maxLength={500}
          value={reason}
          onChange={setReason}
          issues={reject.issuesByField.reason}
        />
        <div className="lab-filter">
          {FAULTS.map((fault) => (
            <Chip key={fault} pressed={reason === t(fault)} onClick={() => setReason(t(fault))}>
              {t(fault)}
            </Chip>
          ))}
        </div>
        <Checkbox checked={whole} onChange={setWhole}>
          {t('wholeTube')}
        </Checkbox>
        <Issues issues={reject.issues.filter((i) => i.field !== 'reason')} />
      </div>
    </Modal>
  );
}
