import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import type { Chord } from '../keys/chord.ts';
import { KeyHint } from '../keys/key-hint.tsx';
import './menu.css';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly chord?: Chord;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly run: () => void;
}

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  /** Groups are divided by a hairline. */
  readonly groups: readonly (readonly MenuItem[])[];
  readonly head?: ReactNode;
}

/** Rarely used actions behind one button. Frequent ones stand on the screen. */
export function Menu({ trigger, groups, head }: MenuProps): ReactElement {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner className="m-menu-place" sideOffset={4} align="end">
          <BaseMenu.Popup className="m-menu">
            {head && <div className="m-menu-head">{head}</div>}
            {groups.map((group) => (
              <div key={group[0]?.id} className="m-menu-group">
                {group.map((item) => (
                  <BaseMenu.Item
                    key={item.id}
                    className={item.danger ? 'm-menu-item m-menu-danger' : 'm-menu-item'}
                    disabled={item.disabled}
                    onClick={item.run}
                  >
                    {item.icon && <Icon name={item.icon} size={16} />}
                    <span className="m-menu-label">{item.label}</span>
                    {item.checked && <Icon name="check" size={16} />}
                    {item.chord && <KeyHint chord={item.chord} />}
                  </BaseMenu.Item>
                ))}
              </div>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}
