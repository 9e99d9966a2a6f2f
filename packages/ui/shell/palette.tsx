import { Dialog } from '@base-ui/react/dialog';
import { foldText, matchesTokens } from '@mach/base';
import { type KeyboardEvent, type ReactElement, useEffect, useId, useMemo, useState } from 'react';
import { Icon } from '../icons/icon.tsx';
import { KeyHint } from '../keys/key-hint.tsx';
import { KEY_LEVEL, useActiveKeys, useKeys } from '../keys/use-keys.ts';
import { uiTexts } from '../texts/ui.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import { usePaletteContents } from './palette-store.ts';
import './palette.css';
import type { PaletteGroup, PaletteItem } from './types.ts';

const GROUPS: readonly PaletteGroup[] = ['people', 'command', 'screen', 'code', 'help'];
const DELAY_MS = 120;
const SHOWN_PER_GROUP = 8;

/** Lines that fit the query, accent-blind and order-blind, in the order of the groups. */
export function paletteHits(items: readonly PaletteItem[], query: string): readonly PaletteItem[] {
  const fits = items.filter((item) =>
    matchesTokens(foldText(`${item.title} ${item.detail ?? ''} ${item.words ?? ''}`), query),
  );
  return GROUPS.flatMap((group) => fits.filter((item) => item.group === group).slice(0, SHOWN_PER_GROUP));
}

/** Ctrl+K: people, commands, screens, codes, help; shows the direct key beside each. */
export function CommandPalette(props: { readonly open: boolean; readonly onClose: () => void }): ReactElement {
  const { open, onClose } = props;
  const t = useTexts(uiTexts);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="m-modal-scrim m-palette-scrim" />
        <Dialog.Popup className="m-palette">
          <Dialog.Title className="m-sr">{t('paletteTitle')}</Dialog.Title>
          <PaletteBody onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useTexts(uiTexts);
  const pick = usePick();
  const { items: offered, sources } = usePaletteContents();
  const keys = useActiveKeys();
  const listId = useId();
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<readonly PaletteItem[]>([]);
  const [busy, setBusy] = useState(false);
  const [active, setActive] = useState(0);
  useKeys([], KEY_LEVEL.modal);

  useEffect(() => {
    const text = query.trim();
    if (text.length < 2 || sources.length === 0) {
      setFound([]);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      setBusy(true);
      void Promise.all(sources.map((source) => source.search(text, controller.signal).catch(() => [])))
        .then((lists) => {
          if (!controller.signal.aborted) setFound(lists.flat());
        })
        .finally(() => !controller.signal.aborted && setBusy(false));
    }, DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query, sources]);

  const hits = useMemo(() => {
    // What has a key and a name is a command, so that the palette teaches the keys.
    const known = new Set(offered.map((item) => item.chord));
    const commands = keys.flatMap((key): PaletteItem[] =>
      key.label && key.chord !== 'Ctrl+K' && !known.has(key.chord)
        ? [
            {
              id: `key.${key.chord}`,
              group: 'command',
              title: pick(key.label),
              words: `${key.label.vi} ${key.label.en}`,
              chord: key.chord,
              run: () => key.run(new KeyboardEvent('keydown')),
            },
          ]
        : [],
    );
    const local = paletteHits([...offered, ...commands], query);
    return GROUPS.flatMap((group) => [
      ...found.filter((item) => item.group === group),
      ...local.filter((item) => item.group === group),
    ]);
  }, [offered, keys, pick, found, query]);
  const at = Math.min(active, hits.length - 1);

  useEffect(() => {
    if (at >= 0) document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at, listId]);

  function run(item: PaletteItem | undefined): void {
    if (!item) return;
    onClose();
    // After the dialog gave the focus back, so that the command may take it.
    setTimeout(item.run, 0);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive(Math.min(at + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(at - 1, 0));
    else if (event.key === 'Enter') run(hits[at]);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <div className="m-palette-input">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the palette exists to be typed into
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={at >= 0 ? `${listId}-${at}` : undefined}
          aria-label={t('palettePlaceholder')}
          placeholder={t('palettePlaceholder')}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <KeyHint chord="Escape" />
      </div>
      <div id={listId} className="m-palette-list m-scroll" role="listbox" aria-label={t('paletteTitle')}>
        {hits.map((item, i) => (
          <div key={item.id}>
            {item.group !== hits[i - 1]?.group && <PaletteHead group={item.group} />}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus (aria-activedescendant) */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are on the input */}
            <div
              id={`${listId}-${i}`}
              role="option"
              className="m-palette-item"
              aria-selected={i === at}
              onPointerMove={() => setActive(i)}
              onClick={() => run(item)}
            >
              {item.icon && <Icon name={item.icon} size={16} />}
              <span className="m-palette-title">{item.title}</span>
              {item.detail && <span className="m-palette-detail">{item.detail}</span>}
              {item.chord && <KeyHint chord={item.chord} />}
            </div>
          </div>
        ))}
      </div>
      <p className="m-palette-none" role="status">
        {hits.length === 0 && (busy ? t('searching') : t('noHits', { q: query.trim() }))}
      </p>
      <footer className="m-palette-foot">{t('paletteHint')}</footer>
    </>
  );
}

function PaletteHead({ group }: { readonly group: PaletteGroup }): ReactElement {
  const t = useTexts(uiTexts);
  const heads = {
    people: t('groupPeople'),
    command: t('groupCommand'),
    screen: t('groupScreen'),
    code: t('groupCode'),
    help: t('groupHelp'),
  };
  return (
    <div className="m-palette-head" role="presentation">
      {heads[group]}
    </div>
  );
}
