import { Button, toast, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import './codes.css';
import { texts } from './texts.ts';

/** The single-use codes, shown this once: to copy or to write down. */
export function RecoveryCodes(props: {
  readonly codes: readonly string[];
  readonly done: string;
  readonly onDone: () => void;
}): ReactElement {
  const t = useTexts(texts);
  const text = props.codes.join('\n');
  // The clipboard exists in secure contexts only; elsewhere the codes are selected by hand.
  const clipboard = window.isSecureContext ? navigator.clipboard : undefined;
  return (
    <div className="adm-column">
      <p>{t('recoveryHint')}</p>
      <ol className="adm-codes" aria-label={t('recoveryCodes')}>
        {props.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="adm-row">
        {clipboard && (
          <Button icon="copy" onClick={() => void clipboard.writeText(text).then(() => toast({ text: t('copied') }))}>
            {t('copy')}
          </Button>
        )}
        <Button look="primary" onClick={props.onDone}>
          {props.done}
        </Button>
      </div>
    </div>
  );
}
