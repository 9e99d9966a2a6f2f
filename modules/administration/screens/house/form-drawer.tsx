import { Button, Drawer, useDrawer, useKeys, useTexts } from '@mach/ui';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { texts } from './texts.ts';

/** A form beside a list: Ctrl+Enter saves, unless a number that was typed still has to be read. */
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
  const form = useRef<HTMLDivElement>(null);
  function save(): void {
    // "45.000" asks back, "4x" is refused: saved as they stand they would be no price at all.
    const unread = form.current?.querySelector<HTMLInputElement>('[data-unread] input');
    if (unread) unread.focus();
    else onSave();
  }
  useKeys(drawer.isOpen ? [{ chord: 'Ctrl+Enter', label: { vi: texts.vi.save, en: texts.en.save }, run: save }] : []);
  return (
    <Drawer
      id={id}
      title={title}
      foot={
        <div className="hou-acts">
          <Button look="primary" chord="Ctrl+Enter" busy={busy} onClick={save}>
            {saveText ?? t('save')}
          </Button>
          {actions}
        </div>
      }
    >
      <div className="adm-form" ref={form}>
        {children}
      </div>
    </Drawer>
  );
}
