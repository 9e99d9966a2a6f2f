import { type ReactElement, useEffect, useRef } from 'react';
import { IconButton } from '../base/button.tsx';
import { KEY_LEVEL, type KeyBinding, useKeys } from '../keys/use-keys.ts';
import { useScan } from '../keys/use-scan.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import { useDrawerColumn } from './drawer.tsx';
import './frame.css';
import { PatientStrip } from './patient-strip.tsx';
import { useEdgeColour } from './patients.ts';
import type { WorkspaceFrameProps } from './types.ts';

const NO_KEYS: readonly KeyBinding[] = [];

function goToAnchor(page: HTMLElement | null, number: number): void {
  const section = page?.querySelector<HTMLElement>(`[data-anchor="${number}"]`);
  if (!section) return;
  section.scrollIntoView({ block: 'start' });
  const field = section.querySelector<HTMLElement>('input, textarea, select, [tabindex="0"]');
  (field ?? section).focus({ preventScroll: true });
}

/**
 * The three columns of a workspace: list · banner + page + finish bar · drawer. On a tablet the
 * drawer is a sheet; on a phone the list and the page take turns.
 */
export function WorkspaceFrame(props: WorkspaceFrameProps): ReactElement {
  const { list, listTitle, listCount, listTools, banner, children, finish, open = true, onBack } = props;
  const t = useTexts(uiTexts);
  const drawer = useDrawerColumn();
  const page = useRef<HTMLDivElement>(null);
  const edge = useEdgeColour();

  const anchors: KeyBinding[] = Array.from({ length: 9 }, (_, i) => ({
    chord: `Alt+${i + 1}`,
    run: () => goToAnchor(page.current, i + 1),
  }));
  useKeys(anchors, KEY_LEVEL.screen);
  useKeys(props.keys ?? NO_KEYS, KEY_LEVEL.screen);
  useScan(props.scans ?? []);

  useEffect(() => {
    page.current?.scrollTo({ top: 0 });
  }, []);

  return (
    <div
      className="m-frame"
      data-list={list !== undefined || undefined}
      data-drawer={drawer.isOpen || undefined}
      data-open={open || undefined}
    >
      {list !== undefined && (
        <section className="m-frame-list" aria-label={listTitle}>
          {(listTitle || listTools) && (
            <header className="m-frame-listhead">
              {listTitle && (
                <h2 className="m-frame-listtitle">
                  {listTitle}
                  {listCount !== undefined && <span className="m-frame-count">{listCount}</span>}
                </h2>
              )}
              {listTools}
            </header>
          )}
          {list}
        </section>
      )}
      <main className="m-frame-main" style={edge && banner ? { borderTop: `3px solid ${edge}` } : undefined}>
        <PatientStrip />
        {onBack && (
          <div className="m-frame-back">
            <IconButton icon="left" label={t('previous')} onClick={onBack} />
          </div>
        )}
        {banner}
        <div ref={page} className="m-frame-page m-scroll" data-frame-page>
          {children}
        </div>
        {finish}
      </main>
      <div className="m-frame-drawer" ref={drawer.setOutlet} />
    </div>
  );
}
