import { Dialog } from '@base-ui/react/dialog';
import type { ReactElement, ReactNode, RefObject } from 'react';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import { KEY_LEVEL, type KeyBinding, useKeys } from '../keys/use-keys.ts';
import './modal.css';

export interface ModalProps {
  /** A modal exists only for these three (design language §4.1). Everything else is a drawer. */
  readonly kind: 'sign' | 'destructive' | 'stop';
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons: the safe one first, the act last. */
  readonly actions: ReactNode;
  readonly keys?: readonly KeyBinding[];
  readonly wide?: boolean;
  /** What gets the focus first; default: the first control. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

const icons: Readonly<Record<ModalProps['kind'], IconName>> = { sign: 'sign', destructive: 'trash', stop: 'stop' };

/** Stops everything else: signing, confirming a loss, or a hard stop. */
export function Modal(props: ModalProps): ReactElement {
  const { kind, open, onClose, title, children, actions, keys = [], wide, initialFocus } = props;
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()} disablePointerDismissal>
      <Dialog.Portal>
        <Dialog.Backdrop className="m-modal-scrim" />
        <Dialog.Popup
          className={`m-modal m-modal-${kind}${wide ? ' m-modal-wide' : ''}`}
          initialFocus={initialFocus}
          role={kind === 'stop' ? 'alertdialog' : 'dialog'}
        >
          <ModalKeys keys={keys} />
          <header className="m-modal-head">
            <Icon name={icons[kind]} />
            <Dialog.Title className="m-modal-title">{title}</Dialog.Title>
          </header>
          <div className="m-modal-body m-scroll">{children}</div>
          <footer className="m-modal-actions">{actions}</footer>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** While a modal is open, keys below it sleep. */
function ModalKeys({ keys }: { readonly keys: readonly KeyBinding[] }): null {
  useKeys(keys, KEY_LEVEL.modal);
  return null;
}
