import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { cancelPrescription, prescriptionStateOf } from '@mach/encounter/contract.ts';
import { commandRef, readView } from '@mach/engine';
import type { Provenance, Task } from '@mach/fhir/types.ts';
import {
  diagnose,
  NATIONAL_PRESCRIPTION,
  type PrescribeLineInput,
  prescribe,
  recordAllergies,
  sendPrescription,
} from './contract.ts';
import type { NationalOptions } from './exchange/destination.ts';
import type { NationalMessage, NationalPayload } from './exchange/payload.ts';
import { nationalSimulator, SIMULATOR } from './exchange/simulator.ts';
import { httpTransport } from './exchange/transport.ts';
import { type House, LAN, outpatientHouse, refusal, visit } from './testing.ts';

const PARA: PrescribeLineInput = { drug: 'paracetamol-500-mg-v', perDose: '1', timesPerDay: 2, days: 5 };
const retry = commandRef<{ message: string }, unknown>('exchange.retry');

async function prescribed(house: House): Promise<{ encounter: string; prescription: string; code: string }> {
  const encounter = await visit(house, LAN);
  await house.send(diagnose, { encounter, diagnoses: [{ code: 'J06.9', principal: true }] }, 'doctor');
  await house.send(recordAllergies, { patient: LAN, none: true }, 'doctor');
  const revisit = '2026-12-01';
  const done = await house.send(prescribe, { encounter, lines: [PARA], advice: 'Nghỉ ngơi', revisit }, 'doctor');
  const [first] = done.prescriptions;
  return { encounter, prescription: first?.prescription ?? '', code: first?.code ?? '' };
}

async function stateOf(house: House, encounter: string): Promise<string | undefined> {
  const tasks = await house.referring<Task>('Task.encounter', encounter);
  return tasks.map(prescriptionStateOf).find((state) => state !== undefined);
}

const outbox = async (house: House): Promise<Record<string, unknown>[]> =>
  (await readView(house.engine, house.actor(['administrator', 'director', 'claims-officer']), 'exchange.outbox', {}))
    .rows;

test('a signed prescription goes out by itself and comes back with its national code', async (t) => {
  const house = await outpatientHouse(t);
  const { encounter, code } = await prescribed(house);
  assert.equal(await stateOf(house, encounter), 'signed', 'care does not wait');
  await house.settle();
  assert.equal(await stateOf(house, encounter), 'national-code');
  const [message] = await outbox(house);
  assert.equal(message?.destination, NATIONAL_PRESCRIPTION);
  assert.equal(message?.state, 'accepted');
  assert.equal(message?.owner, 'doctor');
  // Right after the exam: an hour at most.
  assert.equal(Date.parse(String(message?.deadline)) - Date.parse(String(message?.createdAt)), 3_600_000);
  const receipt = message?.receipt as { code: string; by: string };
  assert.deepEqual([receipt.code, receipt.by], [code, SIMULATOR]);
  const page = await readView(house.engine, house.actor('doctor'), 'outpatient.prescriptions', {});
  assert.deepEqual(
    [page.rows[0]?.code, page.rows[0]?.state, page.rows[0]?.nationalIssue],
    [code, 'national-code', null],
  );
  const again = await house.send(sendPrescription, { prescription: String(page.rows[0]?.prescription) }, 'system');
  assert.equal(again.message, null, 'sent once');
});

test('a refusal stays as work for the prescriber, and ends when the prescription is taken at last', async (t) => {
  let known = false;
  const transport = nationalSimulator({ knows: () => known });
  const house = await outpatientHouse(t, { transport, password: () => 'x' });
  const { encounter } = await prescribed(house);
  await house.settle();
  assert.equal(await stateOf(house, encounter), 'sent');
  const works = (await house.referring<Task>('Task.encounter', encounter)).filter((task) => task.partOf);
  assert.equal(works.length, 1);
  assert.equal(works[0]?.owner?.reference, 'Practitioner/prac-doctor');
  assert.match(works[0]?.description ?? '', /000002\/DEMO-GPHN/);
  const row = async () => (await readView(house.engine, house.actor('doctor'), 'outpatient.prescriptions', {})).rows[0];
  assert.match(String((await row())?.nationalIssue), /không nhận bác sĩ/);
  known = true;
  const [message] = await outbox(house);
  await house.send(retry, { message: String(message?.key) }, 'doctor');
  await house.settle();
  assert.equal(await stateOf(house, encounter), 'national-code');
  assert.equal((await row())?.nationalIssue, null);
});

test('a silent national system is asked again, and nothing is lost', async (t) => {
  let silent = true;
  const house = await outpatientHouse(t, {
    transport: nationalSimulator({ silent: () => silent }),
    password: () => 'x',
  });
  const { encounter } = await prescribed(house);
  await house.settle();
  assert.equal(await stateOf(house, encounter), 'sent');
  assert.equal((await outbox(house))[0]?.state, 'pending');
  silent = false;
  house.clock.advance(600_000);
  await house.settle();
  assert.equal(await stateOf(house, encounter), 'national-code');
});

test('what is withdrawn before it is sent never leaves the house', async (t) => {
  const house = await outpatientHouse(t);
  const { encounter, prescription } = await prescribed(house);
  await house.send(cancelPrescription, { prescription, reason: 'Kê nhầm người' }, 'doctor');
  await house.settle();
  assert.deepEqual(await outbox(house), []);
  assert.equal(await stateOf(house, encounter), 'cancelled');
});

test('the payload carries what was signed, in the fields and forms of the guide', async (t) => {
  const sent: NationalMessage[] = [];
  const simulator = nationalSimulator();
  const house = await outpatientHouse(t, {
    password: () => 'x',
    transport: {
      ...simulator,
      post: (path, body, token, signal) => {
        if (token !== undefined) sent.push({ facility: '', prescriber: '', body: body as NationalPayload });
        return simulator.post(path, body, token, signal);
      },
    },
  });
  const { code, prescription } = await prescribed(house);
  await house.settle();
  const [message] = sent;
  const [provenance] = await house.referring<Provenance>('Provenance.target', prescription);
  const jws = Buffer.from(provenance?.signature?.[0]?.data ?? '', 'base64').toString('utf8');
  assert.deepEqual(message?.body, {
    loai_don_thuoc: 'c',
    ma_don_thuoc: code,
    ho_ten_benh_nhan: 'Trần Thị Lan',
    ma_dinh_danh_y_te: '',
    ma_dinh_danh_cong_dan: '001164000001',
    ngay_sinh_benh_nhan: '14/07/1964',
    can_nang: '',
    gioi_tinh: '3',
    ma_so_the_bao_hiem_y_te: '',
    thong_tin_nguoi_giam_ho: '',
    dia_chi: 'Số 1, Phường Ba Đình, Hà Nội',
    chan_doan: [
      {
        ma_chan_doan: 'J06.9',
        ten_chan_doan: message?.body.chan_doan[0]?.ten_chan_doan,
        ket_luan: message?.body.chan_doan[0]?.ket_luan,
      },
    ],
    luu_y: '',
    hinh_thuc_dieu_tri: '2',
    dot_dung_thuoc: { dot: '1', tu_ngay: '24/11/2026', den_ngay: '28/11/2026', so_thang_thuoc: '0' },
    thong_tin_don_thuoc: [
      {
        ma_thuoc: 'paracetamol-500-mg-v',
        biet_duoc: message?.body.thong_tin_don_thuoc[0]?.biet_duoc,
        ten_thuoc: 'paracetamol 500 mg, viên nén',
        don_vi_tinh: 'viên',
        so_luong: '10',
        cach_dung: 'Uống, MỖI LẦN 1\u00a0viên, ngày 2 lần, 5 ngày',
      },
    ],
    loi_dan: 'Nghỉ ngơi',
    so_dien_thoai_nguoi_kham_benh: '',
    ngay_tai_kham: '7',
    ngay_gio_ke_don: '2026-11-24 07:00:00',
    signature: jws,
  });
  assert.ok(jws.length > 100);
  assert.notEqual(message?.body.chan_doan[0]?.ten_chan_doan, '');
});

/** The adapter over real HTTP, before a server that plays the national system's part by the simulator's rules. */
test('over HTTP: sign-in, token, headers, fields; an expired token is renewed; 5xx waits', async (t) => {
  const simulator = nationalSimulator();
  const seen: { path: string; app: unknown; token: unknown }[] = [];
  let broken = true;
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as unknown;
    const token = request.headers.authorization?.replace('Bearer ', '');
    seen.push({ path: request.url ?? '', app: request.headers['app-name'], token });
    const answer =
      broken && token !== undefined
        ? { status: 503, body: 'Bảo trì' }
        : await simulator.post(
            request.url ?? '',
            body,
            token === 'stale' ? undefined : token,
            AbortSignal.timeout(1_000),
          );
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const national: NationalOptions = {
    transport: httpTransport({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      appName: 'mach',
      appKey: 'key',
    }),
    password: () => 'x',
  };
  const house = await outpatientHouse(t, national);
  assert.equal(house.engine.modules.flatMap((m) => m.destinations ?? [])[0]?.simulated, false);
  const { encounter } = await prescribed(house);
  await house.settle();
  assert.equal((await outbox(house))[0]?.state, 'pending', 'a fault of the other side is no refusal');
  broken = false;
  house.clock.advance(600_000);
  await house.settle();
  assert.equal(await stateOf(house, encounter), 'national-code');
  assert.deepEqual(
    seen.map((s) => [s.path, s.app, s.token !== undefined]),
    [
      ['/api/auth/dang-nhap-bac-si', 'mach', false],
      ['/api/v1/gui-don-thuoc', 'mach', true],
      ['/api/v1/gui-don-thuoc', 'mach', true],
    ],
  );
});

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request) all += String(chunk);
  return all;
}

test('only the system sends and takes answers', async (t) => {
  const house = await outpatientHouse(t);
  await refusal(house.send(sendPrescription, { prescription: 'x' }, 'doctor'), 403);
  await refusal(house.send(sendPrescription, { prescription: 'x' }, 'system'), 404);
});
