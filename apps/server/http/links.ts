/** What the outbox says of the ways out of the house. Pure. */

/** Of one destination: what waits, since when something waits in vain, and when it last answered anything. */
export interface DestinationFacts {
  readonly waiting: number;
  readonly since: Date | null;
  readonly answered: Date | null;
}

export interface DestinationState {
  /** `unknown`: nobody has asked it for hours. */
  readonly state: 'ok' | 'down' | 'unknown';
  readonly since: string | null;
  readonly waiting: number;
}

export interface InternetState {
  readonly state: 'ok' | 'down' | 'unknown';
  /** `probe`: an address was asked; `destinations`: told from what they answer. */
  readonly by: 'probe' | 'destinations';
}

/** A destination is down while a message has been tried in vain that is younger than its last answer. */
export function destinationState(facts: DestinationFacts | undefined): DestinationState {
  const waiting = facts?.waiting ?? 0;
  if (facts?.since && (facts.answered === null || facts.answered < facts.since))
    return { state: 'down', since: facts.since.toISOString(), waiting };
  return { state: facts?.answered ? 'ok' : 'unknown', since: null, waiting };
}

/** A probe that was asked decides; else all outside services silent at once mean that the line is cut. */
export function internetState(
  probe: boolean | undefined,
  services: readonly { readonly state: DestinationState['state']; readonly simulated: boolean }[],
): InternetState {
  if (probe !== undefined) return { state: probe ? 'ok' : 'down', by: 'probe' };
  const real = services.filter((one) => !one.simulated && one.state !== 'unknown');
  if (real.some((one) => one.state === 'ok')) return { state: 'ok', by: 'destinations' };
  // One silent service alone says nothing about the line.
  return { state: real.length > 1 ? 'down' : 'unknown', by: 'destinations' };
}
