/** Who answers as the portal, and with which account a facility asks. Given when the module is made. */
import { type PortalAccount, PortalClient } from './client.ts';
import { fetchPortal, type PortalHttp } from './http.ts';
import type { PortalSimulator } from './simulator/server.ts';
import { simulatorThread } from './simulator/thread.ts';

export interface PortalOptions {
  /** Address of the real portal, `https://…/`; absent: the simulator, in a thread of this program. */
  baseUrl?: string;
  /** Account of a facility at the real portal. */
  account?: (facility: string) => PortalAccount;
  /** One that the caller can look into, in place of the thread. */
  simulator?: PortalSimulator;
  now?: () => Date;
}

/** Of the simulator only. */
const SIMULATOR_PASSWORD = 'mo-phong';

export interface Portal {
  simulated: boolean;
  clientOf(facility: string): PortalClient;
}

export function openPortal(options: PortalOptions): Portal {
  const now = options.now ?? (() => new Date());
  const simulator =
    options.baseUrl === undefined ? (options.simulator?.http ?? simulatorThread(SIMULATOR_PASSWORD)) : undefined;
  const http: PortalHttp = simulator ?? fetchPortal(options.baseUrl ?? '');
  const account =
    simulator === undefined && options.account
      ? options.account
      : (facility: string): PortalAccount => ({
          username: `${facility}_MOPHONG`,
          password: SIMULATOR_PASSWORD,
          officer: { name: 'Cán bộ tra cứu', cccd: '001090000000' },
        });
  if (simulator === undefined && !options.account)
    throw new RangeError('an account is needed for the portal at baseUrl');
  const clients = new Map<string, PortalClient>();
  return {
    simulated: simulator !== undefined,
    clientOf: (facility) => {
      const known = clients.get(facility) ?? new PortalClient(http, account(facility), () => now().getTime());
      clients.set(facility, known);
      return known;
    },
  };
}
