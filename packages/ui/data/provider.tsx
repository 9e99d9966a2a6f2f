import { QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactElement, type ReactNode, useContext, useSyncExternalStore } from 'react';
import { queryClient } from './client.ts';
import type { LinkState, Session, Transport } from './transport.ts';

const TransportContext = createContext<Transport | null>(null);
const SessionContext = createContext<Session | null>(null);

/** Gives the screens their transport and the signed-in person. */
export function DataProvider(props: {
  readonly transport: Transport;
  readonly session: Session;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <QueryClientProvider client={queryClient}>
      <TransportContext value={props.transport}>
        <SessionContext value={props.session}>{props.children}</SessionContext>
      </TransportContext>
    </QueryClientProvider>
  );
}

/** The transport of the app; only the hooks of this folder need it. */
export function useTransport(): Transport {
  const transport = useContext(TransportContext);
  if (!transport) throw new Error('useTransport outside DataProvider');
  return transport;
}

/** The signed-in person and facility. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside DataProvider');
  return session;
}

/** Whether the signed-in person may: `const can = useCan(); can('pharmacy.dispense')`. */
export function useCan(): (permission: string) => boolean {
  const { permissions } = useSession().user;
  return (permission) => permissions.includes(permission) || permissions.includes('*');
}

/** How well the device reaches the server. */
export function useLink(): LinkState {
  const transport = useTransport();
  return useSyncExternalStore(
    (listener) => transport.onLink(listener),
    () => transport.link(),
  );
}
