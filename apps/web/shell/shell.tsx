import {
  CommandPalette,
  DrawerProvider,
  Empty,
  KEY_LEVEL,
  type KeyBinding,
  leavePatient,
  type PaletteItem,
  routeScan,
  Skeleton,
  startKeys,
  startScans,
  Toaster,
  toast,
  useKeys,
  usePalette,
  usePick,
  useRoute,
  useSession,
  useTexts,
  type WorkspaceEntry,
} from '@mach/ui';
import { type ComponentType, type ReactElement, Suspense, useEffect, useState } from 'react';
import { ConnectionDrawer } from '../offline/drawer.tsx';
import { texts } from '../texts.ts';
import { AccountNotices } from './account-notices.tsx';
import { BrokenGlass } from './broken-glass.tsx';
import { FailureGuard } from './failure.tsx';
import { HelpDrawer } from './help-drawer.tsx';
import { useWorkspace } from './loaded.ts';
import { Rail } from './rail.tsx';
import { Refused } from './refused.tsx';
import './shell.css';
import { TopBar } from './top-bar.tsx';

const LAST = 'mach.workspace';
/** The first screen comes first. */
const IDLE_MS = 600;

function lastWorkspace(account: string): string | null {
  try {
    return localStorage.getItem(`${LAST}.${account}`);
  } catch {
    return null;
  }
}

function rememberWorkspace(account: string, id: string): void {
  try {
    localStorage.setItem(`${LAST}.${account}`, id);
  } catch {
    // Without storage the first workspace of the role opens next time.
  }
}

export interface ShellProps {
  /** Those that this person may open, in order. */
  readonly workspaces: readonly WorkspaceEntry[];
  readonly onSignOut: () => void;
}

/** The one frame of the product: top bar, rail, workspace; palette, keys and scanner over all. */
export function Shell({ workspaces, onSignOut }: ShellProps): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const route = useRoute();
  const { user, facility } = useSession();
  const [palette, setPalette] = useState(false);
  const current = workspaces.find((entry) => entry.id === route.workspace);
  // What is everybody's stands in the user's menu, not among the places of work.
  const work = workspaces.filter((entry) => entry.permissions.length > 0);
  const home =
    work.find((entry) => entry.id === facility.home) ??
    work.find((entry) => entry.id === lastWorkspace(user.account)) ??
    work[0];

  useEffect(() => startKeys(), []);
  useEffect(
    () =>
      startScans((code) => {
        if (routeScan(code) === null) toast({ text: t('scanUnknown'), tone: 'warn' });
      }),
    [t],
  );
  useEffect(() => {
    if (route.workspace === '' && home) route.goTo(home.id, [], { replace: true });
  }, [route, home]);
  useEffect(() => {
    if (!current) return;
    if (current.permissions.length > 0) rememberWorkspace(user.account, current.id);
    document.title = `${pick(current.title)} · ${facility.name}`;
  }, [current, user.account, facility.name, pick]);
  useEffect(() => {
    if (route.path.length === 0) leavePatient();
  }, [route.path]);

  const jumps: KeyBinding[] = work.slice(0, 9).map((entry, i) => ({
    chord: `Ctrl+Shift+${i + 1}`,
    run: () => route.goTo(entry.id),
  }));
  useKeys(
    [
      { chord: 'Ctrl+K', label: { vi: texts.vi.openPalette, en: texts.en.openPalette }, run: () => setPalette(true) },
      ...jumps,
    ],
    KEY_LEVEL.shell,
  );
  usePalette(
    workspaces.map(
      (entry, i): PaletteItem => ({
        id: `workspace.${entry.id}`,
        group: 'screen',
        title: pick(entry.title),
        icon: entry.icon,
        chord: i < 9 && entry.permissions.length > 0 ? `Ctrl+Shift+${i + 1}` : undefined,
        words: `${entry.title.vi} ${entry.title.en}`,
        run: () => route.goTo(entry.id),
      }),
    ),
  );

  return (
    <DrawerProvider>
      <div className="w-shell" data-mode={facility.mode}>
        <a className="w-skip" href="#w-main">
          {t('skip')}
        </a>
        <TopBar current={current} onPalette={() => setPalette(true)} onSignOut={onSignOut} workspaces={workspaces} />
        <div className="w-body">
          <Rail workspaces={work} current={route.workspace} onOpen={(id) => route.goTo(id)} />
          <div className="w-place" id="w-main">
            <AccountNotices />
            <BrokenGlass />
            <Refused place={route.workspace + route.path.join('/')} />
            <FailureGuard place={route.workspace + route.path.join('/')}>
              <Suspense fallback={<Skeleton shape="lines" count={6} />}>
                {current ? (
                  <Open key={current.id} entry={current} />
                ) : work.length === 0 ? (
                  <Empty icon="lock" title={t('noWorkspaceTitle')} hint={t('noWorkspaceHint')} />
                ) : (
                  route.workspace !== '' && (
                    <Empty icon="lock" title={t('unknownWorkspaceTitle')} hint={t('unknownWorkspaceHint')} />
                  )
                )}
              </Suspense>
            </FailureGuard>
          </div>
        </div>
        <Everywhere workspaces={workspaces} />
        <HelpDrawer />
        <ConnectionDrawer />
      </div>
      <CommandPalette open={palette} onClose={() => setPalette(false)} />
      <Toaster />
    </DrawerProvider>
  );
}

function Open({ entry }: { readonly entry: WorkspaceEntry }): ReactElement {
  const workspace = useWorkspace(entry);
  return <workspace.Home />;
}

/** Mounts what the person's workspaces offer everywhere, after the first screen is usable. */
function Everywhere({ workspaces }: { readonly workspaces: readonly WorkspaceEntry[] }): ReactElement {
  const [parts, setParts] = useState<readonly { readonly id: string; readonly Part: ComponentType }[]>([]);
  useEffect(() => {
    let stopped = false;
    const timer = setTimeout(() => {
      for (const { id, everywhere } of workspaces)
        void everywhere?.()
          .then(({ default: Part }) => {
            if (!stopped) setParts((now) => [...now.filter((part) => part.id !== id), { id, Part }]);
          })
          .catch(() => undefined);
    }, IDLE_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [workspaces]);
  return (
    <>
      {parts.map(({ id, Part }) => (
        <FailureGuard key={id} place={id} quiet>
          <Part />
        </FailureGuard>
      ))}
    </>
  );
}
