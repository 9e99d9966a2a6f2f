import { showPasskey } from '@mach/administration/screens/passkey.ts';
import { QrCode } from '@mach/administration/screens/qr-code.tsx';
import { SecretField } from '@mach/administration/screens/secret-field.tsx';
import { Button, TextField, useTexts } from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import {
  askPasskey,
  byCode,
  byPasskey,
  chooseEnrolled,
  choosePassword,
  goTo,
  type NextStep,
  type Outcome,
  offerTotp,
  type TotpOffer,
} from './api.ts';
import { Refusal, SignInFrame } from './frame.tsx';
import { texts } from './texts.ts';
import { type Step, useStep } from './use-step.ts';

interface StepProps {
  readonly step: NextStep;
  readonly onOutcome: (outcome: Outcome) => Promise<void>;
  readonly onStartOver: () => void;
}

const SIX_DIGITS = /^\d{6}$/;

/** The six digits; sent by themselves when they are whole. */
function CodeField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onWhole: (code: string) => void;
  readonly hint?: string;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <TextField
      label={t('code')}
      name="code"
      autoComplete="one-time-code"
      inputMode="numeric"
      code
      autoFocus
      hint={props.hint}
      value={props.value}
      onChange={(value) => {
        props.onChange(value);
        if (SIX_DIGITS.test(value.replace(/\s/g, ''))) props.onWhole(value.replace(/\s/g, ''));
      }}
    />
  );
}

/** The end of each step: what was refused, the act, and the way back. */
function Acts(props: { readonly step: Step; readonly act: string; readonly onStartOver: () => void }): ReactElement {
  const t = useTexts(texts);
  return (
    <>
      <Refusal issues={props.step.issues} />
      <Button type="submit" look="primary" busy={props.step.busy}>
        {props.act}
      </Button>
      <Button look="quiet" onClick={props.onStartOver}>
        {t('startOver')}
      </Button>
    </>
  );
}

/** Who works in several facilities, and was in none yet, says where; later he comes back to the last one. */
export function FacilityStep({ step, onOutcome, onStartOver }: StepProps): ReactElement {
  const t = useTexts(texts);
  const work = useStep(onOutcome);
  return (
    <SignInFrame title={t('facilityTitle')}>
      <p className="w-signin-line">{t('facilityHint')}</p>
      <ul className="w-signin-places">
        {(step.facilities ?? []).map(({ code, name }) => (
          <li key={code}>
            <Button icon="desk" disabled={work.busy} onClick={() => void work.run(() => goTo(step.ticket, code))}>
              {name}
            </Button>
          </li>
        ))}
      </ul>
      <Refusal issues={work.issues} />
      <Button look="quiet" onClick={onStartOver}>
        {t('startOver')}
      </Button>
    </SignInFrame>
  );
}

/** A code of the app, a recovery code, or a passkey. */
export function FactorStep({ step, onOutcome, onStartOver }: StepProps): ReactElement {
  const t = useTexts(texts);
  const [code, setCode] = useState('');
  const work = useStep(onOutcome);
  const typed = step.methods.includes('totp') || step.methods.includes('recovery');
  const send = (value: string): void => {
    if (value.trim().length < 6) return;
    void work.run(() => byCode(step.ticket, value.trim())).then((taken) => !taken && setCode(''));
  };
  async function passkey(): Promise<Outcome | undefined> {
    const { options } = await askPasskey(step.ticket);
    const response = await showPasskey(options);
    return response && byPasskey(step.ticket, false, response);
  }
  return (
    <SignInFrame title={t('factorTitle')} onSubmit={() => (typed ? send(code) : void work.run(passkey))}>
      {step.methods.includes('totp') ? (
        <p className="w-signin-line">{t('factorHint')}</p>
      ) : (
        <p className="w-signin-line">{t('factorPasskeyHint')}</p>
      )}
      {step.methods.includes('passkey') && (
        <Button icon="lock" onClick={() => void work.run(passkey)}>
          {t('confirmPasskey')}
        </Button>
      )}
      {typed && (
        <CodeField
          value={code}
          onChange={setCode}
          onWhole={send}
          hint={step.methods.includes('recovery') ? t('factorRecoveryHint') : undefined}
        />
      )}
      <Acts step={work} act={t('confirm')} onStartOver={onStartOver} />
    </SignInFrame>
  );
}

/** The role needs a second factor and has none yet. */
export function EnrolStep({ step, onOutcome, onStartOver }: StepProps): ReactElement {
  const t = useTexts(texts);
  const [offer, setOffer] = useState<TotpOffer>();
  const [code, setCode] = useState('');
  const work = useStep(onOutcome);
  const { ticket } = step;
  useEffect(() => {
    let alive = true;
    void offerTotp(ticket)
      .then((made) => alive && setOffer(made))
      .catch(onStartOver);
    return () => {
      alive = false;
    };
  }, [ticket, onStartOver]);
  const send = (value: string): void => void work.run(() => chooseEnrolled(ticket, value));
  return (
    <SignInFrame title={t('enrolTitle')} onSubmit={() => send(code.replace(/\s/g, ''))}>
      <p className="w-signin-line">{t('enrolHint')}</p>
      {offer && (
        <>
          <QrCode text={offer.uri} label={t('enrolQr')} />
          <details>
            <summary>{t('enrolSecret')}</summary>
            <p className="adm-secret">{offer.secret}</p>
          </details>
        </>
      )}
      <CodeField value={code} onChange={setCode} onWhole={send} />
      <Acts step={work} act={t('confirm')} onStartOver={onStartOver} />
    </SignInFrame>
  );
}

/** A password of one's own in place of the administrator's. */
export function PasswordStep({ step, onOutcome, onStartOver }: StepProps): ReactElement {
  const t = useTexts(texts);
  const [password, setPassword] = useState('');
  const work = useStep(onOutcome);
  return (
    <SignInFrame
      title={t('passwordTitle')}
      onSubmit={() => password !== '' && void work.run(() => choosePassword(step.ticket, password))}
    >
      <p className="w-signin-line">{t('passwordHint')}</p>
      <SecretField
        label={t('newPassword')}
        autoComplete="new-password"
        autoFocus
        value={password}
        onChange={setPassword}
      />
      <Acts step={work} act={t('savePassword')} onStartOver={onStartOver} />
    </SignInFrame>
  );
}
