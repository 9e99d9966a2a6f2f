import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import encounter from '@mach/encounter/module.ts';
import { fixtures, person, room, writeFixtures } from '@mach/encounter/testing.ts';
import type { ChargeItem, Location } from '@mach/fhir/types.ts';
import reception from '@mach/reception/module.ts';
import { type TestApp, testApp } from '@mach/server/testing/app.ts';
import { readRecord } from '@mach/store';
import administration from './module.ts';
import { xlsx } from './testing/xlsx.ts';

const EXAM = '02.1898';
const DAY = 86_400_000;

interface Issue {
  code: string;
  field?: string;
}
type Answer = Awaited<ReturnType<TestApp['ask']>>;
const code = (answer: Answer): [number, string | undefined] => [
  answer.status,
  (answer.body as { issue?: Issue[] } | undefined)?.issue?.[0]?.code,
];

async function house(t: TestContext) {
  const built = await testApp(t, [fixtures, encounter, reception, administration]);
  await writeFixtures(built, room('305', 'Phòng khám Nội 3', EXAM), person('p1', 'Trần Thị Lan'), {
    resourceType: 'Organization',
    id: 'dep-k01',
    name: 'Khoa Khám bệnh',
    identifier: [{ system: 'https://mach.vn/fhir/sid/department', value: 'K01' }],
  });
  let admin = await built.signIn(['administrator']);
  const director = await built.signIn(['director']);
  let count = 0;
  const send = (command: string, input: object, as = admin, key = `house-key-${++count}`): Promise<Answer> =>
    built.ask('POST', `/api/commands/administration.${command}`, as, input, { 'idempotency-key': key });
  const done = async <R>(command: string, input: object, as = admin): Promise<R> => {
    const answer = await send(command, input, as);
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { result: R }).result;
  };
  const codes = async <R>(list: string, q: string, date: string): Promise<R[]> => {
    const answer = await built.ask('GET', `/api/codes/${list}?q=${encodeURIComponent(q)}&date=${date}&limit=50`, admin);
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { rows: R[] }).rows;
  };
  const priceOn = async (date: string, of = EXAM): Promise<number | null | undefined> =>
    (await codes<{ code: string; price: number | null }>('house-services', of, date)).find((row) => row.code === of)
      ?.price;
  let visits = 0;
  /** What a new visit is charged for its exam. */
  const charge = async (): Promise<{ id: string; price: number | undefined }> => {
    const input = { patient: 'p1', room: 'room-305', reason: 'Khám', payer: 'fee', againReason: 'Khám lại' };
    const { result } = await built.engine.sendByName(
      'encounter.openVisit',
      input,
      built.actor(['reception', 'doctor']),
      {
        key: `visit-key-${++visits}`,
      },
    );
    const { chargeItem: id, encounter: visit } = result as { chargeItem: string; encounter: string };
    const found = await read<ChargeItem>('ChargeItem', id);
    await built.engine.sendByName(
      'encounter.cancelVisit',
      { encounter: visit, reason: 'thử' },
      built.actor(['reception', 'doctor']),
      { key: `cancel-key-${visits}` },
    );
    return { id, price: found.priceOverride?.value };
  };
  const read = async <T>(type: string, id: string): Promise<T> =>
    (await readRecord(built.engine.database.tenant(1), type, id))?.resource as T;
  const upload = async (bytes: Buffer, kind = 'services') =>
    built.app.inject({
      method: 'POST',
      url: `/api/administration/sheets?kind=${kind}&name=gia.xlsx`,
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/octet-stream' },
      payload: bytes,
    });
  /** Days later: everybody signs in anew. */
  const later = async (days: number): Promise<void> => {
    built.clock.set(new Date(built.clock.now().getTime() + days * DAY).toISOString());
    admin = await built.signIn(['administrator']);
  };
  return { ...built, admin, later, director, send, done, codes, priceOn, charge, read, upload };
}

test('a price list holds from its day on; what was charged before keeps its price', async (t) => {
  const h = await house(t);
  const before = await h.charge();
  assert.equal(before.price, await h.priceOn('2026-11-24'));
  assert.ok(before.price);
  const list = {
    title: 'Bảng giá 2026-12',
    document: 'NQ 12/2026/NQ-HĐND',
    from: '2026-11-26',
    prices: [{ code: EXAM, price: 50_600, bhytPrice: 45_000 }],
  };
  assert.deepEqual(code(await h.send('publish-list', { ...list, from: '2026-11-23' })), [422, 'in-the-past']);
  assert.deepEqual(code(await h.send('publish-list', { ...list, prices: [{ code: 'KHONG.CO', price: 1 }] })), [
    422,
    'row',
  ]);
  assert.deepEqual(code(await h.send('publish-list', { ...list, prices: [{ code: EXAM, price: 1.5 }] })), [422, 'row']);
  assert.deepEqual(code(await h.send('publish-list', list, h.director)), [403, 'forbidden']);
  const { change } = await h.done<{ change: string }>('publish-list', list);
  assert.deepEqual([await h.priceOn('2026-11-25'), await h.priceOn('2026-11-26')], [before.price, 50_600]);
  assert.equal((await h.charge()).price, before.price, 'today is not that day yet');
  await h.later(2);
  const after = await h.charge();
  assert.equal(after.price, 50_600);
  const kept = await h.read<ChargeItem>('ChargeItem', before.id);
  assert.equal(kept.priceOverride?.value, before.price);
  const { rows } = await h.engine.database.tenant(1).query<{ name: string; packs: string[] }>({
    text: `select name, rule_packs as packs from command_log where tenant = mach_tenant() and name = 'encounter.openVisit' order by received_at`,
    values: [],
  });
  const hash = h.engine.packsOf(1).meta('services', '2026-11-26').hash;
  assert.deepEqual(
    rows.map((row) => row.packs.includes(hash)),
    [false, false, true],
    'each decision names what it rested on',
  );
  const { rows: registered } = await h.engine.database.system.query<{ source: { change?: string }[] }>({
    text: 'select source from system.rule_pack where hash = $1',
    values: [hash],
  });
  assert.equal(registered[0]?.source.at(-1)?.change, `Library/${change}`);
  assert.equal(
    (await h.engine.packs.at('services', '2026-11-26').hash) === hash,
    false,
    'the house pack is what it was',
  );

  // Ended from a day: the former price again, and the history says why.
  assert.deepEqual(code(await h.send('end-change', { change, from: '2026-11-25', reason: 'nhầm' })), [
    422,
    'in-the-past',
  ]);
  await h.done('end-change', { change, from: '2026-11-28', reason: 'Nghị quyết bị bãi bỏ' });
  assert.deepEqual([await h.priceOn('2026-11-27'), await h.priceOn('2026-11-28')], [50_600, before.price]);
  const history = await h.codes<{ document: string; endedFrom: string }>('house-history', EXAM, '2026-11-26');
  assert.deepEqual([history[0]?.document, history[0]?.endedFrom], ['NQ 12/2026/NQ-HĐND', '2026-11-28']);
  // Nobody writes such a record past the commands.
  const raw = await h.ask('PUT', `/fhir/Library/${change}`, await h.client(), {
    ...(await h.read<object>('Library', change)),
    title: 'x',
  });
  assert.ok([403, 409].includes(raw.status), raw.text);
});

test('a correction needs two people, and rests on what both have seen', async (t) => {
  const h = await house(t);
  const second = await h.signIn(['administrator']);
  const entry = { subject: 'lab', path: 'tests', key: { code: 'GLU' }, op: 'set', cells: { turnaroundMinutes: 45 } };
  const proposal = {
    title: 'Thời gian trả glucose',
    document: 'Biên bản HĐKH 5/2026',
    certainty: 'H',
    reason: 'Máy mới',
    from: '2026-11-20',
    entries: [entry],
  };
  assert.deepEqual(
    code(
      await h.send('propose-correction', { ...proposal, entries: [{ ...entry, cells: { turnaroundMinutes: '45' } }] }),
    ),
    [422, 'type'],
  );
  assert.deepEqual(
    code(await h.send('propose-correction', { ...proposal, entries: [{ ...entry, cells: { nothing: 1 } }] })),
    [422, 'no-column'],
  );
  assert.deepEqual(
    code(await h.send('propose-correction', { ...proposal, entries: [{ ...entry, key: { code: 'ZZZ' } }] })),
    [422, 'no-entry'],
  );
  assert.deepEqual(
    code(
      await h.send('propose-correction', {
        ...proposal,
        entries: [{ ...entry, subject: 'access-policy', path: 'roles' }],
      }),
    ),
    [422, 'closed-pack'],
  );
  const effect = await h.ask('POST', '/api/administration/effect', h.admin, { entries: [entry], from: '2026-11-20' });
  assert.equal(effect.status, 200, effect.text);
  const seen = effect.body as { entries: { was: { turnaroundMinutes: number } }[] };
  assert.notEqual(seen.entries[0]?.was.turnaroundMinutes, 45);

  const minutes = (): unknown => {
    const { tests } = h.engine
      .packsOf(1)
      .at<{ tests: { columns: string[]; rows: unknown[][] } }>('lab', '2026-11-24').data;
    return tests.rows.find((row) => row[0] === 'GLU')?.[tests.columns.indexOf('turnaroundMinutes')];
  };
  const first = await h.done<{ change: string }>('propose-correction', proposal);
  const other = await h.done<{ change: string }>('propose-correction', {
    ...proposal,
    entries: [{ ...entry, cells: { turnaroundMinutes: 50 } }],
  });
  assert.deepEqual(code(await h.send('approve-correction', { change: first.change })), [403, 'same-person']);
  assert.notEqual(minutes(), 45, 'a proposal changes nothing');
  await h.done('approve-correction', { change: first.change }, second);
  assert.equal(minutes(), 45);
  assert.deepEqual(code(await h.send('approve-correction', { change: first.change }, second)), [409, 'decided']);
  assert.deepEqual(code(await h.send('approve-correction', { change: other.change }, h.director)), [
    409,
    'stale-proposal',
  ]);
  await h.done('reject-correction', { change: other.change, reason: 'Đã có đính chính khác' }, h.director);
  assert.equal(minutes(), 45);
  assert.deepEqual(code(await h.send('approve-correction', { change: other.change }, second)), [409, 'decided']);
  // A house that starts anew knows it.
  await h.engine.loadPacks(1);
  assert.equal(minutes(), 45);
  assert.notEqual(h.engine.packsOf(2), h.engine.packsOf(1));
  const { body } = await h.ask('GET', '/api/views/administration.changes?sort=-proposedAt', h.director);
  const rows = (body as { rows: { status: string; kind: string }[] }).rows;
  assert.deepEqual(rows.map((row) => row.status).sort(), ['active', 'retired']);
});

test('rooms are added, take visits, and close from a day', async (t) => {
  const h = await house(t);
  const exam = { kind: 'room', isNew: true, code: 'P401', name: 'Phòng khám 401', use: 'exam', department: 'dep-k01' };
  assert.deepEqual(code(await h.send('set-place', exam)), [422, 'exam-service']);
  assert.deepEqual(code(await h.send('set-place', { ...exam, examService: 'KHONG.CO' })), [422, 'not-listed']);
  assert.deepEqual(code(await h.send('set-place', { ...exam, examService: EXAM, department: 'dep-x' })), [
    422,
    'not-found',
  ]);
  await h.done('set-place', { ...exam, examService: EXAM });
  assert.deepEqual(code(await h.send('set-place', { ...exam, examService: EXAM })), [409, 'code-taken']);
  await h.done('set-place', { ...exam, isNew: false, examService: EXAM, name: 'Phòng khám Nội 4' });
  await h.done('set-place', { kind: 'bed', isNew: true, code: 'P401-1', name: 'Giường 1', room: 'room-p401' });
  const { body } = await h.ask('GET', '/api/views/reception.rooms?sort=code', h.admin);
  const rooms = (body as { rows: { key: string; name: string; closedFrom: string | null }[] }).rows;
  assert.equal(rooms.find((row) => row.key === 'room-p401')?.name, 'Phòng khám Nội 4');
  const visit = (key: string) =>
    h.engine.sendByName(
      'encounter.openVisit',
      { patient: 'p1', room: 'room-p401', reason: 'Khám', payer: 'fee', againReason: 'Khám lại' },
      h.actor('reception'),
      { key },
    );
  await visit('visit-401-first');
  const closing = { type: 'Location', id: 'room-p401', reason: 'Sửa chữa' };
  assert.deepEqual(code(await h.send('close-place', { ...closing, from: '2026-11-23' })), [422, 'in-the-past']);
  assert.deepEqual(
    code(await h.send('close-place', { type: 'Organization', id: 'dep-k01', from: '2026-11-24', reason: 'Sáp nhập' })),
    [409, 'rooms-open'],
  );
  await h.done('close-place', { ...closing, from: '2026-11-25' });
  await visit('visit-401-second');
  await h.later(1);
  await assert.rejects(visit('visit-401-third'), /room-closed/);
  await h.done('close-place', { ...closing, from: null });
  await visit('visit-401-fourth');
  assert.equal((await h.read<Location>('Location', 'room-p401')).status, 'active');
  const printer = { name: 'Máy phiếu', room: 'room-p401', forms: [{ form: 'reception.ticket', paper: '80mm' }] };
  await h.done('set-printer', printer);
  assert.deepEqual(code(await h.send('set-printer', { ...printer, name: 'Máy hai' })), [409, 'form-taken']);
});

const options = { kind: 'services', style: 'ask', from: '2026-11-24' };
interface Report {
  counts: Record<string, number>;
  rows: { row: number; state: string; faults: { field: string; code: string }[] }[];
}

test('a sheet is tried before it is imported: the dry run changes nothing, and one import writes all or nothing', async (t) => {
  const h = await house(t);
  const broken = await h.upload(Buffer.from('PK\u0003\u0004 not a workbook'));
  assert.deepEqual([broken.statusCode, broken.json<{ issue: Issue[] }>().issue[0]?.code], [422, 'broken']);
  const sheet = xlsx([
    ['STT', 'Mã dịch vụ', 'Tên', 'Giá', 'Giá BHYT', 'Từ ngày'],
    [1, EXAM, 'Khám Nội', 60_000, 45_000, ''],
    [2, EXAM, 'Khám Nội', 61_000, 45_000, ''],
    [3, '03.1898', 'Khám Nhi', '1.000', '', ''],
    [4, '10.1898', 'Khám Ngoại', '1,5', '', ''],
    [5, 'GLU', 'Glucose', 'ba mươi', '', ''],
    [6, 'LA.LUNG', '', 70_000, '', ''],
    [7, '13.1898', 'Khám Phụ sản', 62_000, '', '31/02/2026'],
    [8, EXAM, 'Khám Nội', 65_000, 45_000, '01/12/2026'],
  ]);
  const uploaded = await h.upload(sheet);
  assert.equal(uploaded.statusCode, 200, uploaded.body);
  const up = uploaded.json<{ sheet: string; mapping: (string | null)[]; rows: number }>();
  assert.deepEqual([up.mapping, up.rows], [[null, 'code', 'name', 'price', 'bhytPrice', 'from'], 8]);
  const before = await h.priceOn('2026-11-24');
  const head = h.engine.packsOf(1).meta('services', '2026-11-24').hash;
  const dry = async (more: object): Promise<Report> => {
    const answer = await h.ask('POST', `/api/administration/sheets/${up.sheet}/dry-run`, h.admin, {
      ...options,
      mapping: up.mapping,
      ...more,
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.body as Report;
  };
  const asked = await dry({});
  const faults = Object.fromEntries(
    asked.rows.flatMap((row) => row.faults.map((f) => [row.row, `${f.field} ${f.code}`])),
  );
  assert.deepEqual(faults, {
    3: 'code duplicate',
    4: 'price ambiguous',
    5: 'price decimals',
    6: 'price not-a-number',
    7: 'code unknown',
    8: 'from day',
  });
  assert.deepEqual(asked.counts, { new: 0, change: 2, same: 0, fault: 6 });
  assert.equal((await dry({ style: 'dot-groups' })).counts.fault, 5);
  assert.deepEqual(
    [await h.priceOn('2026-11-24'), h.engine.packsOf(1).meta('services', '2026-11-24').hash],
    [before, head],
  );

  const input = { ...options, mapping: up.mapping, sheet: up.sheet, document: 'NQ 12/2026', leaveOutFaulty: false };
  assert.deepEqual(code(await h.send('import', input)), [422, 'faulty-rows']);
  assert.equal(await h.priceOn('2026-11-24'), before);
  const asKey = (): Promise<Answer> =>
    h.send('import', { ...input, leaveOutFaulty: true }, h.admin, 'import-once-only');
  const first = await asKey();
  assert.equal(first.status, 200, first.text);
  const again = await asKey();
  assert.deepEqual((again.body as { result: object }).result, (first.body as { result: object }).result);
  assert.deepEqual(
    [await h.priceOn('2026-11-24'), await h.priceOn('2026-11-30'), await h.priceOn('2026-12-01')],
    [60_000, 60_000, 65_000],
  );
  assert.equal((await h.codes('house-history', EXAM, '2026-11-24')).length, 2, 'once, in two periods');
  // The same sheet again has nothing left to say but for its faulty rows.
  assert.deepEqual((await dry({})).counts, { new: 0, change: 1, same: 1, fault: 6 });
  const other = await h.upload(
    xlsx([
      ['Mã dịch vụ', 'Giá', 'Ghi chú gì đó'],
      [EXAM, 1, 'x'],
    ]),
  );
  assert.deepEqual(other.json<{ mapping: unknown }>().mapping, ['code', 'price', null]);
});

test('rooms and people come by sheet too; nobody can sign in with what the import made', async (t) => {
  const h = await house(t);
  const rooms = xlsx([
    ['Mã phòng', 'Tên phòng', 'Loại', 'Khoa', 'Công khám'],
    ['P501', 'Phòng khám 501', 'Khám', 'Khoa khám bệnh', EXAM],
    ['P502', 'Siêu âm 2', 'Siêu âm', 'K01', ''],
    ['P503', 'Kho', 'Gì đó', 'K99', ''],
  ]);
  const up = (await h.upload(rooms, 'rooms')).json<{ sheet: string; mapping: (string | null)[] }>();
  const result = await h.done<{ imported: number; leftOut: number }>('import', {
    ...options,
    kind: 'rooms',
    mapping: up.mapping,
    sheet: up.sheet,
    leaveOutFaulty: true,
  });
  assert.deepEqual([result.imported, result.leftOut], [2, 1]);
  assert.equal((await h.read<Location>('Location', 'room-p501')).name, 'Phòng khám 501');
  const staff = xlsx([
    ['Tài khoản', 'Họ tên', 'Vai trò', 'Giới tính'],
    ['bs.an', 'Lê Văn An', 'Bác sĩ, Tiếp đón', 'Nam'],
    ['x!', 'Ai đó', 'Vua', 'Khác'],
  ]);
  const list = (await h.upload(staff, 'staff')).json<{ sheet: string; mapping: (string | null)[] }>();
  const added = await h.done<{ imported: number }>('import', {
    ...options,
    kind: 'staff',
    mapping: list.mapping,
    sheet: list.sheet,
    leaveOutFaulty: true,
  });
  assert.equal(added.imported, 1);
  const { body } = await h.ask('GET', '/api/administration/staff', h.admin);
  const row = (body as { rows: { login: string; roles: string[]; mustChangePassword: boolean }[] }).rows.find(
    (one) => one.login === 'bs.an',
  );
  assert.deepEqual([row?.roles.toSorted(), row?.mustChangePassword], [['doctor', 'reception'], true]);
  const answer = await h.app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { account: 'bs.an', password: '' },
  });
  assert.notEqual(answer.statusCode, 200);
});

test('ten thousand rows in one go', async (t) => {
  const h = await house(t);
  const official = h.engine.packs.at<{ services: { rows: string[][] } }>('services', '2026-11-24').data.services.rows;
  const rows = Array.from({ length: 10_000 }, (_, i) => {
    const known = official[i];
    return known
      ? [known[0] ?? '', known[1] ?? '', '18', 100_000 + i]
      : [`BV.${i}`, `Dịch vụ riêng ${i}`, '18', 100_000 + i];
  });
  const bytes = xlsx([['Mã dịch vụ', 'Tên dịch vụ', 'Nhóm', 'Giá'], ...rows]);
  const started = performance.now();
  const up = await h.upload(bytes);
  assert.equal(up.statusCode, 200, up.body);
  const { sheet, mapping } = up.json<{ sheet: string; mapping: (string | null)[] }>();
  const read = performance.now();
  const dry = await h.ask('POST', `/api/administration/sheets/${sheet}/dry-run`, h.admin, { ...options, mapping });
  const tried = performance.now();
  assert.deepEqual([dry.status, (dry.body as Report).counts.fault], [200, 0], dry.text.slice(0, 500));
  const result = await h.done<{ imported: number }>('import', {
    ...options,
    mapping,
    sheet,
    document: 'NQ 1',
    leaveOutFaulty: false,
  });
  const written = performance.now();
  assert.equal(result.imported, 10_000);
  assert.equal(await h.priceOn('2026-11-24', 'BV.9999'), 109_999);
  t.diagnostic(
    `read ${(read - started).toFixed(0)} ms, dry run ${(tried - read).toFixed(0)} ms, import ${(written - tried).toFixed(0)} ms`,
  );
});
