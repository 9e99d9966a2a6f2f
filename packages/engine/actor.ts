/** Who acts: a signed-in person, a partner's client, or a job of the system itself. */
export interface Actor {
  /** `account:…`, `client:…` or `system:…`: what audit keeps. */
  readonly id: string;
  readonly tenant: number;
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<string>;
  /** Id of the Practitioner record of a person who works here. */
  readonly practitioner: string | null;
  /** SMART scopes of a client; null for people. */
  readonly scopes: readonly string[] | null;
}

export interface Facility {
  readonly tenant: number;
  readonly code: string;
  readonly name: string;
  readonly mode: 'production' | 'demo' | 'training';
}
