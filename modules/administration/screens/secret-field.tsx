import { type Issue, TextField, useTexts } from '@mach/ui';
import { type ReactElement, type Ref, useState } from 'react';
import './secret-field.css';
import { type Strength, strengthOf } from './strength.ts';
import { texts } from './texts.ts';

const WORDS = ['strength0', 'strength1', 'strength2', 'strength3'] as const;

/** A password that can be looked at, with a word about Caps Lock; for a new one, how hard it is to guess. */
export function SecretField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete: 'current-password' | 'new-password';
  readonly name?: string;
  readonly hint?: string;
  readonly issues?: readonly Issue[];
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Names of the person: they make a password no harder to guess. */
  readonly own?: readonly string[];
}): ReactElement {
  const { own, ...field } = props;
  const t = useTexts(texts);
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const isNew = field.autoComplete === 'new-password';
  return (
    <div className="adm-secret-field">
      <TextField
        name="password"
        {...field}
        type={shown ? 'text' : 'password'}
        onKeyDown={(event) => setCaps(event.getModifierState('CapsLock'))}
        warning={caps ? t('capsLock') : undefined}
      />
      <button type="button" className="adm-secret-show" aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? t('hideSecret') : t('showSecret')}
      </button>
      {isNew && field.value !== '' && <Meter grade={strengthOf(field.value, own)} />}
    </div>
  );
}

/** The grade in words and as a bar of four parts. */
function Meter({ grade }: { readonly grade: Strength }): ReactElement {
  const t = useTexts(texts);
  return (
    <p className="adm-strength" role="status">
      <span className="adm-strength-bar" data-grade={grade} aria-hidden="true">
        {WORDS.map((word, i) => (
          <span key={word} data-on={i <= grade || undefined} />
        ))}
      </span>
      {t(WORDS[grade])}
    </p>
  );
}
