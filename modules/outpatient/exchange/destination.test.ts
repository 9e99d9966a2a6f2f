import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '@mach/engine/exchange/destination.ts';
import { nationalPrescription } from './destination.ts';
import type { NationalMessage, NationalPayload } from './payload.ts';
import { nationalPayload } from './payload.ts';
import { nationalSimulator } from './simulator.ts';
import type { NationalAnswer, NationalTransport } from './transport.ts';

const SIGNED = {
  code: '99001abc1234-C',
  kind: 'C',
  facility: { code: '99001' },
  patient: {
    name: 'Trần Thị Lan',
    birthDate: '1964-07-14',
    gender: 'female',
    cccd: '001164000001',
    address: 'Phường Ba Đình, Hà Nội',
  },
  lines: [{ drug: 'x', name: 'paracetamol 500 mg', days: 5, quantity: '10', unit: 'viên', text: 'Uống', note: null }],
  advice: null,
  revisit: null,
  signedAt: '2026-11-24T00:30:00.000Z',
};
const BODY = nationalPayload(SIGNED, {
  diagnoses: [{ code: 'J06.9', name: 'Nhiễm trùng đường hô hấp trên', text: 'Viêm họng' }],
  brands: new Map(),
  signature: 'a.b.c',
});
const signal = AbortSignal.timeout(5_000);
const message = (body: Partial<NationalPayload> = {}, more: Partial<NationalMessage> = {}, attempts = 1) => ({
  id: 'm1',
  kind: 'prescription',
  subject: 'DocumentReference/d1',
  attempts,
  payload: { facility: '99001', prescriber: '000002/DEMO-GPHN', body: { ...BODY, ...body }, ...more },
});
const said = (delivery: Delivery): string =>
  delivery.outcome === 'refused' ? delivery.issues.map((i) => i.text.vi).join(' | ') : delivery.outcome;

test('the simulator takes a sound prescription once, and refuses every fault that the real system names', async () => {
  const to = nationalPrescription({ transport: nationalSimulator(), password: () => 'x' });
  const send = async (...args: Parameters<typeof message>) => said(await to.deliver(message(...args), signal));
  assert.equal(await send(), 'accepted');
  assert.match(await send(), /đã tồn tại/);
  const fresh = '99001abc1235-C';
  const faults: [Partial<NationalPayload>, RegExp][] = [
    [{ ma_don_thuoc: '99001ABC123-C' }, /14 ký tự/],
    [{ ma_don_thuoc: '99002abc1235-C' }, /mã cơ sở đang đăng nhập/],
    [{ ma_don_thuoc: '99001abc1235-N' }, /không khớp loại đơn/],
    [{ loai_don_thuoc: 'x' }, /chỉ nhận c, n, h, y/],
    [{ ho_ten_benh_nhan: ' ' }, /ho_ten_benh_nhan: bắt buộc/],
    [{ ngay_sinh_benh_nhan: '1964-07-14x' }, /phải dạng d\/m\/Y/],
    [{ ngay_sinh_benh_nhan: '14/07/2064' }, /sau ngày kê đơn/],
    [{ ngay_sinh_benh_nhan: '14/07/2022' }, /nguoi_giam_ho.*\| .*can_nang|nguoi_giam_ho/],
    [{ gioi_tinh: 'F' }, /chỉ nhận 1, 2, 3/],
    [{ ngay_gio_ke_don: '24/11/2026' }, /Y-m-d H:m:s/],
    [{ dia_chi: '', ma_dinh_danh_cong_dan: '' }, /dia_chi: bắt buộc/],
    [{ ma_dinh_danh_cong_dan: '123' }, /12 số/],
    [{ chan_doan: [] }, /chan_doan: bắt buộc/],
    [{ chan_doan: [{ ma_chan_doan: 'viêm họng', ten_chan_doan: 'x', ket_luan: '' }] }, /mã ICD-10/],
    [{ thong_tin_don_thuoc: [] }, /thong_tin_don_thuoc: bắt buộc/],
    [{ thong_tin_don_thuoc: BODY.thong_tin_don_thuoc.map((l) => ({ ...l, so_luong: '0' })) }, /lớn hơn 0/],
    [{ thong_tin_don_thuoc: BODY.thong_tin_don_thuoc.map((l) => ({ ...l, cach_dung: '' })) }, /cach_dung: bắt buộc/],
    [
      {
        thong_tin_don_thuoc: BODY.thong_tin_don_thuoc.map((l) => ({ ...l, ten_thuoc: 'Thực phẩm bảo vệ sức khoẻ X' })),
      },
      /không kê thực phẩm/,
    ],
  ];
  for (const [fault, expected] of faults) assert.match(await send({ ma_don_thuoc: fresh, ...fault }), expected);
  for (const prescriber of ['', 'bacsi', '12/DEMO-GPHN'])
    assert.match(await send({ ma_don_thuoc: fresh }, { prescriber }), /không nhận bác sĩ/);
  assert.equal(await send({ ma_don_thuoc: fresh }), 'accepted', 'no refusal has used the code up');
});

test('a prescription that is there already counts as taken only when it may be ours', async () => {
  const to = nationalPrescription({ transport: nationalSimulator(), password: () => 'x' });
  assert.equal((await to.deliver(message(), signal)).outcome, 'accepted');
  const lost = await to.deliver(message({}, {}, 2), signal);
  assert.equal(lost.outcome, 'accepted');
  assert.equal(lost.outcome === 'accepted' && (lost.receipt as { twice: boolean }).twice, true);
  assert.equal((await to.deliver(message(), signal)).outcome, 'refused');
});

function scripted(
  ...answers: (NationalAnswer | Error)[]
): NationalTransport & { calls: [string, string | undefined][] } {
  const calls: [string, string | undefined][] = [];
  return {
    name: 'scripted',
    simulated: false,
    calls,
    post(path, _, token) {
      calls.push([path.split('/').at(-1) ?? '', token]);
      const answer = answers.shift();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? { status: 500, body: '' });
    },
  };
}
const login = (token: string): NationalAnswer => ({ status: 200, body: { token, token_type: 'bearer' } });

test('tokens are kept, and renewed once when they are refused', async () => {
  let now = 0;
  const transport = scripted(
    login('one'),
    { status: 200, body: {} },
    { status: 200, body: {} },
    { status: 401, body: { message: 'Token hết hạn' } },
    login('two'),
    { status: 200, body: {} },
    login('three'),
    { status: 401, body: {} },
    login('four'),
    { status: 401, body: { message: 'Token sai' } },
  );
  const to = nationalPrescription({ transport, password: () => 'x', now: () => now });
  for (const step of [1, 2, 3]) assert.equal(said(await to.deliver(message(), signal)), 'accepted', `message ${step}`);
  now += 13 * 3_600_000;
  assert.match(said(await to.deliver(message(), signal)), /Token sai/);
  assert.deepEqual(
    transport.calls.map(([, token]) => token ?? 'login'),
    ['login', 'one', 'one', 'one', 'login', 'two', 'login', 'three', 'login', 'four'],
  );
});

test('overload, faults and silence are asked again; a refusal in any shape is read', async () => {
  for (const status of [408, 429, 500, 502, 503]) {
    const to = nationalPrescription({ transport: scripted(login('x'), { status, body: 'x' }), password: () => 'x' });
    assert.equal((await to.deliver(message(), signal)).outcome, 'later', String(status));
  }
  const silent = nationalPrescription({
    transport: scripted(login('x'), new Error('ECONNRESET')),
    password: () => 'x',
  });
  await assert.rejects(silent.deliver(message(), signal), /ECONNRESET/);
  const waiting = nationalPrescription({ transport: scripted(), password: () => undefined });
  const delivery = await waiting.deliver(message(), signal);
  assert.equal(delivery.outcome === 'later' && /no password/.test(delivery.reason), true);
  for (const body of ['Sai mã', ['Sai mã'], { message: 'Sai mã' }, { errors: { ma_don_thuoc: ['Sai mã'] } }]) {
    const to = nationalPrescription({ transport: scripted(login('x'), { status: 422, body }), password: () => 'x' });
    assert.match(said(await to.deliver(message(), signal)), /Sai mã/);
  }
});

test('a partial birth date, an insurance number and a guardian find their places', () => {
  const payload = nationalPayload(
    { ...SIGNED, patient: { ...SIGNED.patient, birthDate: '1950', gender: null }, revisit: '2026-12-24' },
    {
      diagnoses: [],
      brands: new Map([['x', 'Mẫudol']]),
      signature: '',
      insurance: 'GD401',
      guardian: 'Lê Thị Hoa, 0912',
    },
  );
  assert.equal(payload.ngay_sinh_benh_nhan, '01/01/1950');
  assert.equal(payload.gioi_tinh, '1');
  assert.equal(payload.ngay_tai_kham, '30');
  assert.equal(payload.ma_so_the_bao_hiem_y_te, 'GD401');
  assert.equal(payload.thong_tin_nguoi_giam_ho, 'Lê Thị Hoa, 0912');
  assert.equal(payload.thong_tin_don_thuoc[0]?.biet_duoc, 'Mẫudol');
});
