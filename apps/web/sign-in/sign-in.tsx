import {
  Button,
  Icon,
  type Issue,
  issuesOf,
  type Session,
  setPreferences,
  TextField,
  ThemeSwitch,
  useLanguage,
  usePick,
  useTexts,
} from '@mach/ui';
import { type FormEvent, type ReactElement, useRef, useState } from 'react';
import { signIn } from '../api/session.ts';
import { texts } from '../texts.ts';
import { Mark } from './mark.tsx';
import './sign-in.css';

const LAST_ACCOUNT = 'mach.account';

function remembered(): string {
  try {
    return localStorage.getItem(LAST_ACCOUNT) ?? '';
  } catch {
    return '';
  }
}

/** Account and password; pasting and password managers work (WCAG 3.3.8). */
export function SignIn(props: {
  readonly ended: boolean;
  readonly onSignedIn: (session: Session) => Promise<void>;
}): ReactElement {
  const { ended, onSignedIn } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const [account, setAccount] = useState(remembered);
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const [busy, setBusy] = useState(false);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const secret = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (busy || account.trim() === '' || password === '') return;
    setBusy(true);
    setIssues([]);
    try {
      const session = await signIn(account.trim(), password);
      try {
        localStorage.setItem(LAST_ACCOUNT, account.trim());
      } catch {
        // Without storage the account is typed again next time.
      }
      await onSignedIn(session);
    } catch (error) {
      setIssues(issuesOf(error));
      secret.current?.select();
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="w-signin">
      <header className="w-signin-top">
        <ThemeSwitch />
        <Button
          look="quiet"
          icon="language"
          onClick={() => setPreferences({ language: language === 'vi' ? 'en' : 'vi' })}
        >
          {t('language')}
        </Button>
      </header>
      <main className="w-signin-main">
        <form className="w-signin-form" onSubmit={(event) => void submit(event)}>
          <div className="w-signin-brand">
            <Mark size={44} />
            <div>
              <p className="w-signin-name">{t('product')}</p>
              <p className="w-signin-line">{t('productLine')}</p>
            </div>
          </div>
          <h1 className="m-sr">{t('signInTitle')}</h1>
          {ended && (
            <p className="w-signin-ended">
              <Icon name="clock" size={16} />
              <span>{t('signedOutNote')}</span>
            </p>
          )}
          <TextField
            label={t('account')}
            name="account"
            autoComplete="username"
            autoFocus={account === ''}
            value={account}
            onChange={setAccount}
          />
          <div className="w-signin-secret">
            <TextField
              label={t('password')}
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              autoFocus={account !== ''}
              inputRef={secret}
              value={password}
              onChange={setPassword}
              onKeyDown={(event) => setCaps(event.getModifierState('CapsLock'))}
              warning={caps ? t('capsLock') : undefined}
            />
            <button type="button" className="w-signin-show" aria-pressed={shown} onClick={() => setShown(!shown)}>
              {shown ? t('hide') : t('show')}
            </button>
          </div>
          {issues.length > 0 && (
            <div className="w-signin-issues" role="alert">
              {issues.map((issue) => (
                <p key={issue.code}>
                  <b>{pick(issue.text)}</b> {issue.remedy && pick(issue.remedy)}
                </p>
              ))}
            </div>
          )}
          <Button type="submit" look="primary" busy={busy}>
            {t('signIn')}
          </Button>
        </form>
      </main>
    </div>
  );
}
