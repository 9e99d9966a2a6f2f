import { TextField, useTexts } from '@mach/ui';
import { type ReactElement, type Ref, useState } from 'react';
import { texts } from '../texts.ts';

/** A password that can be looked at, with a word about Caps Lock. */
export function SecretField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete: 'current-password' | 'new-password';
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const t = useTexts(texts);
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  return (
    <div className="w-signin-secret">
      <TextField
        {...props}
        name="password"
        type={shown ? 'text' : 'password'}
        onKeyDown={(event) => setCaps(event.getModifierState('CapsLock'))}
        warning={caps ? t('capsLock') : undefined}
      />
      <button type="button" className="w-signin-show" aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? t('hide') : t('show')}
      </button>
    </div>
  );
}
