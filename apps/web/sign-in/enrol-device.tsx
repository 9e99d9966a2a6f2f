import { Button, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { enrolDevice } from './api.ts';
import { Refusal, SignInFrame } from './frame.tsx';
import { texts } from './texts.ts';
import { useStep } from './use-step.ts';

/** The one-time token of an enrolment stands behind `#device=`: a fragment is never sent to a server or kept in its logs. */
export const enrolmentToken = (): string | undefined => /^#device=([A-Za-z0-9_-]{43})$/.exec(location.hash)?.[1];

/** Takes this browser in as a device of the facility. */
export function EnrolDevice(props: { readonly token: string; readonly onDone: () => void }): ReactElement {
  const t = useTexts(texts);
  const [label, setLabel] = useState<string>();
  const step = useStep(async () => undefined);
  function leave(): void {
    history.replaceState(null, '', location.pathname);
    props.onDone();
  }
  const enrol = (): void =>
    void step.run(async () => {
      setLabel((await enrolDevice(props.token)).label);
      return undefined;
    });
  return (
    <SignInFrame title={t('deviceTitle')} onSubmit={label === undefined ? enrol : leave}>
      <p className="w-signin-line">{label === undefined ? t('deviceHint') : t('deviceDone', { label })}</p>
      <Refusal issues={step.issues} />
      <Button type="submit" look="primary" busy={step.busy} autoFocus>
        {label === undefined ? t('deviceDo') : t('deviceGo')}
      </Button>
    </SignInFrame>
  );
}
