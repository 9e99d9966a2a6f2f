import { Button, Icon, TextField, useTexts } from '@mach/ui';
import { type ReactElement, useRef, useState } from 'react';
import { texts as shell } from '../texts.ts';
import { byBadge, type Outcome } from './api.ts';
import { Refusal, SignInFrame } from './frame.tsx';
import { texts } from './texts.ts';
import { useStep } from './use-step.ts';

/** A badge that was scanned while somebody else was signed in here: the next person need not scan it again. */
const SCANNED = 'mach.badge';

function scanned(): string {
  try {
    const badge = sessionStorage.getItem(SCANNED) ?? '';
    sessionStorage.removeItem(SCANNED);
    return badge;
  } catch {
    return '';
  }
}

/** Badge, Enter, PIN, Enter: a change of person at a shared computer in two seconds. */
export function BadgeForm(props: {
  readonly device: string;
  readonly onPassword: () => void;
  readonly onOutcome: (outcome: Outcome) => Promise<void>;
}): ReactElement {
  const t = useTexts(texts);
  const s = useTexts(shell);
  const [badge, setBadge] = useState(scanned);
  const [pin, setPin] = useState('');
  const pinField = useRef<HTMLInputElement>(null);
  const step = useStep(props.onOutcome);
  async function submit(): Promise<void> {
    // A scanner ends with Enter: the caret then waits for the PIN.
    if (badge.trim() === '' || pin === '') {
      if (badge.trim() !== '') pinField.current?.focus();
      return;
    }
    if (!(await step.run(() => byBadge(badge.trim(), pin)))) {
      setPin('');
      pinField.current?.focus();
    }
  }
  return (
    <SignInFrame title={s('signInTitle')} titleHidden onSubmit={() => void submit()}>
      <p className="w-signin-device">
        <Icon name="users" size={16} />
        <span>{t('deviceHere', { label: props.device })}</span>
      </p>
      <TextField
        label={t('badge')}
        name="badge"
        code
        autoFocus={badge === ''}
        hint={t('badgeHint')}
        value={badge}
        onChange={setBadge}
      />
      <TextField
        label={t('pin')}
        name="pin"
        type="password"
        inputMode="numeric"
        autoFocus={badge !== ''}
        inputRef={pinField}
        value={pin}
        onChange={setPin}
      />
      <Refusal issues={step.issues} />
      <Button type="submit" look="primary" busy={step.busy}>
        {s('signIn')}
      </Button>
      <Button look="quiet" onClick={props.onPassword}>
        {t('usePassword')}
      </Button>
    </SignInFrame>
  );
}
