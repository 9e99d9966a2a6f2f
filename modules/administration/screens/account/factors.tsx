import { Button, formatDate, Icon, TextField, useTexts } from '@mach/ui';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { type FormEvent, type ReactElement, useState } from 'react';
import { call, useAct } from '../api.ts';
import { Issues } from '../issues.tsx';
import { makePasskey, passkeysWork } from '../passkey.ts';
import { QrCode } from '../qr-code.tsx';
import { RecoveryCodes } from '../recovery-codes.tsx';
import { texts } from '../texts.ts';
import type { PartProps } from './part.ts';

interface Offer {
  readonly secret: string;
  readonly uri: string;
}
interface Codes {
  readonly recoveryCodes: readonly string[];
}

/** Authenticator apps, passkeys, and the codes for the day when neither is at hand. */
export function Factors({ page, reload }: PartProps): ReactElement {
  const t = useTexts(texts);
  const act = useAct();
  const [offer, setOffer] = useState<Offer>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const refuses = page.confirmedUntil === null;

  async function took({ recoveryCodes }: Codes): Promise<void> {
    setOffer(undefined);
    setCodes(recoveryCodes);
    await reload();
  }
  const begin = (): void => void act.run(async () => setOffer(await call<Offer>('POST', '/api/account/totp', {})));
  const passkey = (): void =>
    void act.run(async () => {
      const { ticket, options } = await call<{ ticket: string; options: PublicKeyCredentialCreationOptionsJSON }>(
        'POST',
        '/api/account/passkey-options',
      );
      const response = await makePasskey(options);
      if (!response) return;
      const label = t('passkeyDefault');
      await took(await call<Codes>('POST', '/api/account/passkey', { ticket, label, response }));
    });
  const remove = (id: string): void =>
    void act.run(async () => {
      await call('DELETE', `/api/account/factors/${id}`);
      await reload();
    });
  const renew = (): void => void act.run(async () => took(await call<Codes>('POST', '/api/account/recovery-codes')));

  if (codes.length > 0) return <RecoveryCodes codes={codes} done={t('recoveryDone')} onDone={() => setCodes([])} />;
  if (offer) return <TotpOffer offer={offer} onTaken={took} />;
  return (
    <div className="adm-column">
      {page.factorRequired && <p>{t('factorRequired')}</p>}
      {page.factors.length === 0 && <p className="adm-note">{t('factorNone')}</p>}
      <ul className="adm-list" hidden={page.factors.length === 0}>
        {page.factors.map((factor) => (
          <li key={factor.id}>
            <span>
              <Icon name={factor.kind === 'totp' ? 'phone' : 'lock'} size={16} />{' '}
              {factor.kind === 'totp' ? t('totp') : `${t('passkey')} · ${factor.label}`}
              <span className="adm-two">
                {t('addedAt', { at: formatDate(factor.createdAt) })},{' '}
                {factor.usedAt ? t('usedAt', { at: formatDate(factor.usedAt) }) : t('notUsed')}
              </span>
            </span>
            <Button size="small" disabled={refuses} onClick={() => remove(factor.id)}>
              {t('remove')}
            </Button>
          </li>
        ))}
      </ul>
      <Issues of={act.issues} />
      <div className="adm-row">
        <Button icon="phone" disabled={refuses} busy={act.busy} onClick={begin}>
          {t('addTotp')}
        </Button>
        {passkeysWork() && (
          <Button icon="lock" disabled={refuses} onClick={passkey}>
            {t('addPasskey')}
          </Button>
        )}
      </div>
      {!passkeysWork() && <p className="adm-note">{t('passkeyUnavailable')}</p>}
      {page.factors.length > 0 && (
        <div className="adm-row">
          <span>{t('recoveryLeft', { n: page.recoveryLeft })}</span>
          <Button look="quiet" disabled={refuses} onClick={renew}>
            {t('renewCodes')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The secret for the app, and its first code. */
function TotpOffer(props: { readonly offer: Offer; readonly onTaken: (codes: Codes) => Promise<void> }): ReactElement {
  const t = useTexts(texts);
  const [code, setCode] = useState('');
  const act = useAct();
  function submit(event: FormEvent): void {
    event.preventDefault();
    void act.run(async () =>
      props.onTaken(await call<Codes>('POST', '/api/account/totp', { code: code.replace(/\s/g, '') })),
    );
  }
  return (
    <form className="adm-column" onSubmit={submit}>
      <p>{t('totpHint')}</p>
      <QrCode text={props.offer.uri} label={t('totpQr')} />
      <details>
        <summary>{t('totpSecret')}</summary>
        <p className="adm-secret">{props.offer.secret}</p>
      </details>
      <TextField
        label={t('code')}
        name="code"
        code
        autoFocus
        autoComplete="one-time-code"
        inputMode="numeric"
        value={code}
        onChange={setCode}
        issues={act.of('code')}
      />
      <Issues of={act.issues.filter((issue) => issue.field === undefined)} />
      <div className="adm-row">
        <Button type="submit" look="primary" busy={act.busy}>
          {t('turnOn')}
        </Button>
      </div>
    </form>
  );
}
