import { Button, Icon, IconButton, request, type Text, useCan, usePick, useRoute, useTexts } from '@mach/ui';
import { onRefused, type RefusedRecord } from '@mach/ui/data/refusals.ts';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import './refused.css';
import { texts } from './texts.ts';

interface Why {
  readonly decision: 'permit' | 'deny' | 'some' | 'not-visible';
  readonly rules: readonly { readonly id: string; readonly text: Text; readonly grantedBy: readonly string[] }[];
}

/** Who usually grants; another role is called by its name in the policy. */
const ROLES = ['privacy-officer', 'director', 'administrator'] as const;

/**
 * Under every screen of every workspace: a record of a patient was asked for and is kept by a rule. It says which rules
 * there are, who can grant what they withhold, and opens the glass to those whom the policy lets break it.
 */
export function Refused({ place }: { readonly place: string }): ReactElement | null {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const { goTo, path, workspace } = useRoute();
  const [told, setTold] = useState<{ readonly one: RefusedRecord; readonly place: string } | null>(null);
  // The page for breaking it says all this itself.
  const isGlass = workspace === 'glass';
  useEffect(() => onRefused((one) => setTold((now) => (now?.place === place ? now : { one, place }))), [place]);
  const one = told?.place === place && !isGlass ? told.one : undefined;
  const why = useQuery({
    queryKey: ['access', 'why', one?.type, one?.id],
    queryFn: ({ signal }) => request<Why>(`/api/access/why?type=${one?.type}&id=${one?.id}`, { signal }),
    enabled: one !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
  // Who lacks the permission itself is told by his screen; here it is about this one patient.
  const rules = why.data?.decision === 'not-visible' ? why.data.rules : [];
  if (one === undefined || rules.length === 0) return null;
  const roles = [...new Set(rules.flatMap((rule) => rule.grantedBy))].map((role) => {
    const known = ROLES.find((name) => name === role);
    return known ? t(`role.${known}`) : role;
  });
  const from = `/${[workspace, ...path].join('/')}`;
  const whom: Readonly<Record<string, string>> = one.type === 'Encounter' ? { visit: one.id } : {};
  return (
    <section className="w-refused" role="alert" aria-label={t('refused')}>
      <Icon name="lock" size={16} />
      <div className="w-refused-why">
        <p className="w-refused-title">{t('refused')}</p>
        <ul>
          {rules.map((rule) => (
            <li key={rule.id}>{pick(rule.text)}</li>
          ))}
        </ul>
        {roles.length > 0 && <p className="w-refused-who">{t('grantedBy', { roles: roles.join(', ') })}</p>}
      </div>
      {can('access.break-glass') && (
        <Button
          size="small"
          look="danger"
          onClick={() => goTo('glass', one.type === 'Patient' ? [one.id] : [], { query: { ...whom, from } })}
        >
          {t('breakGlass')}
        </Button>
      )}
      <IconButton icon="close" size="small" label={t('dismiss')} onClick={() => setTold(null)} />
    </section>
  );
}
