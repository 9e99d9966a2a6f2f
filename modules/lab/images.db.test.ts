import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import type { DiagnosticReport, Media } from '@mach/fhir/types.ts';
import { correctReport, imagesOf, keepImage, reportImaging, startImaging } from './contract.ts';
import { collected, enter, get, house, validate } from './testing/house.ts';
import { ordered, refused } from './testing/people.ts';
import { png } from './testing/pictures.ts';

const data = (bytes: Buffer): string => bytes.toString('base64');

test('pictures of an examination: cleaned, sealed, named by its report alone, and taken off with a reason', async (t) => {
  const h = await house(t);
  const start = async (patient: string): Promise<string> => {
    const { orders } = await ordered(h, patient, ['XQ-NGUC']);
    const [order = ''] = orders;
    const keep = h.send(keepImage, { order, patient, data: data(png(64, 48)) }, 'radiographer');
    await refused(keep, 409, 'order-state');
    await h.send(startImaging, { order, patient, safety: [{ question: 'pregnancy', answer: 'no' }] }, 'radiographer');
    return order;
  };
  const [his, hers] = [await start('hung'), await start('lan')];
  const keep = (order: string, patient: string, bytes = png(64, 48, [['tEXt', 'Author\0Lan']])) =>
    h.send(keepImage, { order, patient, data: data(bytes) }, 'radiographer');
  await refused(keep(his, 'lan'), 409, 'wrong-patient');
  await refused(keep(his, 'hung', Buffer.from(`<html>${'x'.repeat(80)}</html>`)), 422, 'image-type');
  await refused(h.send(keepImage, { order: his, patient: 'hung', data: data(png(64, 48)) }, 'nurse'), 403, 'forbidden');
  const first = await keep(his, 'hung');
  const second = await keep(his, 'hung', png(120, 90));
  const foreign = await keep(hers, 'lan');
  assert.deepEqual([first.width, first.height, second.width], [64, 48, 120]);
  const kept = await get<Media>(h, 'Media', first.media);
  assert.equal(kept.subject?.reference, 'Patient/hung');
  assert.equal(kept.content.data, data(png(64, 48)), 'without what the camera wrote into it');

  const words = { findings: 'Phổi sáng', conclusion: 'Bình thường' };
  const report = (images: { media: string; caption?: string }[]) =>
    h.send(reportImaging, { order: his, ...words, images }, 'radiographer');
  await refused(report([{ media: foreign.media }]), 409, 'image-of-another');
  const done = await report([{ media: second.media, caption: 'Thẳng' }, { media: first.media }]);
  const shown = async () => imagesOf(await get<DiagnosticReport>(h, 'DiagnosticReport', done.report));
  assert.deepEqual(await shown(), [
    { media: second.media, caption: 'Thẳng' },
    { media: first.media, caption: '' },
  ]);
  const correct = (more: object) =>
    h.send(
      correctReport,
      { order: his, ...words, conclusion: 'Dày rốn phổi', reason: 'Đọc lại', ...more },
      'radiographer',
    );
  await correct({});
  assert.equal((await shown()).length, 2, 'a correction of words leaves the pictures');
  await correct({ images: [{ media: first.media }], conclusion: 'Dày rốn phổi trái' });
  assert.deepEqual(await shown(), [{ media: first.media, caption: '' }]);
  await correct({ images: [], conclusion: 'Dày rốn phổi phải' });
  assert.deepEqual(await shown(), []);
});

test('a glucose in mg/dL is asked back at the door too, and its conversion is written down', async (t) => {
  const h = await house(t);
  const { orders } = await ordered(h, 'lan', ['GLU']);
  const [order = ''] = orders;
  await collected(h, orders);
  await assert.rejects(enter(h, order, { GLU: '126' }), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.status, error.issues[0]?.code], [422, 'result-unit']);
    assert.match(error.issues[0]?.text.vi ?? '', /126 mmol\/L hay 126 mg\/dL/);
    return true;
  });
  const { results } = await enter(h, order, { GLU: '126 mg/dL' });
  assert.equal(results[0]?.text, '6,99');
  const [observation = ''] = results.map((one) => one.observation);
  const written = await get<{ note?: { text: string }[] }>(h, 'Observation', observation);
  assert.equal(written.note?.[0]?.text, 'Đổi từ 126 mg/dL');
  // A true crisis is written with its unit, and stands when the sheet is saved again.
  await enter(h, order, { GLU: '32 mmol/L' });
  const again = await enter(h, order, { GLU: '32' });
  assert.equal(again.results[0]?.critical, true);
  await validate(h, order, { callback: { to: 'BS Quân', readBack: true } });
});
