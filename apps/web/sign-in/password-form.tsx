import { passkeysWork, showPasskey } from '@mach/administration/screens/passkey.ts';
import { SecretField } from '@mach/administration/screens/secret-field.tsx';
import { Button, Icon, type Issue, TextField, useLanguage, useTexts } from '@mach/ui';
import { type ReactElement, useRef, useState } from 'react';
import { texts as shell } from '../texts.ts';
import { askPasskey, byPasskey, byPassword, type Outcome, type Provider, startProvider } from './api.ts';
import { Refusal, SignInFrame } from './frame.tsx';
import { texts } from './texts.ts';
import { useStep } from './use-step.ts';

const LAST_ACCOUNT = 'mach.account';

function remembered(): string {
  try {
    return localStorage.getItem(LAST_ACCOUNT) ?? '';
  } catch {
    return '';
  }
}

function remember(account: string): void {
  try {
    localStorage.setItem(LAST_ACCOUNT, account);
  } catch {
    // Without storage the account is typed again next time.
  }
}

/** Account and password, or a passkey alone; pasting and password managers work (WCAG 3.3.8). */
export function PasswordForm(props: {
  readonly ended: boolean;
  /** Why a sign-in elsewhere was refused. */
  readonly told: readonly Issue[];
  readonly providers: readonly Provider[];
  readonly onBadge: (() => void) | undefined;
  readonly onOutcome: (outcome: Outcome) => Promise<void>;
}): ReactElement {
  const t = useTexts(texts);
  const s = useTexts(shell);
  const language = useLanguage();
  const [account, setAccount] = useState(() => (props.onBadge ? '' : remembered()));
  const [password, setPassword] = useState('');
  const secret = useRef<HTMLInputElement>(null);
  const step = useStep(props.onOutcome);

  async function submit(): Promise<void> {
    const name = account.trim();
    if (name === '' || password === '') return;
    const taken = await step.run(async () => {
      const outcome = await byPassword(name, password);
      if (!props.onBadge) remember(name);
      return outcome;
    });
    if (!taken) secret.current?.select();
  }

  async function signInByPasskey(): Promise<Outcome | undefined> {
    const { ticket, options } = await askPasskey();
    const response = await showPasskey(options);
    return response && byPasskey(ticket, true, response);
  }

  return (
    <SignInFrame title={s('signInTitle')} titleHidden onSubmit={() => void submit()}>
      {props.ended && (
        <p className="w-signin-ended">
          <Icon name="clock" size={16} />
          <span>{s('signedOutNote')}</span>
        </p>
      )}
      <TextField
        label={s('account')}
        name="account"
        autoComplete="username"
        autoFocus={account === ''}
        value={account}
        onChange={setAccount}
      />
      <SecretField
        label={s('password')}
        autoComplete="current-password"
        autoFocus={account !== ''}
        inputRef={secret}
        value={password}
        onChange={setPassword}
      />
      <Refusal issues={step.issues.length > 0 ? step.issues : props.told} />
      <Button type="submit" look="primary" busy={step.busy}>
        {s('signIn')}
      </Button>
      {passkeysWork() && (
        <Button icon="lock" onClick={() => void step.run(signInByPasskey)}>
          {t('usePasskey')}
        </Button>
      )}
      {props.providers.map(({ id, name, facility }) => (
        <Button key={id} icon="leave" onClick={() => startProvider(id, language)}>
          {t('useProvider', { name: facility === undefined ? name : `${name} · ${facility}` })}
        </Button>
      ))}
      {props.onBadge && (
        <Button look="quiet" onClick={props.onBadge}>
          {t('useBadge')}
        </Button>
      )}
    </SignInFrame>
  );
}
