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
  /** SMART scopes of an app; null for people who work without one. */
  readonly scopes: readonly string[] | null;
  /** Id of the Patient record that the `patient/` scopes of an app are about. */
  readonly patient?: string | null;
  /** The app that acts for a person. */
  readonly app?: string;
}

export interface Facility {
  readonly tenant: number;
  readonly code: string;
  readonly name: string;
  readonly mode: 'production' | 'demo' | 'training';
}
