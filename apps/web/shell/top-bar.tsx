import {
  Button,
  Icon,
  IconButton,
  KeyHint,
  Menu,
  type MenuItem,
  setPreferences,
  ThemeSwitch,
  useDrawer,
  usePick,
  usePreferences,
  useRoute,
  useSession,
  useTexts,
  type WorkspaceEntry,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { LinkChip } from '../offline/link-chip.tsx';
import { texts } from '../texts.ts';
import './top-bar.css';
import { useFacilities } from './facilities.ts';

/** Where, search, state of the connection, who. */
export function TopBar(props: {
  readonly current: WorkspaceEntry | undefined;
  readonly workspaces: readonly WorkspaceEntry[];
  readonly onPalette: () => void;
  readonly onSignOut: () => void;
}): ReactElement {
  const { current, onPalette, onSignOut } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const { facility } = useSession();
  const help = useDrawer('help');
  const sync = useDrawer('sync');
  return (
    <header className="w-top">
      <div className="w-top-where">
        <span className="w-top-facility">{facility.name}</span>
        {current && <h1 className="w-top-workspace">{pick(current.title)}</h1>}
        {facility.mode === 'training' && <span className="w-top-training">{t('training')}</span>}
        {facility.mode === 'demo' && (
          <span className="w-top-demo" title={t('demo')}>
            <span className="w-top-long">{t('demo')}</span>
            <span className="w-top-short">{t('demoShort')}</span>
          </span>
        )}
      </div>
      <button type="button" className="w-top-search" onClick={onPalette}>
        <Icon name="search" size={16} />
        <span className="w-top-hint">{t('palette')}</span>
        <KeyHint chord="Ctrl+K" />
      </button>
      <div className="w-top-right">
        <LinkChip onOpen={sync.toggle} />
        <span className="w-top-wide">
          <IconButton icon="help" label={`${t('help')} (F1)`} pressed={help.isOpen} onClick={help.toggle} />
          <ThemeSwitch />
        </span>
        <UserMenu onSignOut={onSignOut} />
      </div>
    </header>
  );
}

function UserMenu({ onSignOut }: { readonly onSignOut: () => void }): ReactElement {
  const t = useTexts(texts);
  const { user, facility } = useSession();
  const { goTo } = useRoute();
  const { theme, density, language, sound } = usePreferences();
  const themes: readonly MenuItem[] = [
    {
      id: 'auto',
      label: t('themeAuto'),
      icon: 'clock',
      checked: theme === 'auto',
      run: () => setPreferences({ theme: 'auto' }),
    },
    {
      id: 'light',
      label: t('themeLight'),
      icon: 'sun',
      checked: theme === 'light',
      run: () => setPreferences({ theme: 'light' }),
    },
    {
      id: 'dark',
      label: t('themeDark'),
      icon: 'moon',
      checked: theme === 'dark',
      run: () => setPreferences({ theme: 'dark' }),
    },
  ];
  const densities = (['auto', 'compact', 'standard', 'touch'] as const).map((one): MenuItem => {
    const labels = {
      auto: t('densityAuto'),
      compact: t('densityCompact'),
      standard: t('densityStandard'),
      touch: t('densityTouch'),
    };
    return { id: one, label: labels[one], checked: density === one, run: () => setPreferences({ density: one }) };
  });
  const rest: readonly MenuItem[] = [
    {
      id: 'language',
      label: t('languageName'),
      icon: 'language',
      run: () => setPreferences({ language: language === 'vi' ? 'en' : 'vi' }),
    },
    { id: 'sound', label: t('sound'), icon: 'bell', checked: sound, run: () => setPreferences({ sound: !sound }) },
  ];
  const places = useFacilities();
  const others = places.map(
    ({ code, name, go }): MenuItem => ({
      id: `facility.${code}`,
      label: t('goToFacility', { name }),
      icon: 'sync',
      run: go,
    }),
  );
  const mine: readonly MenuItem[] = [
    { id: 'account', label: t('myAccount'), icon: 'user', run: () => goTo('account') },
    { id: 'leave', label: t('signOut'), icon: 'leave', run: onSignOut },
  ];
  return (
    <Menu
      trigger={
        <Button look="quiet" className="w-top-user" aria-label={`${user.name}. ${t('userMenu')}`}>
          <span className="w-top-name">{user.name}</span>
          <Icon name="down" size={16} />
        </Button>
      }
      head={
        <div className="w-top-who">
          <b>{user.name}</b>
          <span>
            {user.account} · {facility.name}
          </span>
        </div>
      }
      groups={[themes, densities, rest, ...(others.length > 0 ? [others] : []), mine]}
    />
  );
}
