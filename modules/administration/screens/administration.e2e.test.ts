import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Front, openFront, signIn } from '../testing/front.ts';

let front: Front;
before(
  async () => {
    front = await openFront();
  },
  { timeout: 180_000 },
);
after(() => front?.close());

describe('the administration of people', () => {
  test('a person is added by keyboard, chooses a password, gets a role, and stops working', async () => {
    const { page, context } = await front.visitor();
    await page.goto(`${front.base}/administration`);
    await signIn(page, 'quantri');
    await page.getByRole('row', { name: /Trần Minh Quân/ }).waitFor();
    await page.keyboard.press('F10');
    await page.getByLabel('Họ tên').fill('Trương Thị Hoa');
    await page.getByRole('textbox', { name: 'Tài khoản' }).fill('dd.hoa');
    await page.getByRole('checkbox', { name: 'Điều dưỡng' }).check();
    await page.keyboard.press('Control+Enter');
    const secret = page.locator('.adm-one-time');
    await secret.waitFor();
    const password = (await secret.textContent()) ?? '';
    assert.match(password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    await page.getByRole('button', { name: 'Đã đưa' }).click();
    await page.getByRole('row', { name: /Trương Thị Hoa.*Điều dưỡng/ }).waitFor();

    const hers = await front.visitor({ width: 360, height: 800 });
    await hers.page.goto(front.base);
    await signIn(hers.page, 'dd.hoa', password);
    await hers.page.getByLabel('Mật khẩu mới').fill('12345678');
    await hers.page.keyboard.press('Enter');
    await hers.page.getByRole('alert').getByText('danh sách đã bị lộ').waitFor();
    await hers.page.getByLabel('Mật khẩu mới').fill('gió mùa đông bắc');
    await hers.page.keyboard.press('Enter');
    await hers.page.locator('.w-shell').waitFor();
    assert.equal((await hers.context.request.get(`${front.base}/api/session`)).status(), 200);

    await page.getByRole('row', { name: /Trương Thị Hoa/ }).click();
    await page.getByRole('checkbox', { name: 'Tiếp đón' }).check();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('row', { name: /Trương Thị Hoa.*Điều dưỡng, Tiếp đón/ }).waitFor();
    const { user } = (await (await hers.context.request.get(`${front.base}/api/session`)).json()) as {
      user: { roles: string[] };
    };
    assert.deepEqual(user.roles, ['nurse', 'reception']);

    await page.getByRole('button', { name: 'Cho ngừng làm việc' }).click();
    await page.getByRole('dialog').getByLabel('Lý do').fill('Chuyển công tác');
    await page.getByRole('dialog').getByRole('button', { name: 'Cho ngừng làm việc' }).click();
    // While the dialog is open nothing behind it can be found by its role.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /Trương Thị Hoa/ }).waitFor({ state: 'detached' });
    assert.equal((await hers.context.request.get(`${front.base}/api/session`)).status(), 401);

    // One's own place cannot be given up: nobody else could administer.
    await page.getByRole('row', { name: /Hoàng Anh Tuấn/ }).click();
    await page.getByRole('button', { name: 'Cho ngừng làm việc' }).click();
    await page.getByRole('dialog').getByLabel('Lý do').fill('x');
    await page.getByRole('dialog').getByRole('button', { name: 'Cho ngừng làm việc' }).click();
    await page.getByRole('dialog').getByText('Không tự làm việc này với tài khoản của mình').waitFor();
    await page.keyboard.press('Escape');
    for (const [tab, text] of [
      ['Vai trò', 'Quyền đi theo vai trò'],
      ['Phiên đăng nhập', 'Trong cơ sở'],
      ['Thiết bị', 'Chưa có thiết bị nào'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByText(text).first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${tab}: ${wide} px too wide`);
    }
    await page.keyboard.press('F10');
    await page.getByLabel('Tên máy').fill('Buồng trực K03');
    await page.getByRole('button', { name: 'Tạo mã ghi danh' }).click();
    await page.getByRole('img', { name: 'Mã QR ghi danh' }).waitFor();
    await page.getByRole('button', { name: 'Xong' }).click();
    await page.getByRole('row', { name: /Buồng trực K03.*Chờ ghi danh/ }).waitFor();
    await context.close();
    await hers.context.close();
  });

  test('the director asks who looked at a record, sees the answer and takes it along', async () => {
    const { house } = front;
    const importer = house.actor('importer');
    const made = await house.engine.sendByName(
      'record.write',
      {
        entries: [
          {
            op: 'create',
            resource: {
              resourceType: 'Patient',
              name: [{ text: 'Trần Thị Lan', family: 'Trần', given: ['Thị', 'Lan'] }],
              birthDate: '1964-03-02',
            },
          },
        ],
      },
      importer,
      { key: 'patient-for-access' },
    );
    assert.ok(made.position);
    const desk = await front.visitor();
    await desk.context.request.post(`${front.base}/api/session`, {
      data: { account: 'giamdoc', password: 'mach-demo' },
    });
    const answer = await (await desk.context.request.get(`${front.base}/fhir/Patient?name=lan`)).text();
    const found = JSON.parse(answer) as { entry?: { resource: { id: string } }[] };
    const id = found.entry?.[0]?.resource.id ?? assert.fail(answer);
    assert.equal((await desk.context.request.get(`${front.base}/fhir/Patient/${id}`)).status(), 200);

    const { page, context } = await front.visitor();
    await page.goto(`${front.base}/record-access`);
    await signIn(page, 'giamdoc');
    await page.getByLabel('Người bệnh').pressSequentially('tran lan');
    await page.getByRole('option', { name: /Trần Thị Lan/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /Nguyễn Đức Toàn.*Mở hồ sơ.*read Patient/ }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Xuất CSV' }).click();
    assert.match((await download).suggestedFilename(), /^record-access-.*\.csv$/);
    await context.close();
    await desk.context.close();
  });
});
