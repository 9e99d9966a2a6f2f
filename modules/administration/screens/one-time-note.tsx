import { Button, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { texts } from './texts.ts';

/** A password for one time, shown once to who hands it over. */
export function OneTime(props: {
  readonly name: string;
  readonly password: string;
  readonly onDone: () => void;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <div className="adm-form">
      <p>{t('oneTime', { name: props.name })}</p>
      <p className="adm-one-time">{props.password}</p>
      <p className="adm-note">{t('oneTimeHint')}</p>
      <Button look="primary" autoFocus onClick={props.onDone}>
        {t('oneTimeDone')}
      </Button>
    </div>
  );
}
