import {
  applyPreferences,
  closeAllPatients,
  DataProvider,
  type Session,
  setDraftStore,
  type Transport,
  useTexts,
  type WorkspaceEntry,
} from '@mach/ui';
import { queryClient } from '@mach/ui/data/client.ts';
import { lazy, type ReactElement, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { openDrafts } from './api/drafts.ts';
import { onSessionChange, readSession, signOut } from './api/session.ts';
import type { Place } from './api/transport.ts';
import type { DeskQueue } from './offline/desk.ts';
import { Leaving } from './offline/leaving.tsx';
import { takeNewVersion } from './offline/register.ts';
import { type Seat, seatNow } from './offline/seat.ts';
import { leaveSeat, takeVault, watchSeat } from './offline/sitting.ts';
import { Vault } from './offline/vault.ts';
import { EnrolDevice, enrolmentToken } from './sign-in/enrol-device.tsx';
import { SignIn } from './sign-in/sign-in.tsx';
import { Splash } from './sign-in/splash.tsx';
import { texts } from './texts.ts';

// The sign-in page is usable before the shell has been read; both start to load at once.
const shell = import('./shell/router.tsx');
const AppRouter = lazy(() => shell.then((module) => ({ default: module.AppRouter })));

const RETRY_MS = 3000;
const THEME_CHECK_MS = 60_000;

export interface AppTransport extends Transport {
  readonly close: () => void;
  readonly desk?: DeskQueue;
}

export interface AppProps {
  readonly workspaces: readonly WorkspaceEntry[];
  readonly openTransport: (signedOut: () => void, place: Place) => AppTransport;
}

type State =
  | { readonly step: 'asking' | 'unreachable' }
  | { readonly step: 'signed-out'; readonly ended: boolean }
  | { readonly step: 'in'; readonly session: Session; readonly transport: AppTransport };

/** Who is there: nobody (sign-in) or somebody (shell). The address stays, so that signing in again returns to the same place. */
export function App({ workspaces, openTransport }: AppProps): ReactElement {
  const t = useTexts(texts);
  const [state, setState] = useState<State>({ step: 'asking' });
  const transport = useRef<AppTransport | null>(null);
  const lastAccount = useRef<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [enrolling, setEnrolling] = useState(enrolmentToken);

  useEffect(() => {
    applyPreferences();
    const timer = setInterval(() => applyPreferences(), THEME_CHECK_MS);
    return () => clearInterval(timer);
  }, []);

  const leave = useCallback((ended: boolean) => {
    transport.current?.close();
    transport.current = null;
    // Nobody signed in: what was kept of people to be read goes, and nothing that waits can be read any more.
    void leaveSeat();
    void takeNewVersion();
    setState((now) => (now.step === 'signed-out' ? now : { step: 'signed-out', ended }));
  }, []);

  const enter = useCallback(
    async (session: Session, seat?: Seat) => {
      const account = `${session.facility.code}/${session.user.account}`;
      if (lastAccount.current !== account) {
        // Nothing of the former person may be seen by the next one.
        queryClient.clear();
        closeAllPatients();
      }
      lastAccount.current = account;
      setDraftStore(await openDrafts(account));
      const vault = seat ? new Vault(seat.scope, seat.key, seat.house) : await takeVault(session);
      transport.current?.close();
      transport.current = openTransport(() => leave(true), { session, vault, down: seat !== undefined });
      setState({ step: 'in', session, transport: transport.current });
    },
    [leave, openTransport],
  );

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    async function ask(): Promise<void> {
      try {
        const session = await readSession();
        if (stopped) return;
        if (session) await enter(session);
        else leave(false);
      } catch {
        if (stopped) return;
        // The server is away: whoever worked here a moment ago goes on; the heartbeat finds out who may stay.
        const seat = transport.current ? undefined : await seatNow();
        if (stopped) return;
        if (seat) {
          await enter(seat.session, seat);
          return;
        }
        setState((now) => (now.step === 'in' ? now : { step: 'unreachable' }));
        timer = setTimeout(() => void ask(), RETRY_MS);
      }
    }
    void ask();
    const stop = onSessionChange(() => void ask());
    const stopWatch = watchSeat(() => leave(true));
    return () => {
      stopped = true;
      clearTimeout(timer);
      stop();
      stopWatch();
    };
  }, [enter, leave]);

  /** The numbers that no paper carries go back while there is somebody to give them to. */
  async function goOut(): Promise<void> {
    setLeaving(false);
    await transport.current?.desk?.giveBack().catch(() => undefined);
    await signOut();
    leave(false);
  }

  if (enrolling !== undefined) return <EnrolDevice token={enrolling} onDone={() => setEnrolling(undefined)} />;
  if (state.step === 'in')
    return (
      <DataProvider transport={state.transport} session={state.session}>
        <Suspense fallback={<Splash text={t('opening')} />}>
          <AppRouter
            workspaces={workspaces}
            onSignOut={() => {
              if (state.transport.desk?.acts().length) setLeaving(true);
              else void goOut();
            }}
          />
          {leaving && <Leaving onStay={() => setLeaving(false)} onLeave={() => void goOut()} />}
        </Suspense>
      </DataProvider>
    );
  if (state.step === 'signed-out') return <SignIn ended={state.ended} onSignedIn={enter} />;
  return <Splash text={state.step === 'unreachable' ? t('noServer') : t('opening')} />;
}
