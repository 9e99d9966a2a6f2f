import type { Text } from '@mach/base/problem.ts';

/** Text, or a number that was one in the file: of it alone it is certain what it means. */
export type SheetCell = string | number;

export const LIMITS = {
  /** Of the file, bytes. */
  file: 5_000_000,
  /** Of all parts unpacked, bytes. */
  unpacked: 100_000_000,
  /** Of one part over its packed size: text packs to a twentieth, a bomb to a thousandth. */
  ratio: 200,
  parts: 500,
  rows: 20_000,
  columns: 60,
  /** Letters of a cell. */
  cell: 2_000,
  /** Of reading, ms, and memory of the thread, MB. */
  time: 30_000,
  memory: 512,
} as const;

const FAULTS = {
  'old-excel': {
    text: { vi: 'Đây là tệp Excel kiểu cũ (.xls)', en: 'This is an old Excel file (.xls)' },
    remedy: { vi: 'Mở bằng Excel rồi lưu lại dạng .xlsx', en: 'Open it in Excel and save it as .xlsx' },
  },
  broken: {
    text: { vi: 'Không đọc được tệp này', en: 'This file cannot be read' },
    remedy: {
      vi: 'Chọn tệp .xlsx hoặc .csv; nếu tệp hỏng, lưu lại từ Excel',
      en: 'Choose an .xlsx or .csv; save a broken one again from Excel',
    },
  },
  encoding: {
    text: { vi: 'Tệp CSV không phải UTF-8', en: 'The CSV is not UTF-8' },
    remedy: { vi: 'Trong Excel chọn lưu dạng "CSV UTF-8"', en: 'In Excel save it as “CSV UTF-8”' },
  },
  empty: {
    text: { vi: 'Trang tính đầu tiên không có dòng dữ liệu', en: 'The first sheet has no rows' },
    remedy: {
      vi: 'Dòng đầu là tên cột, dữ liệu từ dòng thứ hai',
      en: 'The first row holds the headings, data follows',
    },
  },
  'too-large': {
    text: { vi: 'Tệp quá lớn, hoặc bung ra quá lớn', en: 'The file is too large, or unpacks to too much' },
    remedy: {
      vi: 'Tối đa 5 MB; bỏ hình ảnh và các trang không dùng',
      en: 'At most 5 MB; leave out pictures and other sheets',
    },
  },
  'too-many-rows': {
    text: { vi: 'Quá 20.000 dòng', en: 'More than 20,000 rows' },
    remedy: { vi: 'Chia thành nhiều tệp', en: 'Divide it into several files' },
  },
  'too-many-columns': {
    text: { vi: 'Quá 60 cột', en: 'More than 60 columns' },
    remedy: { vi: 'Bỏ các cột không dùng', en: 'Leave out the columns that are not needed' },
  },
  slow: {
    text: { vi: 'Đọc tệp quá lâu', en: 'Reading took too long' },
    remedy: { vi: 'Lưu lại bằng Excel, chỉ giữ một trang tính', en: 'Save it again with one sheet only' },
  },
} as const satisfies Record<string, { text: Text; remedy: Text }>;
export type FaultCode = keyof typeof FAULTS;
export const faultOf = (code: FaultCode): { text: Text; remedy: Text } => FAULTS[code];
export const isFault = (code: unknown): code is FaultCode => typeof code === 'string' && Object.hasOwn(FAULTS, code);

/** Why a file is not taken. */
export class SheetFault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode) {
    super(code);
    this.code = code;
  }
}
