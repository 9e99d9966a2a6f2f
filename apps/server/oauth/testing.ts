import { createHash, randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { defineModule, hashPassword } from '@mach/engine';
import { COOKIE } from '../http/auth.ts';
import { asOwner } from '../owner.ts';
import { type TestApp, testApp } from '../testing/app.ts';
import { type AppDraft, saveApp } from './register.ts';

/** People of the tests: a doctor reads some types, an importer reads and writes all. */
const people = defineModule({
  name: 'people',
  title: { vi: 'Người', en: 'People' },
  roles: {
    doctor: ['record.read:Patient', 'record.read:Observation', 'record.read:Encounter', 'record.read:Practitioner'],
  },
});

export interface OauthHouse extends TestApp {
  /** `http://127.0.0.1:40123`: it listens. */
  readonly origin: string;
  register(app: Partial<AppDraft> & { id: string }): Promise<void>;
}

export const REDIRECT = 'http://127.0.0.1/callback';
export const SECRET = 'a secret of thirty-two letters 12';

/** A house that listens, with patients `p1` and `p2`, their results, and the app `chart` (public). */
export async function oauthHouse(test: Pick<TestContext, 'after'>): Promise<OauthHouse> {
  const house = await testApp(test, [people]);
  await house.app.listen({ port: 0, host: '127.0.0.1' });
  const address = house.app.server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const register: OauthHouse['register'] = (app) =>
    asOwner({ ownerUrl: house.ownerUrl }, async (owner) => {
      await saveApp(owner, {
        tenant: 1,
        name: `App ${app.id}`,
        kind: 'public',
        secretHash: app.kind === 'confidential' ? await hashPassword(SECRET) : null,
        scopes: ['patient/*.cruds', 'user/*.cruds'],
        redirectUris: [REDIRECT],
        launchUrl: null,
        jwks: null,
        jwksUri: null,
        demo: true,
        ...app,
      });
    });
  await register({ id: 'chart', launchUrl: 'http://127.0.0.1/launch' });
  const token = await house.client();
  const sent = await house.ask('POST', '/fhir', token, records());
  if (sent.status !== 200) throw new Error(sent.text);
  return { ...house, origin, register };
}

function records(): object {
  const observation = (id: string, patient: string, category: string, value: number) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
    code: { coding: [{ system: 'http://loinc.org', code: category === 'laboratory' ? '2345-7' : '8867-4' }] },
    subject: { reference: `Patient/${patient}` },
    valueQuantity: { value },
  });
  const resources: { resourceType: string; id: string; [element: string]: unknown }[] = [
    { resourceType: 'Patient', id: 'p1', name: [{ text: 'Nguyễn Thị Hoa' }], birthDate: '1980-02-03' },
    { resourceType: 'Patient', id: 'p2', name: [{ text: 'Trần Văn Nam' }] },
    { resourceType: 'Practitioner', id: 'd1', name: [{ text: 'BS Lê' }] },
    {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      subject: { reference: 'Patient/p1' },
    },
    observation('v1', 'p1', 'vital-signs', 80),
    observation('l1', 'p1', 'laboratory', 5),
    observation('v2', 'p2', 'vital-signs', 90),
  ];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}

/** A browser without script: it keeps cookies by path, and follows what it is told to. */
export class Visitor {
  private readonly jar = new Map<string, { value: string; path: string }>();
  private readonly origin: string;
  constructor(origin: string, session?: string) {
    this.origin = origin;
    if (session !== undefined) this.jar.set(COOKIE, { value: session, path: '/' });
  }

  /** One request; the place that it leads to, and the page. */
  async go(url: string, form?: Record<string, string>): Promise<{ status: number; location: string; page: string }> {
    const { pathname } = new URL(url, this.origin);
    const cookie = [...this.jar]
      .filter(([, c]) => pathname.startsWith(c.path))
      .map(([name, c]) => `${name}=${c.value}`);
    const answer = await fetch(new URL(url, this.origin), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: cookie.join('; ') },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    this.keep(answer.headers.getSetCookie());
    return { status: answer.status, location: answer.headers.get('location') ?? '', page: await answer.text() };
  }

  /** Takes what an answer sets or clears. */
  keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /; *path=([^;]+)/i.exec(line)?.[1] ?? '/';
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.jar.delete(name);
      else this.jar.set(name, { value, path });
    }
  }

  /** Walks an authorization to its end: the app's address with code or error. */
  async authorize(url: URL | string, choose: { patient?: string; refuse?: boolean } = {}): Promise<URL> {
    let { location, status, page } = await this.go(String(url));
    if (status !== 303 || !location.includes('/interaction/')) return ended(location, status, page);
    const interaction = new URL(location, this.origin).pathname;
    const shown = await this.go(`${interaction}?s=1${choose.patient ? `&patient=${choose.patient}` : ''}`);
    if (shown.status !== 303) {
      const step = choose.refuse ? 'refuse' : 'allow';
      const form: Record<string, string> = choose.patient ? { patient: choose.patient } : {};
      ({ location, status, page } = await this.go(`${interaction}/${step}`, form));
    } else ({ location, status, page } = shown);
    while (status === 303 && new URL(location, this.origin).origin === this.origin)
      ({ location, status, page } = await this.go(location));
    return ended(location, status, page);
  }
}

function ended(location: string, status: number, page: string): URL {
  if (status === 303 && location !== '') return new URL(location);
  throw new Error(`no way on: ${status} ${page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')}`);
}

/** An access token of the app `chart` for a person who is signed in, by the whole way. */
export async function appToken(
  house: OauthHouse,
  session: string,
  scope: string,
  more: { patient?: string; launch?: string } = {},
): Promise<Record<string, unknown> & { access_token: string; scope: string }> {
  const verifier = randomBytes(32).toString('base64url');
  const params = new URLSearchParams({
    client_id: 'chart',
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    aud: `${house.origin}/fhir`,
    ...(more.launch === undefined ? {} : { launch: more.launch }),
  });
  const end = await new Visitor(house.origin, session).authorize(
    `/oauth2/authorize?${params}`,
    more.patient === undefined ? {} : { patient: more.patient },
  );
  const code = end.searchParams.get('code');
  if (code === null) throw new Error(end.search);
  const answer = await fetch(`${house.origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'chart',
      redirect_uri: REDIRECT,
      code,
      code_verifier: verifier,
    }),
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return (await answer.json()) as Awaited<ReturnType<typeof appToken>>;
}
