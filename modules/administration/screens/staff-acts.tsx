import type { StaffRow } from '@mach/engine/identity/staff.ts';
import { Button, Modal, TextField, toast, useCommand, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { deactivateStaff, endSessions, reactivateStaff, resetFactors, resetPassword } from '../contract.ts';
import { Issues } from './issues.tsx';
import { oneTimePassword } from './one-time.ts';
import { texts } from './texts.ts';

type Asking = 'deactivate' | 'factors';

/** What an administrator does with somebody's account. What cannot be undone by a click asks once, with a reason. */
export function StaffActs(props: {
  readonly row: StaffRow;
  readonly onDone: () => void;
  readonly onPassword: (password: string) => void;
}): ReactElement {
  const { row, onDone, onPassword } = props;
  const t = useTexts(texts);
  const [asking, setAsking] = useState<Asking>();
  const [reason, setReason] = useState('');
  const done = {
    onDone: () => {
      setAsking(undefined);
      toast({ text: t('saved') });
      onDone();
    },
  };
  const reset = useCommand<{ account: string; oneTimePassword: string }>(resetPassword.name);
  const factors = useCommand<{ account: string; reason: string }>(resetFactors.name, done);
  const deactivate = useCommand<{ account: string; reason: string }>(deactivateStaff.name, done);
  const reactivate = useCommand<{ account: string }>(reactivateStaff.name, done);
  const end = useCommand<{ account: string }>(endSessions.name, done);
  const account = row.key;
  const asked = asking === 'factors' ? factors : deactivate;

  async function newPassword(): Promise<void> {
    const password = oneTimePassword();
    if (!(await reset.run({ account, oneTimePassword: password }))) return;
    onPassword(password);
    onDone();
  }
  return (
    <>
      <div className="adm-row">
        {row.active ? (
          <>
            <Button icon="lock" busy={reset.running} onClick={() => void newPassword()}>
              {t('resetPassword')}
            </Button>
            {row.factors.length > 0 && (
              <Button icon="shield" onClick={() => setAsking('factors')}>
                {t('resetFactors')}
              </Button>
            )}
            {row.sessions > 0 && (
              <Button icon="leave" busy={end.running} onClick={() => void end.run({ account })}>
                {t('endAll')}
              </Button>
            )}
            <Button look="danger" icon="stop" onClick={() => setAsking('deactivate')}>
              {t('deactivate')}
            </Button>
          </>
        ) : (
          <Button icon="undo" busy={reactivate.running} onClick={() => void reactivate.run({ account })}>
            {t('reactivate')}
          </Button>
        )}
      </div>
      <Issues of={[...reset.issues, ...reactivate.issues, ...end.issues]} />
      <Modal
        kind="destructive"
        open={asking !== undefined}
        onClose={() => setAsking(undefined)}
        title={t(asking === 'factors' ? 'confirmFactors' : 'confirmDeactivate', { name: row.name })}
        actions={
          <>
            <Button onClick={() => setAsking(undefined)}>{t('keep')}</Button>
            <Button
              look="danger"
              busy={asked.running}
              onClick={() => void asked.run({ account, reason: reason.trim() })}
            >
              {t(asking === 'factors' ? 'resetFactors' : 'deactivate')}
            </Button>
          </>
        }
      >
        <div className="adm-form">
          <p>{t(asking === 'factors' ? 'confirmFactorsHint' : 'confirmDeactivateHint')}</p>
          <TextField
            label={t('reason')}
            required
            autoFocus
            value={reason}
            onChange={setReason}
            issues={asked.issuesByField.reason}
          />
          <Issues of={asked.issuesByField[''] ?? []} />
        </div>
      </Modal>
    </>
  );
}
