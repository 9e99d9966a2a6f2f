import { Button, TextField, useTexts } from '@mach/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { call, useAct } from '../api.ts';
import { Issues } from '../issues.tsx';
import { texts } from '../texts.ts';

/** A fresh proof before the keys of an account are changed: the screen may have been left open. */
export function Confirm({ onDone }: { readonly onDone: () => Promise<void> }): ReactElement {
  const t = useTexts(texts);
  const [password, setPassword] = useState('');
  const act = useAct();
  function submit(event: FormEvent): void {
    event.preventDefault();
    void act.run(async () => {
      await call('POST', '/api/account/confirm', { password });
      setPassword('');
      await onDone();
    });
  }
  return (
    <form className="adm-column" onSubmit={submit}>
      <TextField
        label={t('confirmTitle')}
        type="password"
        autoComplete="current-password"
        hint={t('confirmHint')}
        value={password}
        onChange={setPassword}
        issues={act.of('password')}
      />
      <Issues of={act.issues.filter((issue) => issue.field === undefined)} />
      <div className="adm-row">
        <Button type="submit" look="primary" busy={act.busy}>
          {t('confirm')}
        </Button>
      </div>
    </form>
  );
}
