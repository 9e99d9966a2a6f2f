import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';
import { IconButton } from '../base/button.tsx';
import { PersonName } from '../clinical/person-name.tsx';
import type { Chord } from '../keys/chord.ts';
import { KeyHint } from '../keys/key-hint.tsx';
import { KEY_LEVEL, useKeys } from '../keys/use-keys.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './drawer.css';
import { useEdgeColour } from './patients.ts';

interface DrawerState {
  readonly current: string | null;
  readonly pinned: boolean;
  readonly outlet: HTMLElement | null;
  readonly open: (id: string) => void;
  readonly close: () => void;
  readonly setPinned: (pinned: boolean) => void;
  readonly setOutlet: (element: HTMLElement | null) => void;
}

const DrawerContext = createContext<DrawerState | null>(null);

/** Holds which drawer is open: one at a time. Mounted by the shell. */
export function DrawerProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [current, setCurrent] = useState<string | null>(null);
  const [pinned, setPinned] = useState(false);
  const [outlet, setOutlet] = useState<HTMLElement | null>(null);
  const opener = useRef<Element | null>(null);
  const value = useMemo<DrawerState>(
    () => ({
      current,
      pinned,
      outlet,
      open: (id) => {
        opener.current ??= document.activeElement;
        setCurrent(id);
      },
      close: () => {
        setCurrent(null);
        if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
        opener.current = null;
      },
      setPinned,
      setOutlet,
    }),
    [current, pinned, outlet],
  );
  return <DrawerContext value={value}>{children}</DrawerContext>;
}

function useDrawerState(): DrawerState {
  const state = useContext(DrawerContext);
  if (!state) throw new Error('drawer outside the shell');
  return state;
}

/** `const orders = useDrawer('orders'); orders.open()`. */
export function useDrawer(id: string): {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
  readonly toggle: () => void;
} {
  const state = useDrawerState();
  const isOpen = state.current === id;
  return {
    isOpen,
    open: () => state.open(id),
    close: () => isOpen && state.close(),
    toggle: () => (isOpen ? state.close() : state.open(id)),
  };
}

/** Whether the drawer column is shown. */
export function useDrawerColumn(): { readonly isOpen: boolean; readonly setOutlet: (el: HTMLElement | null) => void } {
  const { current, setOutlet } = useDrawerState();
  return { isOpen: current !== null, setOutlet };
}

export interface DrawerProps {
  readonly id: string;
  readonly title: string;
  /** The patient it is about: repeated in the head, as a guard against writing into another chart. */
  readonly patient?: string;
  readonly chord?: Chord;
  readonly side?: ReactNode;
  /** Sticky bottom: the drawer's own finish. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/**
 * A panel of the drawer column. Place it anywhere in the screen; it shows when opened. Its fields
 * keep their text by `useDraft`, so closing never loses anything.
 */
export function Drawer(props: DrawerProps): ReactElement | null {
  const { id, title, patient, chord, side, foot, children } = props;
  const { current, outlet, pinned, setPinned, close } = useDrawerState();
  const t = useTexts(uiTexts);
  const edge = useEdgeColour();
  const panel = useRef<HTMLElement>(null);
  const isOpen = current === id && outlet !== null;
  useKeys(isOpen && !pinned ? [{ chord: 'Escape', run: close }] : [], KEY_LEVEL.drawer);

  useEffect(() => {
    if (!isOpen) return;
    const first = panel.current?.querySelector<HTMLElement>(
      '.m-drawer-body :is(input, textarea, select, [tabindex="0"])',
    );
    (first ?? panel.current)?.focus();
  }, [isOpen]);

  const unmounted = useRef(close);
  unmounted.current = close;
  const openNow = useRef(isOpen);
  openNow.current = isOpen;
  useEffect(
    () => () => {
      if (openNow.current) unmounted.current();
    },
    [],
  );

  if (!isOpen) return null;
  return createPortal(
    <aside
      ref={panel}
      className="m-drawer"
      aria-label={title}
      tabIndex={-1}
      style={edge ? { borderTop: `3px solid ${edge}` } : undefined}
    >
      <header className="m-drawer-head">
        <div className="m-drawer-titles">
          <h2 className="m-drawer-title">
            {title} {chord && <KeyHint chord={chord} />}
          </h2>
          {patient && (
            <p className="m-drawer-patient">
              <PersonName name={patient} />
            </p>
          )}
        </div>
        {side}
        <IconButton
          icon="pin"
          size="small"
          className="m-drawer-pin"
          label={t(pinned ? 'unpin' : 'pin')}
          pressed={pinned}
          onClick={() => setPinned(!pinned)}
        />
        <IconButton icon="close" size="small" label={t('close')} onClick={close} />
      </header>
      <div className="m-drawer-body m-scroll">{children}</div>
      {foot && <footer className="m-drawer-foot">{foot}</footer>}
    </aside>,
    outlet,
  );
}
