import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeEnvelope } from '@mach/vn/xml/envelope.ts';
import { TestXmlSeal, verifyXml } from '../../seal.ts';
import { PortalClient } from '../client.ts';
import { fileDelivery } from '../destination.ts';
import { PortalSimulator } from './server.ts';

const NOW = '2026-11-24T03:00:00.000Z';
const seal = new TestXmlSeal();

/** A small claim file written by hand, with one drug and one exam. */
function claimXml(over: { summary?: Record<string, string>; drug?: Record<string, string> } = {}): string {
  const summary = {
    MA_LK: 'LK1',
    MA_BN: '26000001',
    HO_TEN: 'Trần Thị Lan',
    NGAY_SINH: '196407140000',
    GIOI_TINH: '2',
    DIA_CHI: 'Hà Nội',
    MATINH_CU_TRU: '01',
    MA_THE_BHYT: 'GD4010123456789',
    LY_DO_VV: 'Tái khám',
    CHAN_DOAN_RV: 'Tăng huyết áp',
    MA_BENH_CHINH: 'I10',
    MA_DOITUONG_KCB: '1.1',
    NGAY_VAO: '202611240700',
    NGAY_RA: '202611240900',
    KET_QUA_DTRI: '7',
    MA_LOAI_RV: '1',
    T_TONGCHI_BV: '1000.00',
    T_TONGCHI_BH: '1000.00',
    T_BHTT: '800.00',
    T_BNCCT: '200.00',
    NAM_QT: '2026',
    THANG_QT: '11',
    MA_LOAI_KCB: '01',
    MA_KHOA: 'K01',
    MA_CSKCB: '01999',
    CAN_NANG: '58.00',
    MA_HSBA: 'LK1',
    ...over.summary,
  };
  const drug = {
    MA_LK: 'LK1',
    MA_NHOM: '4',
    TEN_THUOC: 'Amlodipin',
    DON_VI_TINH: 'viên',
    DUONG_DUNG: '1.01',
    LIEU_DUNG: '1 viên/lần',
    TT_THAU: 'X;G1;N1;2026',
    SO_LUONG: '10.000',
    DON_GIA: '100.000',
    THANH_TIEN_BV: '1000.00',
    THANH_TIEN_BH: '1000.00',
    T_BHTT: '800.00',
    T_BNCCT: '200.00',
    MA_KHOA: 'K01',
    MA_BAC_SI: '000002/DEMO',
    NGAY_YL: '202611240800',
    ...over.drug,
  };
  const cells = (row: Record<string, string>): string =>
    Object.entries(row)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('');
  const list = `<DSACH_CHI_TIET_THUOC><CHI_TIET_THUOC>${cells(drug)}</CHI_TIET_THUOC></DSACH_CHI_TIET_THUOC>`;
  return writeEnvelope({
    facility: '01999',
    createdOn: '20261124',
    records: [
      [
        { type: 'XML1', xml: `<TONG_HOP>${cells(summary)}</TONG_HOP>` },
        { type: 'XML2', xml: `<CHITIEU_CHITIET_THUOC>${list}</CHITIEU_CHITIET_THUOC>` },
      ],
    ],
  });
}

function portal() {
  const simulator = new PortalSimulator({ password: 'p', now: () => new Date(NOW) });
  const account = { username: '01999_THU', password: 'p', officer: { name: 'A', cccd: '1' } };
  const client = new PortalClient(simulator.http, account, () => Date.parse(NOW));
  const send = async (xml: string, signed = true) => {
    const file = signed ? (await seal.sign('01999', xml, NOW)).xml : xml;
    return fileDelivery(
      await client.sendClaim({ facility: '01999', xml: file, standard: 'qd3176' }, AbortSignal.timeout(2000)),
    );
  };
  const codes = async (xml: string, signed = true): Promise<string[]> => {
    const delivery = await send(xml, signed);
    return delivery.outcome === 'refused'
      ? delivery.issues.map((i) => `${i.code} ${i.field ?? ''}`.trim())
      : [delivery.outcome];
  };
  return { simulator, client, send, codes };
}

test('a complete signed file is received with a number; its correction replaces it', async () => {
  const { simulator, codes } = portal();
  assert.deepEqual(await codes(claimXml()), ['accepted']);
  assert.deepEqual(await codes(claimXml({ summary: { CAN_NANG: '59.00' } })), ['accepted']);
  assert.equal(simulator.received.length, 1);
  assert.match(simulator.received[0]?.xml ?? '', /GIAMDINHHS/);
});

test('what the portal would refuse is refused, with table, row and field', async () => {
  const { codes } = portal();
  assert.deepEqual(await codes(claimXml(), false), ['portal-chuky']);
  assert.deepEqual(await codes(claimXml({ drug: { TT_THAU: '' } })), ['portal-thieu XML2[1].TT_THAU']);
  assert.deepEqual(await codes(claimXml({ summary: { NGAY_RA: '2026112409' } })), ['portal-dinhdang XML1[1].NGAY_RA']);
  assert.deepEqual(await codes(claimXml({ summary: { NGAY_RA: '202611240600' } })), [
    'portal-thoigian XML1[1].NGAY_RA',
  ]);
  assert.deepEqual(await codes(claimXml({ summary: { T_BHTT: '900.00' } })), ['portal-tong XML1[1].T_BHTT']);
  assert.deepEqual(await codes(claimXml({ drug: { MA_LK: 'LK2' } })), ['portal-malk XML2[1].MA_LK']);
  assert.deepEqual(await codes('not xml', false), ['portal-xml']);
});

test('a key names one visit for ever, a card one person', async () => {
  const { codes } = portal();
  assert.deepEqual(await codes(claimXml()), ['accepted']);
  assert.deepEqual(await codes(claimXml({ summary: { NGAY_VAO: '202611230700' } })), ['portal-trung XML1[1].MA_LK']);
  assert.deepEqual(await codes(claimXml({ summary: { HO_TEN: 'Lê Hoa' } })), ['portal-060 XML1[1].HO_TEN']);
  assert.deepEqual(await codes(claimXml({ summary: { MA_THE_BHYT: 'GD4010123456050' } })), [
    'portal-050 XML1[1].MA_THE_BHYT',
  ]);
  assert.deepEqual(await codes(claimXml({ summary: { MA_THE_BHYT: 'GD4010123456010' } })), [
    'portal-010 XML1[1].GT_THE_DEN',
  ]);
});

test('another facility’s account and an ended session', async () => {
  const { simulator } = portal();
  let now = Date.parse(NOW);
  const account = { username: '01998_THU', password: 'p', officer: { name: 'A', cccd: '1' } };
  const client = new PortalClient(simulator.http, account, () => now);
  const send = () =>
    client.sendClaim({ facility: '01999', xml: claimXml(), standard: 'qd3176' }, AbortSignal.timeout(2000));
  const answer = await send();
  assert.equal(answer.said && answer.code, '403');
  const delivery = fileDelivery(answer);
  assert.equal(delivery.outcome, 'refused');
  now += 3_600_000;
  const later = await send();
  assert.equal(later.said && later.code, '403', 'a new session was opened by itself');
});

test('the signature covers the whole file and carries its certificate', async () => {
  const { xml, signer } = await seal.sign('01999', claimXml(), NOW);
  assert.match(signer, /CHUNG THU THU NGHIEM/);
  assert.match(xml, /<CHUKYDONVI><Signature[^>]*>.*rsa-sha256.*<\/Signature><\/CHUKYDONVI>/s);
  assert.ok(verifyXml(xml).valid && verifyXml(xml).certificate);
  assert.equal(verifyXml(xml.replace('<NGAYLAP>20261124', '<NGAYLAP>20261125')).valid, false);
  assert.equal(verifyXml(xml.replace('URI=""', 'URI="#x"')).valid, false);
  assert.equal(verifyXml(claimXml()).valid, false);
});
