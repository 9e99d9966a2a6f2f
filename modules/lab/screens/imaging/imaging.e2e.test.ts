import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DiagnosticReport, Media, ServiceRequest } from '@mach/fhir/types.ts';
import { correctionsOf, imagesOf, LAB_EXT, recommendationOf, startImaging } from '../../contract.ts';
import { type Desk, openPlace, PHONE, type Place } from '../../testing/desk.ts';
import { get, orderState, pointing } from '../../testing/house.ts';
import { ordered } from '../../testing/people.ts';
import { png } from '../../testing/pictures.ts';

/** The imaging room walked by its doctor: journey a10. */
let place: Place;
const room = (more?: Parameters<Place['desk']>[2]): Promise<Desk> => place.desk('cdha', '/imaging', more);

before(
  async () => {
    place = await openPlace();
    place.house.clock.set('2026-11-21T02:00:00.000Z');
    await ordered(place.house, 'hung', ['ECG']);
    place.house.clock.set('2026-11-24T01:00:00.000Z');
  },
  { timeout: 180_000 },
);
after(() => place?.close());

describe('imaging', () => {
  test('who lies here, what must be asked, and nothing starts before; a man is not asked whether he is pregnant', async () => {
    const { orders, visitCode } = await ordered(place.house, 'mai', ['XQ-NGUC']);
    const his = await ordered(place.house, 'hung', ['XQ-NGUC']);
    const [order = ''] = orders;
    const desk = await room();
    const { page } = desk;
    await page.locator('.m-workitem').nth(1).waitFor();
    assert.equal(await page.locator('.m-workitem').count(), 2, 'the work of an earlier day is folded away');
    await desk.press('F2');
    await page.getByText('Đang hoặc có thể đang mang thai?').waitFor();
    await desk.scan(his.visitCode);
    await page.getByRole('alert').filter({ hasText: 'SAI NGƯỜI BỆNH' }).waitFor();
    await desk.scan(visitCode);
    await desk.sees(/Đã quét/);
    await page.getByLabel('Không rõ').check();
    await desk.sees('Có nguy cơ');
    await desk.press('Control+Enter');
    assert.equal(await orderState(place.house, order), 'signed');
    await page.getByLabel('Lý do vẫn làm').fill('Cấp cứu, che chì, BS Quân đồng ý');
    await desk.check('imaging-start');
    await desk.press('Control+Enter');
    await page.getByLabel('Mô tả').waitFor();
    const kept = await get<ServiceRequest>(place.house, 'ServiceRequest', order);
    const answers = kept.extension?.filter((one) => one.url === LAB_EXT.safety) ?? [];
    assert.deepEqual(
      answers.map((one) => one.extension?.map((part) => part.valueCode)),
      [['pregnancy', 'unknown']],
    );
    await page.locator('.m-workitem', { hasText: 'Hùng' }).click();
    await page.locator('.m-banner-name', { hasText: 'Hùng' }).waitFor();
    await page.getByPlaceholder(/Quét phiếu khám/).waitFor();
    assert.equal(await page.getByText('mang thai').count(), 0);
    await desk.context.close();
  });

  test('the normal template is written once; what must be measured holds the report; a correction keeps the rest', async () => {
    const { orders } = await ordered(place.house, 'be', ['ECG']);
    const [order = ''] = orders;
    await place.house.send(startImaging, { order, patient: 'be' }, 'radiographer');
    const desk = await room();
    const { page } = desk;
    await page.locator('.m-workitem', { hasText: 'Khôi' }).click();
    const findings = page.getByLabel('Mô tả');
    await findings.waitFor();
    // The template comes with the form of its examination.
    await page.getByRole('button', { name: 'Mẫu bình thường' }).waitFor();
    await desk.press('Control+d');
    await page.locator('.m-finish-missing', { hasText: 'Còn 4 chỗ chưa đo' }).waitFor();
    await desk.press('Control+d');
    const text = await findings.inputValue();
    assert.equal(text.split('Nhịp xoang').length, 2, 'once');
    assert.equal(await page.getByRole('button', { name: 'Mẫu bình thường' }).count(), 1);
    await desk.type('120');
    for (const value of ['140', '80', '400']) {
      await desk.press('Tab');
      await desk.type(value);
    }
    assert.match(await findings.inputValue(), /tần số 120 chu kỳ.*PR 140 ms. QRS 80 ms.*QTc 400 ms/s);
    await page.getByLabel('Đề nghị').fill('Theo dõi Holter');
    await page.locator('.m-finish-ready').waitFor();
    await desk.check('imaging-report');
    await desk.press('Control+Enter');
    await desk.sees('Đã trả kết quả của Nguyễn Minh Khôi');
    assert.equal(await orderState(place.house, order), 'validated');
    await page.getByRole('button', { name: 'Đã trả' }).click();
    await page.locator('.m-workitem', { hasText: 'Khôi' }).click();
    await desk.sees('Theo dõi Holter');
    await page.getByRole('button', { name: 'Đính chính' }).click();
    await page.locator('.m-drawer').getByLabel('Kết luận').fill('Nhịp nhanh xoang');
    await page.locator('.m-drawer').getByLabel('Lý do').fill('Đọc lại');
    await desk.press('Control+Enter');
    await desk.sees('Đã đính chính kết quả');
    await desk.sees(/Trước là Điện tim trong giới hạn bình thường/);
    await desk.check('imaging-corrected');
    const [report] = await pointing<DiagnosticReport>(place.house, 'DiagnosticReport.based-on', order);
    assert.ok(report && recommendationOf(report) === 'Theo dõi Holter');
    assert.equal(correctionsOf(report)[0]?.reason, 'Đọc lại');
    await desk.context.close();
  });

  test('key images: chosen, pasted, captioned; on the report, in its correction, and on the paper', async () => {
    const { orders } = await ordered(place.house, 'lan', ['XQ-NGUC']);
    const [order = ''] = orders;
    const safety = [{ question: 'pregnancy', answer: 'no' as const }];
    await place.house.send(startImaging, { order, patient: 'lan', safety }, 'radiographer');
    const desk = await room();
    const { page } = desk;
    await page.locator('.m-workitem', { hasText: 'Lan' }).last().click();
    const picker = page.getByLabel('Thêm ảnh');
    await picker.setInputFiles([
      { name: 'phim.png', mimeType: 'image/png', buffer: png(2_400, 1_800) },
      { name: 'phim.dcm.png', mimeType: 'image/png', buffer: Buffer.from('DICM, not a picture') },
    ]);
    await page.getByText('Không đọc được tệp phim.dcm.png').waitFor();
    await page.getByLabel('Chú thích ảnh 1').fill('Đáy phổi phải');
    await page.evaluate(
      async (bytes) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], 'dan.png', { type: 'image/png' }));
        document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
      },
      [...png(320, 240)],
    );
    await page.getByLabel('Chú thích ảnh 2').waitFor();
    await page.locator('.m-image img').nth(1).waitFor();
    await page.getByLabel('Mô tả').fill('Đám mờ đáy phổi phải');
    await page.getByLabel('Kết luận').fill('Viêm phổi thuỳ dưới phải');
    await desk.check('imaging-pictures');
    await desk.press('Control+Enter');
    await desk.sees('Đã trả kết quả');
    const [report] = await pointing<DiagnosticReport>(place.house, 'DiagnosticReport.based-on', order);
    assert.ok(report);
    assert.deepEqual(
      imagesOf(report).map(({ caption }) => caption),
      ['Đáy phổi phải', ''],
    );
    const first = await get<Media>(place.house, 'Media', imagesOf(report)[0]?.media ?? '');
    assert.deepEqual([first.width, first.height, first.content.contentType], [1_600, 1_200, 'image/jpeg']);
    await page.getByRole('button', { name: 'Đã trả' }).click();
    await page.locator('.m-workitem', { hasText: 'Lan' }).last().click();
    await page.getByRole('button', { name: 'Ảnh 1: Đáy phổi phải' }).click();
    await page.locator('.m-image-large img').waitFor();
    await desk.check('imaging-pictures-done');
    await page.getByRole('button', { name: 'Đính chính' }).click();
    await page.getByRole('button', { name: 'Bỏ ảnh 2' }).click();
    await page.locator('.m-drawer').getByLabel('Lý do').fill('Ảnh thừa');
    await desk.press('Control+Enter');
    await desk.sees('Đã đính chính kết quả');
    const corrected = await get<DiagnosticReport>(place.house, 'DiagnosticReport', report.id ?? '');
    assert.equal(imagesOf(corrected).length, 1);
    const paper = await page.request.get(new URL(`/api/print/lab.imaging/${order}.pdf`, page.url()).href);
    assert.equal(paper.headers()['content-type'], 'application/pdf');
    await desk.context.close();
  });

  test('dark, English and on a phone', async () => {
    await ordered(place.house, 'mai', ['CT-NGUC-C']);
    for (const [name, more] of [
      ['dark', { preferences: { theme: 'dark' } }],
      ['english', { preferences: { language: 'en' } }],
      ['phone', { viewport: PHONE }],
    ] as const) {
      const desk = await room(more);
      const one = desk.page.locator('.m-workitem', { hasText: 'Mai' }).last();
      await one.waitFor();
      await desk.check(`imaging-${name}-list`);
      await one.click();
      await desk.page.locator('.m-segmented').nth(2).waitFor();
      await desk.check(`imaging-${name}-start`);
      await desk.context.close();
    }
  });
});
