/** Helpers of the claims' database tests: a house with the simulated portal, and a complete insured visit. */
import assert from 'node:assert/strict';
import { quote, settle } from '@mach/cashier/contract.ts';
import cashier from '@mach/cashier/module.ts';
import { furnish, insuredVisit, METFORMIN, type Ready, visitToPay } from '@mach/cashier/testing.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, writeFixtures } from '@mach/encounter/testing.ts';
import { defineModule, type Module } from '@mach/engine';
import type { Claim, Observation } from '@mach/fhir/types.ts';
import { readRecord, referringRecords } from '@mach/store';
import type { ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import type { XmlPack } from '@mach/vn/xml/pack.ts';
import { type TestEngine, testEngine } from '../../../apps/server/testing/engine.ts';
import { claimsModule } from '../module.ts';
import { PortalSimulator } from '../portal/simulator/server.ts';

const roles = defineModule({
  name: 'roles',
  title: { vi: 'Vai trò thử', en: 'Test roles' },
  roles: { 'lab-technician': ['encounter.perform'] },
});

export async function house(
  t: Parameters<typeof testEngine>[0],
  settings: Record<string, unknown> = {},
  more: readonly Module[] = [],
) {
  let now = (): Date => new Date('2026-11-24T00:00:00.000Z');
  const simulator = new PortalSimulator({ password: 'mo-phong', now: () => now() });
  const claims = claimsModule({ portal: { simulator, now: () => now() } });
  const h = await testEngine(t, [
    fixtures,
    roles,
    encounter,
    cashier,
    { ...claims, settings: { ...claims.settings, ...settings } },
    ...more,
  ]);
  now = () => h.clock.now();
  await furnish(h);
  return { h, simulator };
}

export const tenant = (h: TestEngine) => h.engine.database.tenant(1);
export const get = async <T>(h: TestEngine, type: string, id: string): Promise<T> =>
  (await readRecord(tenant(h), type, id))?.resource as T;
export const claimOf = async (h: TestEngine, id: string): Promise<Claim & { id: string }> =>
  (await referringRecords(tenant(h), [{ param: 'Claim.encounter', value: id }])).map(
    (r) => r.record.resource as Claim & { id: string },
  )[0] ?? assert.fail('no claim');

export const observation = (
  id: string,
  of: Ready | { encounter: string },
  over: Partial<Observation>,
): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'Patient/lan' },
  encounter: { reference: `Encounter/${of.encounter}` },
  effectiveDateTime: '2026-11-24T00:01:00.000Z',
  ...over,
});
export const weight = (of: { encounter: string }): Observation =>
  observation(`w-${of.encounter}`, of, {
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }], text: 'Cân nặng' },
    valueQuantity: { value: 58.5, unit: 'kg' },
  });

export async function pay(h: TestEngine, encounterId: string) {
  const { patientTotal } = await h.send(quote, { encounter: encounterId }, 'cashier');
  return h.send(
    settle,
    {
      encounter: encounterId,
      expectedPatientTotal: patientTotal,
      payments: patientTotal > 0 ? [{ method: 'cash', amount: patientTotal }] : [],
    },
    'cashier',
  );
}

/** A complete insured visit with a test, a CT, a drug; weight and results written. */
export async function complete(h: TestEngine, over: { weight?: boolean; revisit?: string } = {}): Promise<Ready> {
  const visit = await visitToPay(h, insuredVisit(), {
    services: ['GLU', 'CT-NGUC'],
    drugs: [METFORMIN],
    revisit: over.revisit,
  });
  const at = (order: string | undefined) => ({ basedOn: [{ reference: `ServiceRequest/${order ?? ''}` }] });
  await writeFixtures(
    h,
    ...(over.weight === false ? [] : [weight(visit)]),
    observation(`glu-${visit.encounter}`, visit, {
      ...at(visit.orders[0]),
      code: { text: 'Định lượng glucose' },
      valueQuantity: { value: 7.2, unit: 'mmol/L' },
      performer: [{ reference: 'Practitioner/prac-lab-technician' }],
    }),
    {
      resourceType: 'DiagnosticReport',
      id: `ct-${visit.encounter}`,
      status: 'final',
      ...at(visit.orders[1]),
      code: { text: 'CLVT ngực' },
      subject: { reference: 'Patient/lan' },
      encounter: { reference: `Encounter/${visit.encounter}` },
      issued: '2026-11-24T00:05:00.000Z',
      conclusion: 'Không thấy tổn thương <khu trú>',
      performer: [{ reference: 'Practitioner/prac-doctor' }],
    },
  );
  return visit;
}

export const rules = (h: TestEngine) => ({
  xml: h.engine.packs.at<XmlPack>('bhyt-xml', '2026-11-24').data,
  lists: h.engine.packs.at<ListsPack>('bhyt-lists', '2026-11-24').data,
});
