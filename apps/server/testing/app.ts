import type { TestContext } from 'node:test';
import { hashPassword, type Module } from '@mach/engine';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { buildApp } from '../http/app.ts';
import { type TestEngine, testEngine } from './engine.ts';

export interface TestApp extends TestEngine {
  app: FastifyInstance;
  /** Bearer token of somebody with these roles; made once a call. */
  signIn(roles: readonly string[]): Promise<string>;
  /** Bearer token of the partner client with `system/*.cruds`. */
  client(): Promise<string>;
  /** A request as a partner sends it. */
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    token: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Record<string, unknown>; body: unknown; text: string }>;
}

/** All doors over a test engine, without a port. */
export async function testApp(test: Pick<TestContext, 'after'>, modules: readonly Module[]): Promise<TestApp> {
  const house = await testEngine(test, modules);
  const app = await buildApp(house.engine, {
    web: '',
    // Tests share a slow machine with others: they wait.
    tooLate: Number.POSITIVE_INFINITY,
    log: (line, error) => console.error(line, error),
  });
  test.after(() => app.close());
  const password = 'correct horse';
  const hash = await hashPassword(password);
  const owner = async (text: string, values: unknown[]): Promise<void> => {
    const client = new pg.Client({ connectionString: house.ownerUrl });
    await client.connect();
    await client.query(text, values);
    await client.end();
  };
  let count = 0;
  const ask: TestApp['ask'] = async (method, url, token, body, headers = {}) => {
    const type =
      method === 'PATCH'
        ? 'application/json-patch+json'
        : url.startsWith('/fhir')
          ? 'application/fhir+json'
          : 'application/json';
    const answer = await app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const json = /json/.test(String(answer.headers['content-type'])) && answer.body !== '';
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: json ? JSON.parse(answer.body) : undefined,
      text: answer.body,
    };
  };
  return {
    ...house,
    app,
    ask,
    signIn: async (roles) => {
      const login = `person-${++count}`;
      await owner(`insert into system.account (id, login, display_name, password_hash) values ($1, $2, $2, $3)`, [
        house.engine.ids(),
        login,
        hash,
      ]);
      await owner(
        `insert into system.membership (tenant, account, roles, practitioner) select 1, id, $2, $3 from system.account where login = $1`,
        [login, roles, `prac-${login}`],
      );
      const answer = await app.inject({ method: 'POST', url: '/api/session', payload: { account: login, password } });
      return (answer.json() as { token: string }).token;
    },
    client: async () => {
      await owner(
        `insert into system.client (id, tenant, secret_hash, scopes) values ('partner', 1, $1, '{system/*.cruds}') on conflict do nothing`,
        [hash],
      );
      const answer = await app.inject({
        method: 'POST',
        url: '/oauth2/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'partner',
          client_secret: password,
          scope: 'system/*.cruds',
        }).toString(),
      });
      return (answer.json() as { access_token: string }).access_token;
    },
  };
}
