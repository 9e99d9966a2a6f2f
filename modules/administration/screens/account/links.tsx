import { Button, formatDate, useLanguage, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { call, useAct } from '../api.ts';
import { Issues } from '../issues.tsx';
import { texts } from '../texts.ts';
import type { PartProps } from './part.ts';

/** Accounts elsewhere (the province's, the hospital group's) that open this one. */
export function Links({ page, reload }: PartProps): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const act = useAct();
  const link = (provider: string): void =>
    void act.run(async () => {
      const { url } = await call<{ url: string }>('POST', '/api/account/links', { provider, lang: language });
      location.assign(url);
    });
  const remove = (provider: string): void =>
    void act.run(async () => {
      await call('DELETE', `/api/account/links/${provider}`);
      await reload();
    });
  return (
    <div className="adm-column">
      <ul className="adm-list">
        {page.links.map((row) => (
          <li key={row.provider}>
            <span>
              {row.name}
              <span className="adm-two">
                {t('linkedAt', { at: formatDate(row.linkedAt) })}
                {row.lastUsedAt && ` · ${t('lastSeen')} ${formatDate(row.lastUsedAt)}`}
              </span>
            </span>
            <Button size="small" onClick={() => remove(row.provider)}>
              {t('unlink')}
            </Button>
          </li>
        ))}
        {page.providers.map((row) => (
          <li key={row.id}>
            <span>{row.name}</span>
            <Button size="small" busy={act.busy} onClick={() => link(row.id)}>
              {t('link')}
            </Button>
          </li>
        ))}
      </ul>
      <Issues of={act.issues} />
    </div>
  );
}
