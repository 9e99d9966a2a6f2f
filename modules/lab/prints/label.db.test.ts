import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printSource } from '../../../apps/server/print/source.ts';
import { rejectSpecimen } from '../contract.ts';
import { collected, house } from '../testing/house.ts';
import { LAN_CODE, ordered, refused } from '../testing/people.ts';
import { type LabelPaper, labelPrint } from './label.ts';

test('labels: those of the last collection of the visit, or of one tube; never of a rejected one', async (t) => {
  const h = await house(t);
  const source = await printSource(h.engine, h.actor('lab-technician'));
  const print = async (id: string) => (await labelPrint.fill(source, id)).data as LabelPaper;
  const { encounter, orders } = await ordered(h, 'lan', ['CREA', 'ION', 'GLU', 'CTM']);
  const [crea = '', ion = '', glu = '', ctm = ''] = orders;
  await refused(print(encounter), 404, 'no-tube');
  const first = await collected(h, [crea, ion, glu]);
  const strip = await print(encounter);
  assert.deepEqual(
    strip.labels.map((label) => [label.code, label.tube, label.tests]),
    [
      [first.tubes[0]?.code, 'Ống đỏ/vàng', 'CREA, ION'],
      [first.tubes[1]?.code, 'Ống xám', 'GLU'],
    ],
  );
  assert.equal(strip.labels[0]?.person.code, LAN_CODE);
  h.clock.advance(60_000);
  const second = await collected(h, [ctm]);
  assert.deepEqual(
    (await print(encounter)).labels.map((label) => label.code),
    second.tubes.map((tube) => tube.code),
  );
  const serum = first.tubes[0]?.specimen ?? '';
  assert.equal((await print(serum)).labels.length, 1);
  await h.send(rejectSpecimen, { order: ion, reason: 'Mẫu đông', wholeTube: true }, 'lab-technician');
  await assert.rejects(print(serum), /no-label/);
});
