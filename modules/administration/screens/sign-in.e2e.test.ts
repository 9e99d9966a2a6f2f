import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { hotp, totpStep } from '@mach/engine/identity/totp.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { asOwner } from '../../../apps/server/owner.ts';
import { command, type Front, openFront, PASSWORD, signIn, signOut } from '../testing/front.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The secret as an authenticator app reads it from the screen (RFC 4648 §6). */
function secretOf(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

let front: Front;
let page: Page;
let context: BrowserContext;
const now = (): number => totpStep(front.house.clock.now().getTime());

before(
  async () => {
    front = await openFront();
    ({ page, context } = await front.visitor());
  },
  { timeout: 180_000 },
);
after(() => front?.close());

/** The page of the person who is signed in shows their name. */
const signedIn = (name: string) => page.getByRole('button', { name: `${name}. Người dùng và hiển thị` }).waitFor();

/** Keys as a wedge scanner sends them: one every 5 ms by the events' own clock. */
async function scan(code: string): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const start = Date.now() / 1000 + 0.05;
  for (const [i, key] of [...code, 'Enter'].entries()) {
    const timestamp = start + i * 0.005;
    const text = key === 'Enter' ? '\r' : key;
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp: timestamp + 0.001 });
  }
  await devtools.detach();
}

describe('signing in', () => {
  test('who works in two facilities says where, comes back to the last one, and switches by the menu', async () => {
    const { house, base } = front;
    const [here, there] = [house.engine.facility(1), house.engine.facility(2)];
    await asOwner({ ownerUrl: house.ownerUrl }, (owner) =>
      owner.query(
        `insert into system.membership (tenant, account, roles)
         select 2, m.account, m.roles from system.membership m join system.account a on a.id = m.account
         where a.login = 'tiepdon'`,
      ),
    );
    const clerk = await front.visitor();
    const stands = (name: string) => clerk.page.locator('.w-top-facility', { hasText: name }).waitFor();
    await clerk.page.goto(`${base}/account`);
    await signIn(clerk.page, 'tiepdon');
    await clerk.page.getByRole('heading', { name: 'Chọn cơ sở' }).waitFor();
    assert.equal((await clerk.context.request.get(`${base}/api/session`)).status(), 401, 'nothing is open yet');
    await clerk.page.getByRole('button', { name: there.name }).click();
    await stands(there.name);

    await signOut(clerk.page);
    await signIn(clerk.page, 'tiepdon');
    await stands(there.name);

    // The clock stands, and which facility was the last one is told by it.
    house.clock.advance(60_000);
    await clerk.page.getByRole('button', { name: 'Người dùng và hiển thị' }).click();
    await clerk.page.getByRole('menuitem', { name: here.name }).click();
    await stands(here.name);
    const session = await (await clerk.context.request.get(`${base}/api/session`)).json();
    assert.equal((session as { facility: { code: string } }).facility.code, here.code);

    // Back to the last one, which is now the other.
    await signOut(clerk.page);
    await signIn(clerk.page, 'tiepdon');
    await stands(here.name);
    await clerk.context.close();
  });

  test('an authenticator app is set up, and then asked for; a recovery code stands in for it', async () => {
    await page.goto(`${front.base}/account`);
    await signIn(page, 'dieuduong', 'wrong');
    await page.getByRole('alert').getByText('Sai tài khoản hoặc mật khẩu').waitFor();
    await signIn(page, 'dieuduong');
    await page.getByRole('button', { name: 'Thêm ứng dụng xác thực' }).click();
    await page.getByRole('img', { name: 'Mã QR cho ứng dụng xác thực' }).waitFor();
    await page.getByText('Không quét được: nhập khoá').click();
    const secret = secretOf((await page.locator('.adm-secret').textContent()) ?? '');
    assert.equal(secret.length, 20);
    await page.getByLabel('Mã xác thực').fill(hotp(secret, now()));
    await page.keyboard.press('Enter');
    const codes = page.getByRole('list', { name: 'Mã khôi phục' }).getByRole('listitem');
    await codes.first().waitFor();
    assert.equal(await codes.count(), 10);
    const recovery = (await codes.nth(4).textContent()) ?? '';
    await page.getByRole('button', { name: 'Đã cất' }).click();
    await page.getByText('Còn 10 mã khôi phục chưa dùng').waitFor();

    await signOut(page);
    await signIn(page, 'dieuduong');
    await page.getByRole('heading', { name: 'Xác thực hai lớp' }).waitFor();
    assert.equal((await context.request.get(`${front.base}/api/session`)).status(), 401, 'half-open is not in');
    await page.getByLabel('Mã xác thực').fill('000000');
    await page.getByRole('alert').getByText('Mã không đúng hoặc đã dùng').waitFor();
    // The clock stands: the next period's code is within the drift, and later than the one that was used.
    await page.getByLabel('Mã xác thực').fill(hotp(secret, now() + 1));
    await signedIn('CNĐD. Lê Thị Thu Hà');

    await signOut(page);
    await signIn(page, 'dieuduong');
    await page.getByLabel('Mã xác thực').fill(recovery.toLowerCase());
    await page.keyboard.press('Enter');
    await signedIn('CNĐD. Lê Thị Thu Hà');
  });

  test('a passkey signs in alone, and as the second factor', async () => {
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.getByRole('button', { name: 'Thêm passkey' }).click();
    await page.getByText('Passkey · Máy này').waitFor();

    await signOut(page);
    await page.getByRole('button', { name: 'Đăng nhập bằng passkey' }).click();
    await signedIn('CNĐD. Lê Thị Thu Hà');

    await signOut(page);
    await signIn(page, 'dieuduong');
    await page.getByRole('button', { name: 'Dùng passkey' }).click();
    await signedIn('CNĐD. Lê Thị Thu Hà');
    await devtools.detach();
  });

  test('a shared computer is enrolled; people change over with badge and PIN; an idle screen locks', async () => {
    await page.getByLabel('Số thẻ').fill('TH-0042');
    await page.getByLabel('PIN', { exact: true }).fill('860427');
    await page.keyboard.press('Enter');
    await page.getByText('Đang dùng thẻ TH-0042').waitFor();
    const doctor = await front.visitor();
    await doctor.context.request.post(`${front.base}/api/session`, { data: { account: 'bacsi', password: PASSWORD } });
    const badge = { badge: 'TH-0007', pin: '975318' };
    assert.equal((await doctor.context.request.post(`${front.base}/api/account/badge`, { data: badge })).status(), 204);
    const admin = await front.visitor();
    await admin.context.request.post(`${front.base}/api/session`, { data: { account: 'quantri', password: PASSWORD } });
    const token = randomBytes(32).toString('base64url');
    await command(admin.context, front.base, 'enrol-device', { kind: 'ward', label: 'Buồng trực K03', token });
    await signOut(page);

    await page.goto(`${front.base}/#device=${token}`);
    await page.reload();
    await page.getByRole('button', { name: 'Ghi danh', exact: true }).click();
    await page.getByText('Đã ghi danh: Buồng trực K03').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Máy dùng chung: Buồng trực K03').waitFor();
    assert.equal(new URL(page.url()).hash, '', 'the token does not stay in the address');

    await page.getByLabel('Số thẻ').focus();
    await page.keyboard.type('TH-0042');
    await page.keyboard.press('Enter');
    await page.keyboard.type('111111');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Sai thẻ hoặc PIN').waitFor();
    await page.keyboard.type('860427');
    await page.keyboard.press('Enter');
    await signedIn('CNĐD. Lê Thị Thu Hà');

    // Somebody else's badge over the open screen: it is theirs after the PIN.
    const limits = page.waitForResponse((answer) => answer.url().endsWith('/api/session') && answer.ok());
    await page.reload();
    await limits;
    await page.waitForFunction(() => document.querySelector('.w-shell') !== null);
    for (let tries = 0; tries < 20 && (await page.getByLabel('PIN', { exact: true }).count()) === 0; tries++) {
      await scan('TH-0007');
      await page
        .getByText('Máy dùng chung: Buồng trực K03')
        .waitFor({ timeout: 2_000 })
        .catch(() => undefined);
    }
    assert.equal(await page.getByLabel('Số thẻ').inputValue(), 'TH-0007');
    await page.getByLabel('PIN', { exact: true }).fill('975318');
    await page.keyboard.press('Enter');
    await signedIn('BSCKI. Trần Minh Quân');

    front.house.clock.advance(6 * 60_000);
    await page.reload();
    await page.getByText('Máy dùng chung: Buồng trực K03').waitFor();
  });
});
