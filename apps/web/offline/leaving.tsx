import { Button, Modal, useAway, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { texts } from './texts.ts';

/** Somebody signs out while work of theirs waits on this device: said before it is locked in. */
export function Leaving(props: { readonly onStay: () => void; readonly onLeave: () => void }): ReactElement {
  const t = useTexts(texts);
  const { acts } = useAway();
  return (
    <Modal
      kind="stop"
      open
      onClose={props.onStay}
      title={t('leavingTitle', { n: acts.length })}
      actions={
        <>
          <Button look="primary" onClick={props.onStay}>
            {t('stay')}
          </Button>
          <Button look="danger" onClick={props.onLeave}>
            {t('leave')}
          </Button>
        </>
      }
    >
      <p>{t('leavingText')}</p>
    </Modal>
  );
}
