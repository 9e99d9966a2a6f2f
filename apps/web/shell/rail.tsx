import { Icon, usePick, useTexts, type WorkspaceEntry } from '@mach/ui';
import { type ReactElement, useEffect, useRef } from 'react';
import { texts } from '../texts.ts';
import { loadWorkspace } from './loaded.ts';
import './rail.css';

/** The workspaces of this person; only what the role may use. */
export function Rail(props: {
  readonly workspaces: readonly WorkspaceEntry[];
  readonly current: string;
  readonly onOpen: (id: string) => void;
}): ReactElement | null {
  const { workspaces, current, onOpen } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const rail = useRef<HTMLElement>(null);
  // On a phone the bar is wider than the screen for somebody with many workspaces.
  useEffect(() => {
    if (rail.current?.querySelector(`[data-workspace="${current}"]`))
      rail.current.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  if (workspaces.length < 2) return null;
  return (
    <nav ref={rail} className="w-rail" aria-label={t('workspaces')}>
      {workspaces.map((entry, i) => (
        <button
          key={entry.id}
          type="button"
          className="w-rail-item"
          data-workspace={entry.id}
          aria-current={entry.id === current ? 'page' : undefined}
          title={i < 9 ? `${pick(entry.title)} (Ctrl+Shift+${i + 1})` : pick(entry.title)}
          onPointerEnter={() => void loadWorkspace(entry).catch(() => undefined)}
          onClick={() => onOpen(entry.id)}
        >
          <Icon name={entry.icon} />
          <span className="w-rail-word">{pick(entry.title)}</span>
        </button>
      ))}
    </nav>
  );
}
