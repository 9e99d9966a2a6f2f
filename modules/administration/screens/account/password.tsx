import { Button, toast, useSession, useTexts } from '@mach/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { call, useAct } from '../api.ts';
import { Issues } from '../issues.tsx';
import { SecretField } from '../secret-field.tsx';
import { texts } from '../texts.ts';
import type { PartProps } from './part.ts';

/** A new password; the other devices are signed out. */
export function Password({ page, reload }: PartProps): ReactElement {
  const t = useTexts(texts);
  const { user } = useSession();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const act = useAct();
  function submit(event: FormEvent): void {
    event.preventDefault();
    void act.run(async () => {
      await call('POST', '/api/account/password', { current, password });
      setCurrent('');
      setPassword('');
      toast({ text: t('passwordChanged') });
      await reload();
    });
  }
  const [first] = act.issues;
  // The wrong one of the two fields is told apart by the code: both are passwords to the server.
  const ofCurrent = act.issues.filter((issue) => issue.code === 'wrong-password');
  return (
    <form className="adm-column" onSubmit={submit}>
      <SecretField
        label={t('currentPassword')}
        name="current-password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        issues={ofCurrent}
      />
      <SecretField
        label={t('newPassword')}
        name="new-password"
        own={[user.account, ...user.name.split(' ')]}
        autoComplete="new-password"
        hint={t('newPasswordHint', { n: page.passwordLeast })}
        value={password}
        onChange={setPassword}
        issues={ofCurrent.length > 0 ? [] : act.of('password')}
      />
      {first?.field === undefined && <Issues of={act.issues} />}
      <div className="adm-row">
        <Button type="submit" busy={act.busy}>
          {t('changePassword')}
        </Button>
      </div>
    </form>
  );
}
