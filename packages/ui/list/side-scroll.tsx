import { type ReactElement, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

/** Whether what stands in a box is wider than the box, and goes on being so. */
export function useWider(box: RefObject<HTMLElement | null>): boolean {
  const [wider, setWider] = useState(false);
  useEffect(() => {
    const at = box.current;
    if (!at) return;
    // A pixel of rounding is no content.
    const watch = new ResizeObserver(() => setWider(at.scrollWidth > at.clientWidth + 1));
    watch.observe(at);
    if (at.firstElementChild) watch.observe(at.firstElementChild);
    return () => watch.disconnect();
  }, [box]);
  return wider;
}

export interface SideScrollProps {
  /** What it is that does not fit, for who hears the screen. */
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/**
 * A box that scrolls sideways where its content is wider than the screen. Then, and only then, the focus can go into it, so
 * that the arrow keys reach what a finger would.
 */
export function SideScroll({ label, className, children }: SideScrollProps): ReactElement {
  const box = useRef<HTMLElement>(null);
  const wider = useWider(box);
  return (
    <section ref={box} className={className} aria-label={wider ? label : undefined} tabIndex={wider ? 0 : undefined}>
      {children}
    </section>
  );
}
