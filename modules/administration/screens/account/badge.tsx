import { Button, formatDate, TextField, toast, useTexts } from '@mach/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { call, useAct } from '../api.ts';
import { Issues } from '../issues.tsx';
import { texts } from '../texts.ts';
import type { PartProps } from './part.ts';

/** Badge and PIN for the shared computers of the wards. */
export function Badge({ page, reload }: PartProps): ReactElement {
  const t = useTexts(texts);
  const [number, setNumber] = useState('');
  const [pin, setPin] = useState('');
  const act = useAct();
  if (!page.badgeAllowed) return <p className="adm-note">{t('badgeNotAllowed')}</p>;
  function submit(event: FormEvent): void {
    event.preventDefault();
    void act.run(async () => {
      await call('POST', '/api/account/badge', { badge: number || page.badge?.number || '', pin });
      setNumber('');
      setPin('');
      toast({ text: t('saved') });
      await reload();
    });
  }
  const remove = (): void =>
    void act.run(async () => {
      await call('DELETE', '/api/account/badge');
      await reload();
    });
  const [min, max] = page.badgeDigits;
  return (
    <form className="adm-column" onSubmit={submit}>
      {page.badge && <p>{t('badgeSet', { number: page.badge.number, at: formatDate(page.badge.setAt) })}</p>}
      {page.badge?.blocked && <p className="adm-note">{t('badgeBlocked')}</p>}
      <TextField
        label={t('badgeNumber')}
        code
        hint={t('badgeNumberHint')}
        value={number}
        onChange={setNumber}
        issues={act.of('badge')}
      />
      <TextField
        label={t('pin')}
        type="password"
        inputMode="numeric"
        autoComplete="new-password"
        hint={t('pinHint', { min, max })}
        value={pin}
        onChange={setPin}
        issues={act.of('pin')}
      />
      <Issues of={act.issues.filter((issue) => issue.field === undefined)} />
      <div className="adm-row">
        <Button type="submit" busy={act.busy}>
          {t('badgeSave')}
        </Button>
        {page.badge && (
          <Button look="quiet" icon="trash" onClick={remove}>
            {t('badgeRemove')}
          </Button>
        )}
      </div>
    </form>
  );
}
