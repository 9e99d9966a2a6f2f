/** What each kind of sheet may hold, and by which headings a column is recognised. Pure; runs on the screen too. */
import { foldText } from '@mach/base/fold.ts';
import type { Text } from '@mach/base/problem.ts';

export const SHEET_KINDS = ['services', 'drugs', 'rooms', 'staff'] as const;
export type SheetKind = (typeof SHEET_KINDS)[number];

export interface SheetField {
  name: string;
  title: Text;
  required: boolean;
  /** Headings seen in hospitals, without marks and case. */
  headings: readonly string[];
}

const field = (name: string, vi: string, en: string, headings: string, required = false): SheetField => ({
  name,
  title: { vi, en },
  required,
  headings: [vi, en, name, ...headings.split('|')].map(headingOf),
});

/** A heading as it is compared. */
export function headingOf(text: string): string {
  return foldText(text)
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();
}

export const FIELDS: Readonly<Record<SheetKind, readonly SheetField[]>> = {
  services: [
    field(
      'code',
      'Mã dịch vụ',
      'Service code',
      'ma|ma dich vu|ma dvkt|ma_dich_vu|ma tuong duong|ma ky thuat|ma dv|code',
      true,
    ),
    field('name', 'Tên dịch vụ', 'Service name', 'ten|ten dvkt|ten_dich_vu|ten ky thuat|dich vu|ten dich vu ky thuat'),
    field('group', 'Nhóm (MA_NHOM)', 'Group (MA_NHOM)', 'nhom|ma nhom|ma_nhom'),
    field(
      'price',
      'Giá của cơ sở',
      'Own price',
      'gia|don gia|gia dich vu|gia thu|gia vien phi|gia hien hanh|muc gia|don_gia_bv|gia quy dinh',
    ),
    field(
      'bhytPrice',
      'Giá BHYT',
      'Insurance price',
      'gia bao hiem|don gia bhyt|don_gia_bh|gia bh|gia thanh toan bhyt|gia bhyt thanh toan',
    ),
    field('from', 'Từ ngày', 'From', 'tu ngay|hieu luc tu|ngay hieu luc|ngay ap dung|tungay|tu_ngay'),
    field('to', 'Đến ngày', 'To', 'den ngay|hieu luc den|ngay het hieu luc|denngay|den_ngay'),
    field('withdrawn', 'Ngừng', 'Withdrawn', 'ngung|ngung su dung|ngung ap dung|thoi ap dung'),
  ],
  drugs: [
    field('code', 'Mã thuốc', 'Drug code', 'ma|ma thuoc|ma noi bo|ma hang|code', true),
    field('display', 'Tên thuốc', 'Name', 'ten|ten thuoc|ten hoat chat|hoat chat va ten thuoc'),
    field('ingredients', 'Hoạt chất', 'Ingredients', 'hoat chat|ten hoat chat|thanh phan'),
    field('brand', 'Tên thương mại', 'Brand', 'biet duoc|ten biet duoc|ten thuong mai'),
    field('strength', 'Hàm lượng', 'Strength', 'ham luong|nong do ham luong|nong do'),
    field('form', 'Dạng bào chế', 'Form', 'dang bao che|dang dung'),
    field('route', 'Đường dùng', 'Route', 'duong dung|ma duong dung'),
    field('atc', 'Mã ATC', 'ATC', 'atc|ma atc'),
    field('group', 'Nhóm thuốc', 'Group', 'nhom|nhom duoc ly|nhom thuoc'),
    field('unit', 'Đơn vị tính', 'Unit', 'dvt|don vi|don vi tinh|don_vi_tinh'),
    field('doseUnit', 'Đơn vị liều', 'Dose unit', 'don vi lieu|dv lieu'),
    field('pack', 'Quy cách', 'Pack', 'quy cach|quy cach dong goi'),
    field('registration', 'Số đăng ký', 'Registration', 'sdk|so dang ky|so luu hanh|gplh|so_dang_ky'),
    field('price', 'Đơn giá', 'Price', 'gia|don gia|gia ban|gia trung thau|gia thau'),
    field('bhytPrice', 'Giá BHYT', 'Insurance price', 'gia bao hiem|don gia bhyt|gia bhyt thanh toan'),
    field('bhytRatio', 'Tỷ lệ BHYT (%)', 'Insurance ratio (%)', 'ty le|ty le bhyt|tyle|tyle_tt|ty le thanh toan'),
    field(
      'bhytCondition',
      'Điều kiện thanh toán',
      'Payment conditions',
      'dieu kien|dieu kien thanh toan|ghi chu thanh toan',
    ),
    field('claimCode', 'Mã BHYT', 'Claim code', 'ma bhyt|ma hoat chat|ma_thuoc'),
    field('tender', 'Thông tin thầu', 'Tender', 'tt thau|tt_thau|thau|quyet dinh thau|so quyet dinh'),
    field('withdrawn', 'Ngừng', 'Withdrawn', 'ngung|ngung su dung'),
  ],
  rooms: [
    field('code', 'Mã phòng', 'Room code', 'ma|ma phong|so phong|phong so|code', true),
    field('name', 'Tên phòng', 'Room name', 'ten|ten phong|phong', true),
    field('use', 'Loại phòng', 'Use', 'loai|loai phong|chuc nang', true),
    field('department', 'Mã khoa', 'Department', 'khoa|ma khoa|khoa phong|ten khoa', true),
    field('specialty', 'Chuyên khoa', 'Specialty', 'chuyen khoa'),
    field('examService', 'Công khám', 'Exam service', 'cong kham|ma cong kham|dich vu kham'),
  ],
  staff: [
    field('login', 'Tài khoản', 'Account', 'tai khoan|ten dang nhap|username|user|login', true),
    field('name', 'Họ tên', 'Full name', 'ho ten|ho va ten|ten|nhan vien|ten nhan vien', true),
    field('roles', 'Vai trò', 'Roles', 'vai tro|quyen|chuc nang', true),
    field('title', 'Chức danh', 'Title', 'chuc danh|chuc vu|trinh do'),
    field(
      'licence',
      'Số giấy phép hành nghề',
      'Licence',
      'cchn|so cchn|gphn|so gphn|chung chi hanh nghe|giay phep hanh nghe',
    ),
    field('gender', 'Giới tính', 'Gender', 'gioi|gioi tinh|phai'),
  ],
};

/**
 * Which field each column holds: as people chose the last time, else by the heading, whole before part. A field stands
 * for one column only. Null: left out.
 */
export function guessMapping(
  kind: SheetKind,
  headings: readonly string[],
  remembered: Readonly<Record<string, string>> = {},
): (string | null)[] {
  const fields = FIELDS[kind];
  const mapping: (string | null)[] = headings.map(() => null);
  const used = new Set<string>();
  const give = (column: number, name: string): void => {
    if (mapping[column] !== null || used.has(name)) return;
    mapping[column] = name;
    used.add(name);
  };
  const folded = headings.map(headingOf);
  const settled = new Set<number>();
  for (const [i, heading] of folded.entries()) {
    const known = heading === '' ? undefined : remembered[heading];
    if (known === undefined) continue;
    settled.add(i);
    if (fields.some((one) => one.name === known)) give(i, known);
  }
  const open = folded
    .map((heading, i) => ({ heading, i }))
    .filter(({ heading, i }) => heading !== '' && !settled.has(i));
  for (const { heading, i } of open) for (const one of fields) if (one.headings.includes(heading)) give(i, one.name);
  for (const { heading, i } of open)
    for (const one of fields)
      if (one.headings.some((known) => known.length > 4 && ` ${heading} `.includes(` ${known} `))) give(i, one.name);
  return mapping;
}
