import { createHash } from 'node:crypto';
import { type AccessPack, type AccessPolicy, POLICY_SETTING } from '@mach/engine/policy/rules.ts';
import { accessService } from '@mach/engine/policy/service.ts';
import pg from 'pg';
import type { TestApp } from './app.ts';
import type { TestEngine } from './engine.ts';

/** Switches a facility to a policy; `policy` adds one of the test's own to the pack. */
export async function switchPolicy(
  house: Pick<TestEngine, 'engine' | 'ownerUrl'>,
  name: string,
  policy?: AccessPolicy,
  tenant = 1,
): Promise<void> {
  const service = accessService(house.engine);
  if (policy) {
    const data: AccessPack = { ...service.pack(), policies: { ...service.pack().policies, [name]: policy } };
    const known = createHash('sha256').update(JSON.stringify(policy)).digest('hex');
    const edition = { subject: 'access-policy', edition: known, validFrom: '2026-07-02', validTo: null, source: [] };
    const count = house.engine.packs.editions('access-policy').length;
    // The one that became known last holds.
    const knownFrom = new Date(Date.UTC(2026, 10, 22 + count)).toISOString().slice(0, 10);
    house.engine.packs.add(() => Buffer.from(JSON.stringify({ ...edition, knownFrom, data })));
  }
  const owner = new pg.Client({ connectionString: house.ownerUrl });
  await owner.connect();
  await owner.query(
    `insert into system.setting (tenant, key, value) values ($1, $2, $3)
     on conflict (tenant, key) do update set value = excluded.value`,
    [tenant, POLICY_SETTING, JSON.stringify(name)],
  );
  await owner.end();
  service.forget(tenant);
}

/** Puts resources under their own ids, as the partner's client. */
export async function putAll(app: TestApp, token: string, resources: readonly object[]): Promise<void> {
  const entry = resources.map((resource) => {
    const { resourceType, id } = resource as { resourceType: string; id: string };
    return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } };
  });
  const answer = await app.ask('POST', '/fhir', token, { resourceType: 'Bundle', type: 'transaction', entry });
  if (answer.status !== 200) throw new Error(`not written: ${answer.text}`);
}
