import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import administration from '@mach/administration/module.ts';
import encounter from '@mach/encounter/module.ts';
import { fixtures, writeFixtures } from '@mach/encounter/testing.ts';
import access from '@mach/engine/policy/module.ts';
import outpatient from '@mach/outpatient/module.ts';
import reception from '@mach/reception/module.ts';
import { switchPolicy } from '../../apps/server/testing/access.ts';
import { type Desks, openDesks } from '../../apps/server/testing/desk.ts';
import { PHONE } from '../../apps/server/testing/hands.ts';
import { closeRequest, openRequest, restrict } from './contract.ts';
import privacy from './module.ts';

/** Data protection in a real browser: from a refused record to the line that the patient reads. */
const CODE = '2600-000-123';
const REASON = 'Hôn mê tại sảnh, cần biết dị ứng';
let desks: Desks;
let patient = '';

before(
  async () => {
    desks = await openDesks([fixtures, encounter, reception, outpatient, access, privacy, administration], {
      name: 'privacy',
      before: async (house) => {
        await writeFixtures(
          house,
          {
            resourceType: 'Patient',
            id: 'lan',
            name: [{ text: 'Trần Thị Lan', family: 'Trần', given: ['Thị', 'Lan'] }],
            birthDate: '1964-07-14',
            identifier: [{ system: 'https://mach.vn/fhir/sid/patient-code', value: CODE }],
          },
          {
            resourceType: 'AllergyIntolerance',
            id: 'lan-penicillin',
            clinicalStatus: {
              coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
            },
            code: { text: 'Penicillin' },
            patient: { reference: 'Patient/lan' },
          },
          {
            resourceType: 'Patient',
            id: 'hung',
            name: [{ text: 'Lê Văn Hùng', family: 'Lê', given: ['Văn', 'Hùng'] }],
          },
          {
            resourceType: 'Encounter',
            id: 'hung-visit',
            status: 'in-progress',
            class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
            subject: { reference: 'Patient/hung' },
            period: { start: '2026-11-23T23:00:00Z' },
          },
        );
        patient = 'lan';
      },
    });
    await switchPolicy(desks.house, 'care-relation');
  },
  { timeout: 180_000 },
);
after(() => desks?.close());

describe('data protection on screen', () => {
  test('a doctor is refused, learns why, breaks the glass; the officer reviews it; the patient reads it', async () => {
    const doctor = await desks.desk('bacsi', '/glass');
    const refused = await doctor.context.request.get(`${desks.base}/fhir/Patient/${patient}`);
    assert.equal(refused.status(), 404);
    await doctor.sees(/Chỉ xem người bệnh mình hoặc khoa, phòng mình/);
    await doctor.sees(/Ai cho phép được: Phụ trách bảo vệ dữ liệu/);
    const open = doctor.page.getByRole('main').getByRole('button', { name: 'Mở khẩn cấp', exact: true });
    assert.equal(await open.isDisabled(), true, 'nothing without a reason');
    await doctor.page.getByLabel('Số trên giấy tờ').fill(CODE);
    await doctor.page.getByLabel('Lý do').fill(REASON);
    await doctor.page.getByLabel('Trong bao lâu').selectOption('1');
    await doctor.check('glass');
    await open.click();
    const strip = doctor.page.locator('.w-glass');
    await strip.getByText('Trần Thị Lan').waitFor();
    assert.match((await strip.textContent()) ?? '', /đến 08:0\d, còn (59′|1:00)/);
    await doctor.sees(/Penicillin/);
    await doctor.check('glass-open');
    await strip.getByRole('button', { name: 'Đóng lại' }).click();
    await strip.waitFor({ state: 'detached' });
    await doctor.page.waitForFunction(async (id) => (await fetch(`/fhir/Patient/${id}`)).status === 404, patient);
    await doctor.context.close();

    const desk = await desks.desk('tiepdon', `/consent/${patient}`, { viewport: PHONE });
    await desk.page.getByRole('button', { name: 'Hỏi' }).first().click();
    const record = desk.page.getByRole('button', { name: 'Ghi lại' });
    assert.equal(await desk.page.getByRole('radio', { checked: true }).count(), 0, 'nothing is preset');
    await desk.page.getByRole('radio', { name: 'Từ chối' }).check();
    await desk.page.getByLabel('Bằng cách nào').selectOption('paper');
    await desk.check('consent-phone');
    await record.click();
    await record.waitFor({ state: 'detached' });
    await desk.page.getByRole('button', { name: 'Đổi' }).waitFor();
    await desk.page.getByLabel('Loại').selectOption('access');
    await desk.page.getByLabel('Yêu cầu cụ thể').fill('Xin biết ai đã xem hồ sơ của tôi');
    await desk.page.getByRole('button', { name: 'Tiếp nhận' }).click();
    await desk.sees(/Đã tiếp nhận YC26-000001, trả lời trước 26\/11\/2026, xong trước 04\/12\/2026/);
    await desk.context.close();

    // The log is asked for what was before this moment.
    desks.house.clock.advance(120_000);
    const officer = await desks.desk('baomat', '/privacy');
    const glass = officer.page.getByRole('row', { name: new RegExp(REASON) });
    await glass.waitFor();
    await officer.check('work');
    await glass.click();
    const review = officer.page.getByRole('button', { name: 'Kết luận và đóng' });
    assert.equal(await review.isDisabled(), true);
    await officer.page.getByRole('radio', { name: 'Chính đáng', exact: true }).check();
    await officer.page.getByLabel('Ghi chú').fill('Đã gặp bác sĩ, đúng là cấp cứu');
    await officer.check('review');
    await review.click();
    await glass.waitFor({ state: 'detached' });
    await officer.page.getByRole('row', { name: /YC26-000001/ }).click();
    await officer.page.getByRole('button', { name: 'Tôi nhận xử lý' }).click();
    await officer.sees('Trần Thị Kim Ngân');
    const looked = officer.page.getByRole('row', { name: /Trần Minh Quân.*Mở khẩn cấp/ }).first();
    await looked.waitFor();
    assert.match((await looked.textContent()) ?? '', new RegExp(REASON));
    const download = officer.page.waitForEvent('download');
    await officer.page.getByRole('button', { name: 'Tải nhật ký ai đã xem' }).click();
    assert.match((await download).suggestedFilename(), /^access-log-.*\.csv$/);
    await officer.sees(/Nhật ký ai đã xem: \d+ dòng/);
    await officer.check('request');
    await officer.context.close();
  });

  test('whoever is refused on his own screen learns which rule, who can grant it, and comes back with the record', async () => {
    const place = '/kham/visit/hung-visit';
    const doctor = await desks.desk('bacsi', place);
    const told = doctor.page.getByRole('alert').filter({ hasText: 'không mở cho bạn' });
    await told.getByText(/Chỉ xem người bệnh mình hoặc khoa, phòng mình/).waitFor();
    await told.getByText(/Ai cho phép được: Phụ trách bảo vệ dữ liệu, Giám đốc/).waitFor();
    await doctor.check('refused');
    await told.getByRole('button', { name: 'Mở khẩn cấp' }).click();
    await told.waitFor({ state: 'detached' });
    await doctor.page.getByLabel('Lý do').fill('Ngừng tuần hoàn tại phòng chờ');
    assert.equal(await doctor.page.getByLabel('Số trên giấy tờ').count(), 0, 'whom it is about is known');
    await doctor.page.getByRole('main').getByRole('button', { name: 'Mở khẩn cấp', exact: true }).click();
    await doctor.page.getByRole('button', { name: 'Về màn hình đang làm' }).click();
    await doctor.page.waitForURL(`**${place}`);
    await doctor.page.locator('.m-banner').getByText('Lê Văn Hùng').waitFor();
    assert.equal(await told.count(), 0);
    await doctor.context.close();
  });

  test('a restriction is placed, shown where the record is opened, and lifted with a reason', async () => {
    const { house } = desks;
    const by = { patient: 'hung', by: 'Lê Văn Hùng', relation: 'self', channel: 'desk' } as const;
    const input = { ...by, kind: 'restrict', detail: 'Không dùng hồ sơ của tôi để giảng dạy' } as const;
    const { request, code } = await house.send(openRequest, input, 'privacy-officer');
    await house.send(restrict, { request, purposes: ['TRAIN'], close: false }, 'privacy-officer');
    await house.send(
      closeRequest,
      { request, outcome: 'granted', letter: 'Đã hạn chế như yêu cầu' },
      'privacy-officer',
    );
    // The glass that was broken for him still lasts.
    const doctor = await desks.desk('bacsi', '/kham/visit/hung-visit');
    await doctor.page.locator('.m-banner').getByText('Hạn chế dùng dữ liệu').waitFor();
    await doctor.check('restricted-banner');
    await doctor.context.close();
    // The desks that do not open his record are told as well.
    const clerk = await desks.desk('tiepdon', '/reception/person/hung');
    await clerk.page.locator('.m-banner').getByText('Hạn chế dùng dữ liệu').waitFor();
    await clerk.check('restricted-desk');
    const officer = await desks.desk('baomat', '/privacy');
    await officer.page.getByRole('row', { name: new RegExp(code) }).click();
    assert.equal(await officer.page.getByRole('button', { name: 'Trả lời và đóng' }).count(), 0, 'it is answered');
    const lift = officer.page.getByRole('button', { name: 'Bỏ hạn chế' });
    assert.equal(await lift.isDisabled(), true, 'not without a reason');
    await officer.page.getByLabel('Lý do bỏ hạn chế').fill('Người bệnh xin bỏ, đơn ngày 24/11/2026');
    await officer.check('restriction');
    assert.match(
      await officer.paper(() => officer.page.getByRole('button', { name: 'In thư trả lời' }).click()),
      /^tra-loi-YC/,
    );
    await lift.click();
    await officer.page.getByText('Không có hạn chế nào đang giữ').waitFor();
    await officer.context.close();
    // It goes from an open screen by itself.
    await clerk.page.locator('.m-banner').getByText('Hạn chế dùng dữ liệu').waitFor({ state: 'detached' });
    await clerk.context.close();
  });

  test('the policy is tried on the past and switched by two; the register and the log stand beside it', async () => {
    const officer = await desks.desk('baomat', '/privacy/policy');
    await officer.page.getByRole('button', { name: 'Thử trên quá khứ' }).click();
    await officer.sees(/lượt xem và thao tác của/);
    await officer.page.getByLabel('Lý do đổi').fill('Diễn tập chuyển chính sách');
    await officer.check('policy');
    await officer.page.getByRole('button', { name: 'Đề nghị đổi', exact: true }).click();
    await officer.sees(/đề nghị đổi sang "Theo vai trò"/);
    assert.equal(await officer.page.getByRole('button', { name: 'Xác nhận đổi' }).count(), 0);
    const second = await desks.desk('quantri', '/privacy');
    await second.page.getByLabel('Lý do xác nhận').fill('Đồng ý chuyển');
    await second.page.getByRole('button', { name: 'Xác nhận đổi' }).click();
    await second.page.getByRole('listitem').filter({ hasText: 'Theo vai trò' }).getByText('Đang bật').first().waitFor();
    await second.context.close();
    await officer.page.getByRole('tab', { name: 'Sổ xử lý dữ liệu' }).click();
    await officer.page.getByRole('row', { name: /Tiếp đón, định danh người bệnh/ }).waitFor();
    await officer.check('register');
    await officer.page.getByRole('tab', { name: 'Nhật ký' }).click();
    const file = officer.page.waitForEvent('download');
    await officer.page.getByRole('button', { name: 'Xuất JSON có chữ ký' }).click();
    assert.match((await file).suggestedFilename(), /^audit-.*\.json$/);
    await officer.check('log');
    await officer.context.close();
  });
});
