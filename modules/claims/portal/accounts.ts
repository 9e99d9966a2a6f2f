/** Who answers as the portal, and with which account a facility asks. Given when the module is made. */
import { type PortalAccount, PortalClient } from './client.ts';
import { fetchPortal, type PortalHttp } from './http.ts';
import { PortalSimulator } from './simulator/server.ts';

export interface PortalOptions {
  /** Address of the real portal, `https://…/`; absent: the simulator inside this program. */
  baseUrl?: string;
  /** Account of a facility at the real portal. */
  account?: (facility: string) => PortalAccount;
  simulator?: PortalSimulator;
  now?: () => Date;
}

/** Of the simulator only. */
const SIMULATOR_PASSWORD = 'mo-phong';

export interface Portal {
  simulated: boolean;
  simulator?: PortalSimulator;
  clientOf(facility: string): PortalClient;
}

export function openPortal(options: PortalOptions): Portal {
  const now = options.now ?? (() => new Date());
  const simulator =
    options.baseUrl === undefined
      ? (options.simulator ?? new PortalSimulator({ password: SIMULATOR_PASSWORD, now }))
      : undefined;
  const http: PortalHttp = simulator?.http ?? fetchPortal(options.baseUrl ?? '');
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
    simulator,
    clientOf: (facility) => {
      const known = clients.get(facility) ?? new PortalClient(http, account(facility), () => now().getTime());
      clients.set(facility, known);
      return known;
    },
  };
}
