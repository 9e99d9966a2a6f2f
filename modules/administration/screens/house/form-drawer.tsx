import { Button, Drawer, useDrawer, useKeys, useTexts } from '@mach/ui';
import type { ReactElement, ReactNode } from 'react';
import { texts } from './texts.ts';

/** A form beside a list: Ctrl+Enter saves. */
export function FormDrawer(props: {
  readonly id: string;
  readonly title: string;
  readonly busy: boolean;
  readonly onSave: () => void;
  readonly saveText?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const { id, title, busy, onSave, saveText, actions, children } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(id);
  useKeys(drawer.isOpen ? [{ chord: 'Ctrl+Enter', label: { vi: texts.vi.save, en: texts.en.save }, run: onSave }] : []);
  return (
    <Drawer
      id={id}
      title={title}
      foot={
        <div className="hou-acts">
          <Button look="primary" chord="Ctrl+Enter" busy={busy} onClick={onSave}>
            {saveText ?? t('save')}
          </Button>
          {actions}
        </div>
      }
    >
      <div className="adm-form">{children}</div>
    </Drawer>
  );
}
