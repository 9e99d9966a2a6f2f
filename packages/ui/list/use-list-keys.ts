import { foldText, matchesTokens } from '@mach/base';
import { type KeyboardEvent, useRef } from 'react';

export interface ListKeysOptions {
  readonly count: number;
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly onOpen?: (index: number) => void;
  readonly onPeek?: (index: number) => void;
  /** Text of a row for type-ahead. */
  readonly textOf?: (index: number) => string;
  readonly page?: number;
}

const TYPE_AHEAD_MS = 700;

/** The keys of every list: arrows, Home, End, PageUp/Down, Enter opens, Space peeks, letters seek. */
export function useListKeys(options: ListKeysOptions): (event: KeyboardEvent) => void {
  const { count, active, setActive, onOpen, onPeek, textOf, page = 10 } = options;
  const typed = useRef({ text: '', at: 0 });

  function seek(key: string, at: number): void {
    if (!textOf) return;
    const text = at - typed.current.at < TYPE_AHEAD_MS ? typed.current.text + key : key;
    typed.current = { text, at };
    const from = text.length > 1 ? Math.max(active, 0) : active + 1;
    for (let i = 0; i < count; i++) {
      const index = (from + i) % count;
      if (matchesTokens(foldText(textOf(index)), text)) {
        setActive(index);
        return;
      }
    }
  }

  return (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: count - 1,
      PageDown: active + page,
      PageUp: active - page,
    };
    const to = moves[event.key];
    const onButton = event.target instanceof HTMLButtonElement;
    if (to !== undefined && count > 0) setActive(Math.max(0, Math.min(count - 1, to)));
    else if (event.key === 'Enter' && active >= 0 && onOpen && !onButton) onOpen(active);
    else if (event.key === ' ' && active >= 0 && onPeek && !onButton) onPeek(active);
    else if (/^[\p{L}\p{N}]$/u.test(event.key) && textOf && count > 0) {
      seek(event.key, event.timeStamp);
      return;
    } else return;
    event.preventDefault();
  };
}
