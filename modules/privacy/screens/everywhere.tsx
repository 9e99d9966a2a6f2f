import { usePalette, useRoute, useTexts } from '@mach/ui';
import { texts } from './texts.ts';

/** Whoever may break the glass finds the way from every screen: a record that is refused looks like one that is not there. */
export default function Everywhere(): null {
  const t = useTexts(texts);
  const { goTo } = useRoute();
  usePalette([
    {
      id: 'privacy.glass',
      group: 'command',
      title: t('paletteGlass'),
      detail: t('paletteGlassHint'),
      icon: 'lock',
      words: t('paletteGlassWords'),
      run: () => goTo('glass'),
    },
  ]);
  return null;
}
