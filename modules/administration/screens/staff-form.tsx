import type { StaffRow } from '@mach/engine/identity/staff.ts';
import type { Practitioner, PractitionerRole } from '@mach/fhir/types.ts';
import type { RoomRow } from '@mach/reception/contract.ts';
import { Checkbox, type IssuesByField, Segmented, TextField, useRecord, useTexts, useView } from '@mach/ui';
import { SID } from '@mach/vn/systems.ts';
import { type ReactElement, useState } from 'react';
import type { StaffFields } from '../contract.ts';
import { Issues } from './issues.tsx';
import { useRoleName } from './role-names.ts';
import { texts } from './texts.ts';

interface Typed {
  name?: string;
  title?: string;
  licence?: string;
  gender?: 'male' | 'female';
  roles?: readonly string[];
  rooms?: readonly string[];
}

/** What is typed, over what the person's records say. */
export interface StaffFormState {
  readonly login: string;
  readonly setLogin: (login: string) => void;
  readonly now: Required<Omit<Typed, 'gender'>> & { readonly gender: 'male' | 'female' | undefined };
  readonly type: (change: Typed) => void;
  readonly fields: () => StaffFields;
}

const roleRecord = (row: StaffRow | undefined): string => (row?.practitioner ?? '').replace(/^prac-/, 'prole-');

export function useStaffFields(row: StaffRow | undefined): StaffFormState {
  const [login, setLogin] = useState('');
  const [typed, setTyped] = useState<Typed>({});
  const person = useRecord<Practitioner>('Practitioner', row?.practitioner ?? undefined).record;
  const work = useRecord<PractitionerRole>('PractitionerRole', row?.practitioner ? roleRecord(row) : undefined).record;
  const known = person?.gender === 'male' || person?.gender === 'female' ? person.gender : undefined;
  const now = {
    name: typed.name ?? row?.name ?? '',
    title: typed.title ?? person?.qualification?.[0]?.code.text ?? '',
    licence: typed.licence ?? person?.identifier?.find((i) => i.system === SID.practitionerLicence)?.value ?? '',
    gender: typed.gender ?? known,
    roles: typed.roles ?? row?.roles ?? [],
    rooms: typed.rooms ?? work?.location?.map((place) => (place.reference ?? '').replace('Location/', '')) ?? [],
  };
  return {
    login,
    setLogin,
    now,
    type: (change) => setTyped((before) => ({ ...before, ...change })),
    fields: () => ({
      name: now.name.trim(),
      roles: [...now.roles],
      rooms: [...now.rooms],
      ...(now.title.trim() ? { title: now.title.trim() } : {}),
      ...(now.licence.trim() ? { licence: now.licence.trim() } : {}),
      ...(now.gender ? { gender: now.gender } : {}),
    }),
  };
}

const toggled = (list: readonly string[], one: string, on: boolean): string[] =>
  on ? [...list, one] : list.filter((other) => other !== one);

/** The fields of a person: who they are, what they may do, where they work. */
export function StaffForm(props: {
  readonly form: StaffFormState;
  readonly isNew: boolean;
  readonly roles: readonly string[];
  readonly issues: IssuesByField;
}): ReactElement {
  const { form, isNew, roles, issues } = props;
  const { now, type } = form;
  const t = useTexts(texts);
  const roleName = useRoleName();
  const rooms = useView<RoomRow>('reception.rooms', {}, { sort: 'code', limit: 200 });
  return (
    <>
      <TextField
        label={t('name')}
        required
        autoFocus
        value={now.name}
        onChange={(name) => type({ name })}
        issues={issues.name}
      />
      {isNew && (
        <TextField
          label={t('login')}
          required
          code
          hint={t('loginHint')}
          value={form.login}
          onChange={(login) => form.setLogin(login.toLowerCase())}
          issues={issues.login}
        />
      )}
      <TextField label={t('title')} value={now.title} onChange={(title) => type({ title })} issues={issues.title} />
      <TextField
        label={t('licence')}
        code
        value={now.licence}
        onChange={(licence) => type({ licence })}
        issues={issues.licence}
      />
      <Segmented
        label={t('gender')}
        value={now.gender ?? null}
        onChange={(gender) => type({ gender })}
        options={[
          { value: 'female', label: t('female') },
          { value: 'male', label: t('male') },
        ]}
      />
      <fieldset className="adm-checks">
        <legend>{t('rolesOf')}</legend>
        {roles.map((role) => (
          <Checkbox
            key={role}
            checked={now.roles.includes(role)}
            onChange={(on) => type({ roles: toggled(now.roles, role, on) })}
          >
            {roleName(role)}
          </Checkbox>
        ))}
      </fieldset>
      <Issues of={issues.roles ?? []} />
      <fieldset className="adm-checks">
        <legend>{t('rooms')}</legend>
        {rooms.rows.map((room) => (
          <Checkbox
            key={room.key}
            checked={now.rooms.includes(room.key)}
            onChange={(on) => type({ rooms: toggled(now.rooms, room.key, on) })}
          >
            {room.name ?? room.code ?? room.key}
          </Checkbox>
        ))}
      </fieldset>
    </>
  );
}
