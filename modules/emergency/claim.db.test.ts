import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quote, settle } from '@mach/cashier/contract.ts';
import cashier from '@mach/cashier/module.ts';
import { furnish, insuredCard } from '@mach/cashier/testing.ts';
import { claimFindings, claimStateOf } from '@mach/claims/contract.ts';
import claims from '@mach/claims/module.ts';
import { benefitOf } from '@mach/encounter/contract.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, room, writeFixtures } from '@mach/encounter/testing.ts';
import type { Claim, Encounter } from '@mach/fhir/types.ts';
import lab from '@mach/lab/module.ts';
import outpatient from '@mach/outpatient/module.ts';
import pharmacy from '@mach/pharmacy/module.ts';
import { changePayer } from '@mach/reception/contract.ts';
import reception from '@mach/reception/module.ts';
import { readRecord, referringRecords } from '@mach/store';
import { testEngine } from '../../apps/server/testing/engine.ts';
import { arrive, dispose, markStep, startBundle, triage } from './contract.ts';
import emergency from './module.ts';

test('an emergency is billed and claimed like any visit: the card comes later, by the right of an emergency', async (t) => {
  const h = await testEngine(t, [
    fixtures,
    encounter,
    reception,
    outpatient,
    lab,
    cashier,
    claims,
    pharmacy,
    emergency,
  ]);
  await furnish(h);
  const of = { managingOrganization: { reference: 'Organization/dep-k01' } };
  await writeFixtures(
    h,
    { ...room('cc', 'Phòng cấp cứu', '02.1898'), ...of },
    insuredCard('card-far', 'lan', 'GD4790123456789', { verified: true, registered: '79010' }),
  );

  const came = await h.send(arrive, { patient: 'lan', mode: 'ambulance', complaint: 'Khó thở' }, 'nurse');
  const vitals = {
    values: { sbp: '150', dbp: '90', pulse: '104', resp: '24', spo2: '93', temp: '37,0', weight: '58' },
  };
  await h.send(triage, { encounter: came.encounter, signs: ['short-breath'], vitals }, 'nurse');
  await h.send(
    changePayer,
    { encounter: came.encounter, payer: 'bhyt', coverage: 'card-far', route: 'emergency', reason: 'Người nhà đưa thẻ' },
    'reception',
  );
  // A drug of a bundle goes through bill and claim like a prescribed one.
  const { run } = await h.send(startBundle, { encounter: came.encounter, bundle: 'anaphylaxis' }, 'nurse');
  await h.send(markStep, { run, step: 'adrenaline' }, 'nurse');
  h.clock.advance(30 * 60_000);
  const out = await h.send(
    dispose,
    {
      encounter: came.encounter,
      outcome: 'home',
      note: { history: 'Khó thở 1 giờ', exam: 'Ran rít hai phổi', plan: 'Khí dung' },
      diagnoses: [{ code: 'J45.9', principal: true }],
    },
    'doctor',
  );
  const tenant = h.engine.database.tenant(1);
  const visit = (await readRecord(tenant, 'Encounter', came.encounter))?.resource as Encounter;
  assert.equal(visit.class.code, 'EMER');
  assert.ok(['awaiting-payment', 'settled'].includes(out.state), out.state);
  const { patientTotal } = await h.send(quote, { encounter: came.encounter }, 'cashier');
  const payments = patientTotal > 0 ? [{ method: 'cash' as const, amount: patientTotal }] : [];
  await h.send(settle, { encounter: came.encounter, expectedPatientTotal: patientTotal, payments }, 'cashier');
  await h.settle();
  const [found] = await referringRecords(tenant, [{ param: 'Claim.encounter', value: came.encounter }]);
  const claim = found?.record.resource as Claim & { id: string };
  assert.deepEqual(
    claimFindings(claim).filter((f) => f.severity === 'error'),
    [],
  );
  assert.equal(claimStateOf(claim), 'received');
  // Category 2: an emergency, wherever the card is registered.
  const settled = (await readRecord(tenant, 'Encounter', came.encounter))?.resource as Encounter;
  assert.equal(benefitOf(settled)?.category, '2');
});
