import type { ButtonHTMLAttributes, MouseEvent, ReactElement, ReactNode, Ref } from 'react';
import { stopAtUnread } from '../form/unread.ts';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import type { Chord } from '../keys/chord.ts';
import { KeyHint } from '../keys/key-hint.tsx';
import './button.css';
import { cx } from './class-names.ts';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly children: ReactNode;
  /** One primary action per region; `danger` stays outlined until confirmed. */
  readonly look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  readonly size?: 'normal' | 'small';
  readonly icon?: IconName;
  /** The key that does the same; printed on the button. Bind it with `useKeys`. */
  readonly chord?: Chord;
  /** Working: stays focusable, takes no second press. */
  readonly busy?: boolean;
  /** Whether it saves what stands around it, and so waits for numbers that are unread there; primary ones do. */
  readonly saves?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with a verb: "Ký đơn", never "OK". */
export function Button(props: ButtonProps): ReactElement {
  const {
    children,
    look = 'secondary',
    size = 'normal',
    icon,
    chord,
    busy,
    saves,
    className,
    onClick,
    ...rest
  } = props;
  const saving = saves ?? (look === 'primary' || rest.type === 'submit');

  function press(event: MouseEvent<HTMLButtonElement>): void {
    if (saving && stopAtUnread(event.currentTarget)) event.preventDefault();
    else onClick?.(event);
  }
  return (
    <button
      type="button"
      {...rest}
      className={cx('m-button', `m-button-${look}`, size === 'small' && 'm-button-small', className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      aria-keyshortcuts={chord?.replace('Ctrl', 'Control')}
      onClick={busy ? undefined : press}
    >
      {busy ? <span className="m-button-spin" /> : icon && <Icon name={icon} size={size === 'small' ? 16 : 20} />}
      <span className="m-button-text">{children}</span>
      {chord && <KeyHint chord={chord} />}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly icon: IconName;
  /** Spoken and shown on hover; icons without a word are only for the learnt ones (search, print, close…). */
  readonly label: string;
  readonly size?: 'normal' | 'small';
  readonly pressed?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A square button with an icon. */
export function IconButton(props: IconButtonProps): ReactElement {
  const { icon, label, size = 'normal', pressed, className, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      className={cx('m-iconbutton', size === 'small' && 'm-iconbutton-small', className)}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
    >
      <Icon name={icon} size={size === 'small' ? 16 : 20} />
    </button>
  );
}
