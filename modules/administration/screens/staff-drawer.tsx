import type { StaffRow } from '@mach/engine/identity/staff.ts';
import { Button, Drawer, toast, useCommand, useDrawer, useKeys, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { addStaff, editStaff, type NewStaff, type StaffFields } from '../contract.ts';
import { Issues } from './issues.tsx';
import { oneTimePassword } from './one-time.ts';
import { OneTime } from './one-time-note.tsx';
import { StaffActs } from './staff-acts.tsx';
import { StaffForm, useStaffFields } from './staff-form.tsx';
import { texts } from './texts.ts';

/** A new person, or one who works here: form, and what can be done with the account. */
export function StaffDrawer(props: {
  readonly row: StaffRow | undefined;
  readonly roles: readonly string[];
  readonly onDone: () => void;
}): ReactElement {
  const { row, roles, onDone } = props;
  const t = useTexts(texts);
  const drawer = useDrawer('staff');
  const [secret, setSecret] = useState<{ name: string; password: string }>();
  const add = useCommand<NewStaff, { account: string }>(addStaff.name);
  const edit = useCommand<StaffFields & { account: string; version: number }, { account: string }>(editStaff.name);
  const form = useStaffFields(row);
  const command = row ? edit : add;

  async function save(): Promise<void> {
    const fields = form.fields();
    if (row) {
      if (!(await edit.run({ ...fields, account: row.key, version: row.version }))) return;
      toast({ text: t('saved') });
    } else {
      const password = oneTimePassword();
      if (!(await add.run({ ...fields, login: form.login, oneTimePassword: password }))) return;
      setSecret({ name: fields.name, password });
    }
    onDone();
  }
  const editable = row === undefined || row.active;
  useKeys(
    drawer.isOpen && editable && !secret
      ? [{ chord: 'Ctrl+Enter', label: { vi: texts.vi.save, en: texts.en.save }, run: () => void save() }]
      : [],
  );
  return (
    <Drawer
      id="staff"
      title={row ? row.name : t('newStaff')}
      foot={
        editable &&
        !secret && (
          <Button look="primary" chord="Ctrl+Enter" busy={command.running} onClick={() => void save()}>
            {row ? t('save') : t('create')}
          </Button>
        )
      }
    >
      {secret ? (
        <OneTime
          {...secret}
          onDone={() => {
            setSecret(undefined);
            drawer.close();
          }}
        />
      ) : (
        <div className="adm-form">
          {row && (
            <StaffActs row={row} onDone={onDone} onPassword={(password) => setSecret({ name: row.name, password })} />
          )}
          {editable && <StaffForm form={form} isNew={row === undefined} roles={roles} issues={command.issuesByField} />}
          <Issues of={command.issuesByField[''] ?? []} />
        </div>
      )}
    </Drawer>
  );
}
