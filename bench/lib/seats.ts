import { get, type Probe, type Prober } from './probe.ts';

/** Stands for the token of one of the people, who sign in again when theirs has ended. */
const MARK = '$person:';

/** People of the demo hospital, those who may most first: between them they open every door. */
export const PEOPLE: readonly string[] = [
  'quantri',
  'bacsi',
  'dieuduong',
  'tiepdon',
  'thungan',
  'duocsi',
  'xetnghiem',
  'cdha',
  'giamdinh',
  'baomat',
  'giamdoc',
];

/** What `samples` takes as the token of a person, until it is known whose it must be. */
export const ANYBODY = `${MARK}${PEOPLE[0]}`;

/** Values of other forms than a word. */
const VALUES = ['2026-11-22T08:00:00Z', '2026-11-22', '1', 'true'] as const;

const bearer = (login: string): string => `Bearer ${MARK}${login}`;
const loginOf = ({ headers }: Probe): string | undefined => {
  const given = headers?.authorization;
  return given?.startsWith(bearer('')) ? given.slice(bearer('').length) : undefined;
};

/** The people at their desks, each with an open session. */
export class Seats {
  private readonly prober: Prober;
  private readonly signIn: (login: string) => Promise<string>;
  private readonly tokens = new Map<string, string>();
  constructor(prober: Prober, signIn: (login: string) => Promise<string>) {
    this.prober = prober;
    this.signIn = signIn;
  }

  async open(): Promise<void> {
    for (const login of PEOPLE) this.tokens.set(login, await this.signIn(login));
  }

  /** The request with the token of the person it is marked for. */
  seated(probe: Probe): Probe {
    const login = loginOf(probe);
    if (login === undefined) return probe;
    return { ...probe, headers: { ...probe.headers, authorization: `Bearer ${this.tokens.get(login) ?? ''}` } };
  }

  /** Some mutated requests end the session that they came with: whoever lost his signs in again. */
  async renew(): Promise<void> {
    for (const [login, token] of this.tokens)
      if ((await this.prober.send(get('/api/session', token))).status !== 200)
        this.tokens.set(login, await this.signIn(login).catch(() => token));
  }

  /** A question whose value has the wrong form, with one that it takes; undefined where none of ours is taken. */
  private async mended(probe: Probe): Promise<Probe | undefined> {
    if (!probe.path.endsWith('=a')) return undefined;
    for (const value of VALUES) {
      const one = { ...probe, path: `${probe.path.slice(0, -1)}${encodeURIComponent(value)}` };
      if ((await this.prober.send(this.seated(one))).status !== 400) return one;
    }
    return undefined;
  }

  /**
   * Each good request, marked for somebody whom the door lets in: what is refused for want of a right says nothing about
   * the code behind it. `closed`: nobody of the house may send it; left out. So is a question that is wrong before it is
   * mutated (a filter by a column that cannot be filtered by): all that is made of it would end at the same check.
   */
  async assigned(known: readonly Probe[]): Promise<{ open: Probe[]; closed: Probe[] }> {
    const open: Probe[] = [];
    const closed: Probe[] = [];
    for (const probe of known) {
      const asked = loginOf(probe) === undefined ? [probe] : PEOPLE.map((login) => forWhom(probe, login));
      let found: Probe | undefined;
      let wrong = false;
      for (const one of asked) {
        const { status } = await this.prober.send(this.seated(one));
        if (status === 403) continue;
        found = one.method === 'GET' && status === 400 ? await this.mended(one) : one;
        wrong = found === undefined;
        break;
      }
      if (found) open.push(found);
      else if (!wrong) closed.push(probe);
    }
    return { open, closed };
  }
}

const forWhom = (probe: Probe, login: string): Probe => ({
  ...probe,
  headers: { ...probe.headers, authorization: bearer(login) },
});
