import type { ReactElement } from 'react';
import { IconButton } from '../base/button.tsx';
import { setPreferences, themeAt, usePreferences } from '../texts/preferences.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';

/** Sáng ↔ ca đêm, one tap; the choice holds on this device until "Theo ca" is chosen again in the menu. */
export function ThemeSwitch(): ReactElement {
  const t = useTexts(uiTexts);
  const preferences = usePreferences();
  const dark = themeAt(preferences, new Date()) === 'dark';
  return (
    <IconButton
      icon={dark ? 'sun' : 'moon'}
      label={t(dark ? 'themeLight' : 'themeDark')}
      onClick={() => setPreferences({ theme: dark ? 'light' : 'dark' })}
    />
  );
}
