import { foldText } from '@mach/base';
import type { StaffRow } from '@mach/engine/identity/staff.ts';
import { Button, Chip, Empty, formatDateTime, SearchField, Segmented, Table, useKeys, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { useRemote } from './api.ts';
import { Issues } from './issues.tsx';
import { useRoleName } from './role-names.ts';
import { StaffDrawer } from './staff-drawer.tsx';
import { texts } from './texts.ts';
import { useFreshDrawer } from './use-fresh-drawer.ts';

export interface StaffAnswer {
  readonly rows: readonly StaffRow[];
  readonly roles: readonly string[];
}

/** Everybody who works here, found as people type. */
export function StaffPage(): ReactElement {
  const t = useTexts(texts);
  const roleName = useRoleName();
  const staff = useRemote<StaffAnswer>('/api/administration/staff');
  const [query, setQuery] = useState('');
  const [shown, setShown] = useState<'active' | 'all'>('active');
  const [open, setOpen] = useState<string | null>(null);
  const drawer = useFreshDrawer('staff');
  const words = foldText(query).split(' ').filter(Boolean);
  const rows = (staff.data?.rows ?? []).filter((row) => {
    const text = foldText(`${row.name} ${row.login} ${row.roles.map(roleName).join(' ')} ${row.roles.join(' ')}`);
    return (shown === 'all' || row.active) && words.every((word) => text.includes(word));
  });
  function show(key: string | null): void {
    setOpen(key);
    drawer.show();
  }
  useKeys([{ chord: 'F10', label: { vi: texts.vi.addStaff, en: texts.en.addStaff }, run: () => show(null) }]);
  return (
    <>
      <div className="adm-tools">
        <SearchField label={t('find')} value={query} onChange={setQuery} autoFocus />
        <Segmented
          label={t('state')}
          labelHidden
          value={shown}
          onChange={setShown}
          options={[
            { value: 'active', label: t('onlyActive') },
            { value: 'all', label: t('everybody') },
          ]}
        />
        <Button look="primary" icon="plus" chord="F10" onClick={() => show(null)}>
          {t('addStaff')}
        </Button>
      </div>
      <Issues of={staff.issues} />
      <Table<StaffRow>
        label={t('staff')}
        rows={rows}
        keyOf={(row) => row.key}
        state={staff.loading ? 'loading' : 'ready'}
        selected={drawer.isOpen ? open : null}
        onOpen={(row) => show(row.key)}
        textOf={(row) => row.name}
        tone={(row) => (row.active ? undefined : 'muted')}
        empty={<Empty title={t('nobody')} hint={t('nobodyHint')} />}
        columns={[
          {
            key: 'name',
            head: t('name'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.name}
                <span className="adm-two">{row.login}</span>
              </>
            ),
          },
          { key: 'roles', head: t('rolesOf'), cell: (row) => row.roles.map(roleName).join(', ') },
          {
            key: 'state',
            head: t('state'),
            width: '170px',
            wide: true,
            cell: (row) =>
              row.active ? (
                row.mustChangePassword ? (
                  <Chip tone="warn">{t('mustChange')}</Chip>
                ) : row.sessions > 0 ? (
                  <Chip tone="ok">{t('online', { n: row.sessions })}</Chip>
                ) : (
                  t('working')
                )
              ) : (
                <Chip>{t('inactive')}</Chip>
              ),
          },
          {
            key: 'factor',
            head: t('secondFactor'),
            width: '90px',
            wide: true,
            cell: (row) => (row.factors.length > 0 ? t('factorOn') : '—'),
          },
          {
            key: 'last',
            head: t('lastSignIn'),
            width: '170px',
            wide: true,
            cell: (row) => (row.lastSignInAt ? formatDateTime(row.lastSignInAt) : t('never')),
          },
        ]}
      />
      <StaffDrawer
        key={`${drawer.round}/${open ?? 'new'}`}
        row={staff.data?.rows.find((row) => row.key === open)}
        roles={staff.data?.roles ?? []}
        onDone={() => void staff.reload()}
      />
    </>
  );
}
