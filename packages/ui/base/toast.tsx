import { type ReactElement, useSyncExternalStore } from 'react';
import { Icon } from '../icons/icon.tsx';
import { KEY_LEVEL, useKeys } from '../keys/use-keys.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Button, IconButton } from './button.tsx';
import './toast.css';

export interface Toast {
  readonly text: string;
  readonly tone?: 'ok' | 'warn' | 'critical';
  /** Takes the move back; offered for 10 s and by Ctrl+Z. Never for signed clinical acts. */
  readonly undo?: () => void;
}

interface Shown extends Toast {
  readonly id: number;
}

const PLAIN_MS = 3000;
const UNDO_MS = 10_000;
let shown: readonly Shown[] = [];
let counter = 0;
const watchers = new Set<() => void>();

function set(next: readonly Shown[]): void {
  shown = next;
  for (const watcher of watchers) watcher();
}

function drop(id: number): void {
  set(shown.filter((one) => one.id !== id));
}

/** Says quietly that something is done: `toast({ text: 'Đã cấp số 0127', undo })`. */
export function toast(message: Toast): void {
  counter += 1;
  const id = counter;
  set([...shown.slice(-2), { ...message, id }]);
  const quiet = message.tone === undefined || message.tone === 'ok';
  setTimeout(() => drop(id), message.undo || !quiet ? UNDO_MS : PLAIN_MS);
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Where toasts appear; mounted once by the shell. */
export function Toaster(): ReactElement {
  const t = useTexts(uiTexts);
  const list = useSyncExternalStore(subscribe, () => shown);
  const undoable = list.findLast((one) => one.undo);
  const undo = (one: Shown): void => {
    drop(one.id);
    one.undo?.();
  };
  useKeys(
    [{ chord: 'Ctrl+Z', inText: false, enabled: undoable !== undefined, run: () => undoable && undo(undoable) }],
    KEY_LEVEL.shell,
  );
  return (
    <div className="m-toasts" role="status" aria-live="polite">
      {list.map((one) => (
        <div key={one.id} className={`m-toast m-toast-${one.tone ?? 'ok'}`}>
          <Icon name={one.tone === 'critical' ? 'stop' : one.tone === 'warn' ? 'warn' : 'check'} size={16} />
          <span className="m-toast-text">{one.text}</span>
          {one.undo && (
            <Button look="quiet" size="small" chord="Ctrl+Z" onClick={() => undo(one)}>
              {t('undo')}
            </Button>
          )}
          <IconButton icon="close" size="small" label={t('close')} onClick={() => drop(one.id)} />
        </div>
      ))}
    </div>
  );
}
