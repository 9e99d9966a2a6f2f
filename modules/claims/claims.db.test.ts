import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@mach/base/problem.ts';
import { cancelInvoice } from '@mach/cashier/contract.ts';
import { feeVisit, insuredCard, insuredVisit, visitToPay } from '@mach/cashier/testing.ts';
import { cancelVisit, leave, openVisit } from '@mach/encounter/contract.ts';
import { writeFixtures } from '@mach/encounter/testing.ts';
import { readView } from '@mach/engine';
import type { Coverage, DocumentReference } from '@mach/fhir/types.ts';
import { listOutbox, proveView, readRecord, referringRecords } from '@mach/store';
import { EXT } from '@mach/vn/systems.ts';
import { readEnvelope } from '@mach/vn/xml/envelope.ts';
import { readTable } from '@mach/vn/xml/read.ts';
import { validateClaim } from '@mach/vn/xml/validate-claim.ts';
import {
  CLAIM_EXT,
  checkCard,
  claimFindings,
  claimStateOf,
  part,
  receiptOf,
  recheckClaim,
  resendClaim,
  sentFile,
} from './contract.ts';
import { exportClaims } from './export.ts';
import { PortalClient } from './portal/client.ts';
import { fileDelivery } from './portal/destination.ts';
import { verifyXml } from './seal.ts';
import { claimOf, complete, get, house, pay, rules, tenant, weight } from './testing/house.ts';
import { listView } from './views/list.ts';

test('a clean visit: checked in, settled, signed, received, without a human touch', async (t) => {
  const { h, simulator } = await house(t);
  const visit = await complete(h, { revisit: '2026-12-24' });
  await h.settle();
  const draft = await claimOf(h, visit.encounter);
  assert.equal(claimStateOf(draft), 'draft');
  assert.equal(part(part(draft, CLAIM_EXT.checkIn), 'state')?.valueCode, 'received');
  assert.equal(simulator.received[0]?.kind, 'check-in');

  const paid = await pay(h, visit.encounter);
  await h.settle();
  const claim = await claimOf(h, visit.encounter);
  assert.deepEqual(
    claimFindings(claim).filter((f) => f.severity === 'error'),
    [],
  );
  assert.equal(claimStateOf(claim), 'received');
  assert.match(receiptOf(claim) ?? '', /^SIM\d{20}$/);
  assert.equal(claim.total?.value, Number(paid.insurerTotal));

  const file = simulator.received.find((r) => r.kind === 'claim');
  assert.ok(file);
  assert.deepEqual(verifyXml(file.xml).valid, true);
  assert.equal(verifyXml(file.xml.replace('2026', '2025')).valid, false, 'any change breaks the signature');
  const { xml, lists } = rules(h);
  const record = readEnvelope(file.xml).records[0] ?? [];
  assert.deepEqual(
    record.map((f) => f.type),
    ['XML1', 'XML2', 'XML3', 'XML4', 'XML14'],
  );
  const tables = Object.fromEntries(record.map((f) => [f.type, readTable(f.type, f.xml, xml)]));
  assert.deepEqual(
    validateClaim(tables, xml, lists).filter((i) => i.severity === 'error'),
    [],
  );
  const [summary] = tables.XML1 ?? [];
  // Invoice and claim agree to the đồng.
  assert.equal(summary?.T_BHTT, `${paid.insurerTotal}.00`.replace(/(\.\d\d)\.00$/, '$1'));
  assert.equal(Number(summary?.T_TONGCHI_BV), Number(paid.total));
  assert.equal(Number(summary?.T_BNCCT) + Number(summary?.T_BNTT), paid.patientTotal);
  assert.deepEqual(
    [summary?.MA_LK, summary?.MA_DOITUONG_KCB, summary?.MA_BENH_CHINH, summary?.NGAY_TAI_KHAM, summary?.CAN_NANG],
    [visit.visitCode, '1.1', 'I10', '20261224', '58.50'],
  );
  assert.equal(tables.XML2?.[0]?.LIEU_DUNG, '1 viên/lần * 2 lần/ngày * 30 ngày [2 viên/ngày]');
  assert.deepEqual(
    tables.XML4?.map((r) => [r.GIA_TRI, r.DON_VI_DO, r.KET_LUAN, r.MA_BS_DOC_KQ]),
    [
      ['7.2', 'mmol/L', '', '000004/DEMO-GPHN'],
      ['', '', 'Không thấy tổn thương <khu trú>', '000002/DEMO-GPHN'],
    ],
  );
  assert.deepEqual(
    tables.XML3?.map((r) => [r.MA_DICH_VU, r.MA_KHOA, r.MA_BAC_SI, r.NGUOI_THUC_HIEN]),
    [
      ['02.1898', 'K01', '000002/DEMO-GPHN', '000002/DEMO-GPHN'],
      ['23.0075.1494', 'K01', '000002/DEMO-GPHN', '000004/DEMO-GPHN'],
      ['18.0191.0040', 'K01', '000002/DEMO-GPHN', '000002/DEMO-GPHN'],
    ],
  );

  const document = await readRecord(tenant(h), 'DocumentReference', sentFile(claim)?.document ?? '');
  assert.equal(document?.sealed, true);
  const attachment = (document?.resource as DocumentReference | undefined)?.content[0]?.attachment;
  assert.equal(Buffer.from(attachment?.data ?? '', 'base64').toString('utf8'), file.xml);
  const out = await exportClaims(h.engine, h.actor('claims-officer'), { from: '2026-11-24', to: '2026-11-24' });
  assert.deepEqual(
    out.files.map((f) => [f.name, f.xml === file.xml]),
    [[`XML_${visit.visitCode}.xml`, true]],
  );
  assert.deepEqual(out.missing, []);
  const none = await exportClaims(h.engine, h.actor('claims-officer'), { from: '2026-11-25', to: '2026-12-24' });
  assert.deepEqual(none.files, []);
});

test('a finding names money, record and field; mended, checked, sent', async (t) => {
  const { h } = await house(t);
  const visit = await complete(h, { weight: false });
  await pay(h, visit.encounter);
  await h.settle();
  const claim = await claimOf(h, visit.encounter);
  assert.equal(claimStateOf(claim), 'has-findings');
  const finding = claimFindings(claim).find((f) => f.field === 'XML1[1].CAN_NANG');
  assert.deepEqual(
    [finding?.severity, finding?.code, finding?.source?.record, finding?.source?.workspace, finding?.portal],
    ['error', 'field-missing', `Encounter/${visit.encounter}`, 'vitals', false],
  );
  assert.ok((finding?.money ?? 0) > 0);
  const { rows } = await readView(h.engine, h.actor('claims-officer'), 'claims.list', {});
  assert.deepEqual([rows[0]?.state, rows[0]?.errors, rows[0]?.rank], ['has-findings', 1, 2]);
  assert.equal(rows[0]?.atRisk, claim.total?.value);
  assert.equal(
    (await listOutbox(tenant(h), { destination: 'bhyt-portal' })).filter((m) => m.kind === 'claim').length,
    0,
  );

  const still = await h.send(resendClaim, { encounter: visit.encounter }, 'claims-officer');
  assert.deepEqual([still.state, still.message], ['has-findings', undefined], 'nothing with errors leaves the house');
  await writeFixtures(h, weight(visit));
  const checked = await h.send(recheckClaim, { encounter: visit.encounter }, 'claims-officer');
  assert.deepEqual([checked.state, checked.message], ['checked', undefined]);
  const sent = await h.send(resendClaim, { encounter: visit.encounter }, 'claims-officer');
  assert.equal(sent.state, 'sent');
  await h.settle();
  assert.equal(claimStateOf(await claimOf(h, visit.encounter)), 'received');
  await assert.rejects(
    h.send(resendClaim, { encounter: visit.encounter }, 'claims-officer'),
    (e) => (e as Problem).status === 422 && (e as Problem).issues[0]?.code === 'reason-required',
  );
});

test('the portal refuses: its code and words are work, the correction names what it replaces', async (t) => {
  const { h, simulator } = await house(t);
  const visit = await complete(h);
  await pay(h, visit.encounter);
  simulator.register.enrol({
    card: 'GD4010123456789',
    name: 'Nguyễn Văn Khác',
    birthDate: '1964-07-14',
    registeredFacility: '01999',
    validFrom: '2026-01-01',
    validTo: '2026-12-31',
  });
  await h.settle();
  const returned = await claimOf(h, visit.encounter);
  assert.equal(claimStateOf(returned), 'returned');
  const [reason] = claimFindings(returned).filter((f) => f.portal && f.field?.startsWith('XML1'));
  assert.deepEqual(
    [reason?.code, reason?.text.vi, reason?.source?.record, reason?.source?.field],
    ['portal-060', 'Họ tên không khớp thẻ', 'Patient/lan', 'name'],
  );
  const row = (await readView(h.engine, h.actor('claims-officer'), 'claims.list', {})).rows[0];
  assert.deepEqual([row?.rank, row?.state, row?.checkIn], [1, 'returned', 'returned']);
  assert.equal(row?.deadline, '2026-11-26T16:59:59.999Z', 'two working days to answer');

  simulator.register.enrol({
    card: 'GD4010123456789',
    name: 'Trần Thị Lan',
    birthDate: '1964-07-14',
    registeredFacility: '01999',
    validFrom: '2026-01-01',
    validTo: '2026-12-31',
  });
  const first = sentFile(returned);
  const again = await h.send(resendClaim, { encounter: visit.encounter, reason: 'Cổng đã sửa tên' }, 'claims-officer');
  await h.settle();
  const received = await claimOf(h, visit.encounter);
  assert.equal(claimStateOf(received), 'received');
  assert.equal(sentFile(received)?.version, 2);
  const messages = await listOutbox(tenant(h), { destination: 'bhyt-portal', subject: `Claim/${received.id}` });
  assert.equal(messages.find((m) => m.id === again.message)?.corrects, first?.message);
  const document = await get<DocumentReference>(h, 'DocumentReference', sentFile(received)?.document ?? '');
  assert.equal(document.relatesTo?.[0]?.target.reference, `DocumentReference/${first?.document ?? ''}`);
  assert.equal(document.description, 'Cổng đã sửa tên');
});

test('an expired card, an unsigned and a broken file, a wrong password are refused by the simulator', async (t) => {
  const { h, simulator } = await house(t);
  await writeFixtures(h, insuredCard('card-old', 'lan', 'GD4010123456010', { verified: true }));
  const visit = await visitToPay(h, insuredVisit({ coverage: 'card-old' }), { services: ['CT-NGUC'] });
  await writeFixtures(h, weight(visit));
  await pay(h, visit.encounter);
  await h.settle();
  const codes = claimFindings(await claimOf(h, visit.encounter)).map((f) => f.code);
  assert.ok(codes.includes('portal-010'), codes.join());

  const good = await complete(h);
  await pay(h, good.encounter);
  await h.settle();
  const file = simulator.received.find((r) => r.key === good.visitCode && r.kind === 'claim');
  assert.ok(file);
  const account = { username: '01999_THU', password: 'mo-phong', officer: { name: 'A', cccd: '1' } };
  const client = new PortalClient(simulator.http, account, () => h.clock.now().getTime());
  const send = async (xml: string) =>
    fileDelivery(await client.sendClaim({ facility: '01999', xml, standard: 'qd3176' }, AbortSignal.timeout(1000)));
  const again = await send(file.xml);
  assert.ok(again.outcome === 'accepted' && (again.receipt as { maGiaoDich: string }).maGiaoDich === file.receipt);
  const errors = async (xml: string): Promise<string[]> => {
    const delivery = await send(xml);
    assert.equal(delivery.outcome, 'refused');
    return delivery.outcome === 'refused' ? delivery.issues.map((i) => i.code) : [];
  };
  assert.ok((await errors(file.xml.replace(/<Signature[\s\S]*<\/Signature>/, ''))).includes('portal-chuky'));
  assert.deepEqual(await errors('<GIAMDINHHS>'), ['portal-xml']);
  const other = new PortalClient(simulator.http, { ...account, password: 'sai' }, () => 0);
  const denied = fileDelivery(
    await other.sendClaim({ facility: '01999', xml: file.xml, standard: 'qd3176' }, AbortSignal.timeout(1000)),
  );
  assert.equal(denied.outcome, 'later', 'not let in: the message stays in the queue');
});

test('the portal is down: care and settlement go on, the queue empties when it is back', async (t) => {
  const { h, simulator } = await house(t);
  simulator.up = false;
  await writeFixtures(h, insuredCard('card-fresh', 'lan', 'GD4010123456777'));
  const asked = await h.send(
    checkCard,
    { card: 'GD4010123456777', name: 'Trần Thị Lan', birthDate: '1964-07-14', coverage: 'card-fresh' },
    'reception',
  );
  assert.deepEqual([asked.status, asked.code], ['unverified', null]);
  const visit = await visitToPay(h, insuredVisit({ coverage: 'card-fresh' }), { services: ['CT-NGUC'] });
  await writeFixtures(h, weight(visit));
  await pay(h, visit.encounter);
  await h.settle();
  const waiting = await listOutbox(tenant(h), { destination: 'bhyt-portal', states: ['pending'] });
  assert.deepEqual(waiting.map((m) => m.kind).sort(), ['card-check', 'check-in', 'claim'], 'one question only');
  assert.equal(claimStateOf(await claimOf(h, visit.encounter)), 'sent');

  simulator.up = true;
  h.clock.advance(10 * 60_000);
  await h.settle();
  assert.equal(claimStateOf(await claimOf(h, visit.encounter)), 'received');
  const coverage = await get<Coverage>(h, 'Coverage', 'card-fresh');
  assert.equal(part(part(coverage, EXT.portalCheck), 'status')?.valueCode, 'verified');
  assert.match(part(part(coverage, EXT.portalCheck), 'answer')?.valueString ?? '', /"maKetQua":"000"/);
});

test('an undone settlement sets the claim back; the new one corrects the file the portal has', async (t) => {
  const { h, simulator } = await house(t);
  const visit = await complete(h);
  const first = await pay(h, visit.encounter);
  await h.settle();
  await h.send(cancelInvoice, { invoice: first.invoice, reason: 'Thu nhầm' }, 'cashier');
  await h.settle();
  assert.equal(claimStateOf(await claimOf(h, visit.encounter)), 'draft');
  await assert.rejects(
    h.send(resendClaim, { encounter: visit.encounter, reason: 'Thử' }, 'claims-officer'),
    (e) => (e as Problem).issues[0]?.code === 'not-settled',
  );
  h.clock.advance(60_000);
  await pay(h, visit.encounter);
  await h.settle();
  const claim = await claimOf(h, visit.encounter);
  assert.deepEqual([claimStateOf(claim), sentFile(claim)?.version], ['received', 2]);
  assert.equal(simulator.received.filter((r) => r.kind === 'claim').length, 1, 'one file a visit, the newest');
});

test('a card check: every answer of the portal in the words of the house', async (t) => {
  const { h, simulator } = await house(t);
  const ask = (card: string, over: { name?: string; birthDate?: string } = {}) =>
    h.send(checkCard, { card, name: 'Trần Thị Lan', birthDate: '1964-07-14', ...over }, 'reception');
  const known = await ask('GD4010123456700');
  assert.deepEqual(
    [known.status, known.code, known.action, known.holder?.validTo],
    ['verified', '000', 'ok', '2027-12-31'],
  );
  const name = await ask('GD4010123456700', { name: 'Lê Thị Hoa' });
  assert.deepEqual([name.status, name.code, name.action], ['refused', '060', 'fix']);
  assert.match(name.text?.vi ?? '', /Họ tên/);
  assert.equal((await ask('GD4010123456700', { name: 'Trần Thị Lành' })).code, '061');
  assert.equal((await ask('GD4010123456700', { birthDate: '1965-07-14' })).code, '070');
  assert.equal((await ask('GD4010123456050')).code, '050');
  assert.deepEqual([(await ask('GD4010123456010')).code, (await ask('GD4010123456110')).code], ['010', '110']);
  const replaced = await ask('GD4010123456003');
  assert.deepEqual([replaced.code, replaced.action, replaced.holder?.newCard], ['003', 'use-new', 'GD4010123456004']);
  simulator.register.addStay('GD4010123456700', {
    facility: '01001',
    from: '202611200700',
    to: '202611221000',
    diagnosis: 'Viêm phổi',
  });
  assert.equal((await ask('GD4010123456700')).history[0]?.facility, '01001');
  await assert.rejects(ask('12'), (e) => e instanceof Problem && e.status === 422);
});

test('a cancelled visit, and one that was left before anything was done, leave no claim behind', async (t) => {
  const { h } = await house(t);
  const wrong = await h.send(openVisit, insuredVisit(), 'reception');
  const gone = await h.send(openVisit, insuredVisit({ room: 'room-303' }), 'reception');
  await h.settle();
  const list = async () => (await readView(h.engine, h.actor('claims-officer'), 'claims.list', {})).rows.length;
  assert.equal(await list(), 2);
  await h.send(cancelVisit, { encounter: wrong.encounter, reason: 'Nhầm người' }, 'reception');
  await h.send(leave, { encounter: gone.encounter, reason: 'Bỏ về' }, 'reception');
  await pay(h, gone.encounter);
  await h.settle();
  assert.equal(await list(), 0);
  assert.equal((await claimOf(h, wrong.encounter)).status, 'cancelled');
});

test('fee-paying visits have no claim, emergencies no check-in; with automatic sending off a clean claim waits', async (t) => {
  const { h, simulator } = await house(t, { autoSend: false });
  const fee = await visitToPay(h, feeVisit(), { services: ['GLU'] });
  await pay(h, fee.encounter);
  const emergency = await h.send(
    openVisit,
    insuredVisit({ room: 'room-303', priority: { reason: 'emergency' } }),
    'reception',
  );
  const visit = await complete(h);
  await pay(h, visit.encounter);
  await h.settle();
  assert.equal((await referringRecords(tenant(h), [{ param: 'Claim.encounter', value: fee.encounter }])).length, 0);
  const exempt = await claimOf(h, emergency.encounter);
  assert.equal(part(part(exempt, CLAIM_EXT.checkIn), 'state')?.valueCode, 'exempt');
  assert.equal(claimStateOf(await claimOf(h, visit.encounter)), 'checked');
  assert.deepEqual(
    simulator.received.map((r) => [r.kind, r.key]),
    [['check-in', visit.visitCode]],
  );
  await h.send(resendClaim, { encounter: visit.encounter }, 'claims-officer');
  await h.settle();
  assert.equal(claimStateOf(await claimOf(h, visit.encounter)), 'received');
  const proof = await proveView(h.engine.database, 1, listView);
  assert.deepEqual({ ...proof, rows: 0 }, { view: listView.name, rows: 0, missing: [], extra: [], different: [] });
});
