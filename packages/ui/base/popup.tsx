import { type ReactElement, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import './popup.css';

const GAP = 4;
const MARGIN = 8;

function place(popup: HTMLElement, anchor: HTMLElement, minWidth: number): void {
  const box = anchor.getBoundingClientRect();
  const below = window.innerHeight - box.bottom - GAP - MARGIN;
  const above = box.top - GAP - MARGIN;
  const up = below < 220 && above > below;
  const width = Math.min(Math.max(box.width, minWidth), window.innerWidth - 2 * MARGIN);
  popup.style.width = `${width}px`;
  popup.style.maxHeight = `${Math.min(up ? above : below, 440)}px`;
  popup.style.left = `${Math.max(MARGIN, Math.min(box.left, window.innerWidth - width - MARGIN))}px`;
  popup.style.top = up ? 'auto' : `${box.bottom + GAP}px`;
  popup.style.bottom = up ? `${window.innerHeight - box.top + GAP}px` : 'auto';
}

/** A box in the top layer under (or over) its anchor; focus stays where it is. */
export function Popup(props: {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly minWidth?: number;
  readonly children: ReactNode;
}): ReactElement {
  const { anchor, minWidth = 0, children } = props;
  const popup = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = popup.current;
    const at = anchor.current;
    if (!box || !at) return;
    box.showPopover?.();
    const update = (): void => place(box, at, minWidth);
    update();
    window.addEventListener('scroll', update, { capture: true, passive: true });
    window.addEventListener('resize', update);
    return () => {
      window.removeEventListener('scroll', update, { capture: true });
      window.removeEventListener('resize', update);
    };
  }, [anchor, minWidth]);
  return (
    <div ref={popup} popover="manual" className="m-popup m-scroll">
      {children}
    </div>
  );
}
