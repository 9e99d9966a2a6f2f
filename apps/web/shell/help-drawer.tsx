import { Drawer, KEY_LEVEL, KeyHint, useActiveKeys, useDrawer, useKeys, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import { texts } from '../texts.ts';
import './help-drawer.css';

/** F1: the keys that work right now. */
export function HelpDrawer(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const help = useDrawer('help');
  const keys = useActiveKeys();
  useKeys(
    [{ chord: 'F1', label: { vi: texts.vi.help, en: texts.en.help }, run: () => help.toggle() }],
    KEY_LEVEL.shell,
  );
  return (
    <Drawer id="help" title={t('keyCard')} chord="F1">
      <dl className="w-keys">
        {keys.map((key) => (
          <div key={key.chord} className="w-keys-line">
            <dt>
              <KeyHint chord={key.chord} />
            </dt>
            <dd>{key.label && pick(key.label)}</dd>
          </div>
        ))}
      </dl>
      <p className="w-keys-hint">{t('keyCardHint')}</p>
    </Drawer>
  );
}
