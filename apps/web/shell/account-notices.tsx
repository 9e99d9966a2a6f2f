import { Button, formatDateTime, Icon, request, useRoute, useSession, useTexts } from '@mach/ui';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import './account-notices.css';
import { texts } from './texts.ts';

interface Notice {
  readonly id: string;
  readonly at: string;
  readonly kind: 'password' | 'factor-added' | 'factor-removed' | 'code-repeated';
}

/** What was changed in how this person signs in stands over every screen until he has said that he knows. */
export function AccountNotices(): ReactElement | null {
  const t = useTexts(texts);
  const { user } = useSession();
  const { goTo } = useRoute();
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const told = useQuery({
    queryKey: ['account', 'notices', user.account],
    queryFn: ({ signal }) => request<{ notices: readonly Notice[] }>('/api/account/notices', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const notices = (told.data?.notices ?? []).filter(({ id }) => !hidden.includes(id));
  if (notices.length === 0) return null;
  function seen(): void {
    const ids = notices.map(({ id }) => id);
    setHidden([...hidden, ...ids]);
    // Unsent, it is told again with the next page.
    request('/api/account/notices', { method: 'POST', body: { seen: ids } }).catch(() => undefined);
  }
  return (
    <div className="w-notices" role="status">
      <Icon name="shield" size={16} />
      <ul>
        {notices.map(({ id, kind, at }) => (
          <li key={id}>{t(`notice.${kind}`, { at: formatDateTime(at) })}</li>
        ))}
      </ul>
      <span className="w-notices-not">{t('noticeNotYou')}</span>
      <Button size="small" look="quiet" onClick={() => goTo('account')}>
        {t('noticeAccount')}
      </Button>
      <Button size="small" onClick={seen}>
        {t('noticeSeen')}
      </Button>
    </div>
  );
}
