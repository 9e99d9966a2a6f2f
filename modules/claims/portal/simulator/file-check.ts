/**
 * What the simulator objects to in a file: its own reading of the standard, written apart from the tables that the house
 * validates with, so that each can catch the other's mistakes.
 */
import { Decimal } from '@mach/base/decimal.ts';
import { Problem } from '@mach/base/problem.ts';
import { readEnvelope } from '@mach/vn/xml/envelope.ts';
import { child, children, parseXml, textOf, type XmlNode } from '@mach/vn/xml/parse.ts';
import { verifyXml } from '../../seal.ts';

export interface FileError {
  maLoi: string;
  bang: string;
  dong: number;
  truong: string;
  noiDung: string;
}

type Row = Readonly<Record<string, string>>;

export interface ReadFile {
  key: string;
  /** Same visit, told by person and arrival: a key must never name another. */
  identity: string;
  summary: Row;
  errors: FileError[];
}

const error = (maLoi: string, noiDung: string, bang = '', dong = 1, truong = ''): FileError => ({
  maLoi,
  bang,
  dong,
  truong,
  noiDung,
});

/** Elements of each table: root, list, row. */
const SHAPE: Readonly<Record<string, readonly [string, string?, string?]>> = {
  XML0: ['CHI_TIEU_TRANG_THAI_KCB', 'DSACH_TRANG_THAI_KCB', 'TRANG_THAI_KCB'],
  XML1: ['TONG_HOP'],
  XML2: ['CHITIEU_CHITIET_THUOC', 'DSACH_CHI_TIET_THUOC', 'CHI_TIET_THUOC'],
  XML3: ['CHITIEU_CHITIET_DVKT_VTYT', 'DSACH_CHI_TIET_DVKT', 'CHI_TIET_DVKT'],
  XML4: ['CHITIEU_CHITIET_DICHVUCANLAMSANG', 'DSACH_CHI_TIET_CLS', 'CHI_TIET_CLS'],
  XML5: ['CHITIEU_CHITIET_DIENBIENLAMSANG', 'DSACH_CHI_TIET_DIEN_BIEN_BENH', 'CHI_TIET_DIEN_BIEN_BENH'],
};

const MANDATORY: Readonly<Record<string, readonly string[]>> = {
  XML0: [
    'MA_LK',
    'MA_BN',
    'HO_TEN',
    'NGAY_SINH',
    'GIOI_TINH',
    'MA_DOITUONG_KCB',
    'NGAY_VAO',
    'MA_LOAI_KCB',
    'MA_CSKCB',
    'NGAY_YL',
  ],
  XML1: [
    ...['MA_LK', 'MA_BN', 'HO_TEN', 'NGAY_SINH', 'GIOI_TINH', 'DIA_CHI', 'MATINH_CU_TRU', 'LY_DO_VV', 'CHAN_DOAN_RV'],
    ...[
      'MA_BENH_CHINH',
      'MA_DOITUONG_KCB',
      'NGAY_VAO',
      'NGAY_RA',
      'KET_QUA_DTRI',
      'MA_LOAI_RV',
      'T_TONGCHI_BV',
      'T_BHTT',
    ],
    ...['NAM_QT', 'THANG_QT', 'MA_LOAI_KCB', 'MA_KHOA', 'MA_CSKCB', 'CAN_NANG', 'MA_HSBA'],
  ],
  XML2: [
    'MA_LK',
    'MA_NHOM',
    'TEN_THUOC',
    'DON_VI_TINH',
    'DUONG_DUNG',
    'LIEU_DUNG',
    'TT_THAU',
    'SO_LUONG',
    'DON_GIA',
    'MA_KHOA',
    'MA_BAC_SI',
    'NGAY_YL',
  ],
  XML3: [
    'MA_LK',
    'MA_NHOM',
    'TEN_DICH_VU',
    'DON_VI_TINH',
    'SO_LUONG',
    'DON_GIA_BV',
    'DON_GIA_BH',
    'MA_KHOA',
    'MA_BAC_SI',
    'NGAY_YL',
  ],
  XML4: ['MA_LK', 'TEN_CHI_SO'],
  XML5: ['MA_LK', 'DIEN_BIEN_LS', 'THOI_DIEM_DBLS'],
};
const TIMES = ['NGAY_VAO', 'NGAY_RA', 'NGAY_YL', 'NGAY_TH_YL', 'NGAY_KQ', 'NGAY_TTOAN', 'THOI_DIEM_DBLS'];

/** The claim file as the portal would read it. */
export function readClaimFile(xml: string, facility: string): ReadFile | FileError[] {
  let envelope: ReturnType<typeof readEnvelope>;
  try {
    envelope = readEnvelope(xml);
  } catch (fault) {
    return [
      error('XML', fault instanceof Problem ? (fault.issues[0]?.text.vi ?? 'Tệp hỏng') : 'Tệp XML không đọc được'),
    ];
  }
  const errors: FileError[] = [];
  if (envelope.facility !== facility)
    errors.push(error('MACSKCB', `Mã cơ sở trong tệp (${envelope.facility}) khác cơ sở gửi (${facility})`));
  if (envelope.records.length !== 1)
    errors.push(error('SOLUONG', `Mỗi lần gửi một hồ sơ, tệp có ${envelope.records.length}`));
  if (!verifyXml(xml).valid) errors.push(error('CHUKY', 'Chữ ký số của đơn vị thiếu hoặc không hợp lệ'));
  const tables = new Map<string, Row[]>();
  for (const file of envelope.records[0] ?? []) {
    if (!(file.type in SHAPE)) continue;
    const rows = readRows(file.type, file.xml);
    if (rows) tables.set(file.type, rows);
    else errors.push(error('CAUTRUC', `${file.type} sai cấu trúc`, file.type));
  }
  const summary = tables.get('XML1')?.[0];
  if (!summary) return [...errors, error('XML1', 'Hồ sơ không có XML1', 'XML1')];
  for (const [name, rows] of tables) errors.push(...rowErrors(name, rows, summary.MA_LK ?? ''));
  errors.push(...moneyErrors(summary, [...(tables.get('XML2') ?? []), ...(tables.get('XML3') ?? [])]));
  if ((summary.NGAY_RA ?? '') < (summary.NGAY_VAO ?? ''))
    errors.push(error('THOIGIAN', 'NGAY_RA trước NGAY_VAO', 'XML1', 1, 'NGAY_RA'));
  return fileOf(summary, errors);
}

/** The check-in file: one row of table 0. */
export function readCheckInFile(xml: string): ReadFile | FileError[] {
  const rows = readRows('XML0', xml);
  const row = rows?.[0];
  if (!row) return [error('CAUTRUC', 'XML0 sai cấu trúc', 'XML0')];
  const errors = rowErrors('XML0', rows, row.MA_LK ?? '');
  if (!verifyXml(xml).valid) errors.push(error('CHUKY', 'Chữ ký số của đơn vị thiếu hoặc không hợp lệ'));
  return fileOf(row, errors);
}

const fileOf = (summary: Row, errors: FileError[]): ReadFile => ({
  key: summary.MA_LK ?? '',
  identity: [summary.MA_BN, summary.NGAY_SINH, summary.NGAY_VAO].join('|'),
  summary,
  errors,
});

function readRows(name: string, xml: string): Row[] | undefined {
  const [root, list, row] = SHAPE[name] ?? [''];
  try {
    const top = child(parseXml(xml), root);
    if (top === undefined) return undefined;
    const nodes = list && row ? children(child(top, list), row) : [top];
    return nodes.map((node) => cells(node));
  } catch {
    return undefined;
  }
}

function cells(node: XmlNode | string): Row {
  if (typeof node === 'string') return {};
  return Object.fromEntries(Object.keys(node).map((name) => [name, textOf(child(node, name)).trim()]));
}

function rowErrors(name: string, rows: readonly Row[], key: string): FileError[] {
  return rows.flatMap((row, i) => [
    ...(MANDATORY[name] ?? [])
      .filter((field) => (row[field] ?? '') === '')
      .map((field) => error('THIEU', `Thiếu ${field}`, name, i + 1, field)),
    ...TIMES.filter((field) => (row[field] ?? '') !== '' && !/^\d{12}$/.test(row[field] ?? '')).map((field) =>
      error('DINHDANG', `${field} phải có 12 chữ số`, name, i + 1, field),
    ),
    ...(row.MA_LK === key ? [] : [error('MALK', `MA_LK khác XML1`, name, i + 1, 'MA_LK')]),
  ]);
}

const number = (text: string | undefined): Decimal =>
  /^\d+(\.\d+)?$/.test(text ?? '') ? Decimal.of(text ?? '0') : Decimal.ZERO;

function moneyErrors(summary: Row, lines: readonly Row[]): FileError[] {
  const sum = (field: string): Decimal => Decimal.sum(lines.map((line) => number(line[field])));
  const pairs = [
    ['T_TONGCHI_BV', 'THANH_TIEN_BV'],
    ['T_TONGCHI_BH', 'THANH_TIEN_BH'],
    ['T_BHTT', 'T_BHTT'],
    ['T_BNCCT', 'T_BNCCT'],
  ] as const;
  return pairs
    .filter(([total, part]) => !number(summary[total]).eq(sum(part)))
    .map(([total, part]) =>
      error('TONG', `${total} ${summary[total] ?? ''} khác tổng ${part} ${sum(part)}`, 'XML1', 1, total),
    );
}
