import { RecoveryCodes } from '@mach/administration/screens/recovery-codes.tsx';
import { type Session, useTexts } from '@mach/ui';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { isNext, type Outcome, type Provider, readDevice, readProviders, type ThisDevice, takeReturn } from './api.ts';
import { BadgeForm } from './badge-form.tsx';
import { SignInFrame } from './frame.tsx';
import { PasswordForm } from './password-form.tsx';
import './sign-in.css';
import { EnrolStep, FacilityStep, FactorStep, PasswordStep } from './steps.tsx';
import { texts } from './texts.ts';

const STEPS = { facility: FacilityStep, factor: FactorStep, enrol: EnrolStep, password: PasswordStep } as const;

/** Recovery codes that must be seen before the sign-in goes on. */
interface Shown {
  readonly codes: readonly string[];
  readonly outcome: Outcome;
}

/** Signing in, step by step: password, passkey or badge; a second factor; a password of one's own. */
export function SignIn(props: {
  readonly ended: boolean;
  readonly onSignedIn: (session: Session) => Promise<void>;
}): ReactElement {
  const { ended, onSignedIn } = props;
  const t = useTexts(texts);
  const [returned] = useState(takeReturn);
  const [step, setStep] = useState(() => (returned && 'next' in returned ? returned : undefined));
  const [providers, setProviders] = useState<readonly Provider[]>([]);
  const [shown, setShown] = useState<Shown>();
  const [device, setDevice] = useState<ThisDevice | null>();
  const [badge, setBadge] = useState(true);

  useEffect(() => {
    let alive = true;
    void readDevice()
      .catch(() => null)
      .then((found) => alive && setDevice(found));
    void readProviders()
      .catch(() => [])
      .then((found) => alive && setProviders(found));
    return () => {
      alive = false;
    };
  }, []);

  async function follow(outcome: Outcome): Promise<void> {
    setShown(undefined);
    if (isNext(outcome)) setStep(outcome);
    else await onSignedIn(outcome);
  }
  async function onOutcome(outcome: Outcome): Promise<void> {
    if (outcome.recoveryCodes?.length) setShown({ codes: outcome.recoveryCodes, outcome });
    else await follow(outcome);
  }
  const startOver = useCallback(() => setStep(undefined), []);

  if (shown)
    return (
      <SignInFrame title={t('recoveryTitle')}>
        <RecoveryCodes codes={shown.codes} done={t('recoveryDone')} onDone={() => void follow(shown.outcome)} />
      </SignInFrame>
    );
  if (step) {
    const Step = STEPS[step.next];
    return <Step key={step.ticket} step={step} onOutcome={onOutcome} onStartOver={startOver} />;
  }
  const shared = device?.kind === 'ward';
  if (shared && badge)
    return <BadgeForm device={device.label} onPassword={() => setBadge(false)} onOutcome={onOutcome} />;
  return (
    <PasswordForm
      ended={ended}
      told={returned && !('next' in returned) ? returned : []}
      providers={providers}
      onBadge={shared ? () => setBadge(true) : undefined}
      onOutcome={onOutcome}
    />
  );
}
