import type { Text } from '@mach/base';
import { Chip, Skeleton, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { useRemote } from './api.ts';
import { Issues } from './issues.tsx';
import { useRoleName } from './role-names.ts';
import { texts } from './texts.ts';

interface RoleRow {
  readonly role: string;
  readonly people: readonly string[];
  readonly permissions: readonly { readonly name: string; readonly does: readonly Text[] }[];
}

/** People named beside a role; the list of staff has them all. */
const NAMED = 6;

/** Who may what: each role, who holds it, and what its permissions let one do, in the words of the commands. */
export function Roles(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const roleName = useRoleName();
  const { data, issues, loading } = useRemote<{ rows: readonly RoleRow[] }>('/api/administration/roles');
  return (
    <>
      <p className="adm-note">{t('rolesHint')}</p>
      <Issues of={issues} />
      {loading && <Skeleton count={8} />}
      {data?.rows.map((row) => (
        <details className="adm-role" key={row.role}>
          <summary>
            <span className="adm-role-name">{roleName(row.role)}</span>{' '}
            <Chip>{`${row.permissions.length} ${t('permissions').toLowerCase()}`}</Chip>
            <span className="adm-two">
              {row.people.length === 0
                ? t('noPeople')
                : [
                    row.people.slice(0, NAMED).join(', '),
                    ...(row.people.length > NAMED ? [t('andMore', { n: row.people.length - NAMED })] : []),
                  ].join(' ')}
            </span>
          </summary>
          <ul className="adm-permissions">
            {row.permissions.map(({ name, does }) => (
              <li key={name}>
                {does.length > 0 ? [...new Set(does.map((text) => pick(text)))].join(' · ') : name}
                <span className="adm-two m-code">{name}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}
