import { foldText } from '@mach/base/fold.ts';
import { addDays, parseDateVi } from '@mach/base/time.ts';
import { parsePrescriptionCode } from '@mach/vn/prescription-code.ts';
import type { NationalPayload } from './payload.ts';
import { LOGIN_PATH, type NationalAnswer, type NationalTransport, SEND_PATH } from './transport.ts';

export const SIMULATOR = 'national-prescription-simulator';
/** What the simulator remembers of codes it has taken; the oldest are forgotten. */
const KEPT = 50_000;
const CHILD_MONTHS = 72;

export interface SimulatorOptions {
  /** Prescribers who are registered; default: a licence number or a link code of the usual form. */
  knows?: (facility: string, prescriber: string) => boolean;
  /** Answers nothing (as when the line is down) while this is true. */
  silent?: () => boolean;
}

/** `000002/DEMO-GPHN`, `0012345/HNO-CCHN`, `BS001`. */
const usualPrescriber = (_: string, prescriber: string): boolean =>
  /^(\d{6,7}\/\p{L}+-(GPHN|CCHN)|BS\d+)$/u.test(prescriber);

/** The national prescription system as far as its public description goes: it refuses what that one refuses. */
export function nationalSimulator(options: SimulatorOptions = {}): NationalTransport & { taken: ReadonlySet<string> } {
  const knows = options.knows ?? usualPrescriber;
  const tokens = new Map<string, string>();
  const taken = new Set<string>();

  function login(body: {
    ma_lien_thong_bac_si?: string;
    ma_lien_thong_co_so_kham_chua_benh?: string;
    password?: string;
  }): NationalAnswer {
    const facility = body.ma_lien_thong_co_so_kham_chua_benh ?? '';
    const prescriber = body.ma_lien_thong_bac_si ?? '';
    if (!body.password || !knows(facility, prescriber))
      return { status: 401, body: { message: 'Mã liên thông hoặc mật khẩu không đúng' } };
    const token = `simulated-${tokens.size + 1}`;
    tokens.set(token, facility);
    return { status: 200, body: { token, token_type: 'bearer' } };
  }

  function send(body: NationalPayload, token: string | undefined): NationalAnswer {
    const facility = tokens.get(token ?? '');
    if (facility === undefined) return { status: 401, body: { message: 'Unauthorized' } };
    const errors = faults(body, facility);
    if (errors.length > 0) return { status: 422, body: { message: 'Dữ liệu không hợp lệ', errors } };
    if (taken.has(body.ma_don_thuoc))
      return { status: 400, body: { message: `Đơn thuốc ${body.ma_don_thuoc} đã tồn tại` } };
    if (taken.size >= KEPT) taken.delete(taken.values().next().value ?? '');
    taken.add(body.ma_don_thuoc);
    return { status: 200, body: { success: true, ma_don_thuoc: body.ma_don_thuoc } };
  }

  return {
    name: SIMULATOR,
    simulated: true,
    taken,
    async post(path, body, token) {
      if (options.silent?.()) throw new Error(`${SIMULATOR} is silent`);
      // Through text, as on a wire: what JSON cannot carry is not there.
      const plain = JSON.parse(JSON.stringify(body)) as never;
      if (path === LOGIN_PATH) return login(plain);
      if (path === SEND_PATH) return send(plain, token);
      return { status: 404, body: { message: 'Not found' } };
    },
  };
}

const REQUIRED = [
  'loai_don_thuoc',
  'ma_don_thuoc',
  'ho_ten_benh_nhan',
  'ngay_sinh_benh_nhan',
  'gioi_tinh',
  'hinh_thuc_dieu_tri',
  'ngay_gio_ke_don',
] as const satisfies readonly (keyof NationalPayload)[];

const blank = (text: unknown): boolean => typeof text !== 'string' || text.trim() === '';

function faults(body: NationalPayload, facility: string): string[] {
  const errors: string[] = REQUIRED.filter((field) => blank(body[field])).map((field) => `${field}: bắt buộc`);
  const code = parsePrescriptionCode(String(body.ma_don_thuoc ?? ''));
  if (!code) errors.push('ma_don_thuoc: phải có 14 ký tự dạng xxxxxyyyyyyy-z');
  else {
    if (code.facility !== facility) errors.push('ma_don_thuoc: 5 ký tự đầu không phải mã cơ sở đang đăng nhập');
    if (code.kind.toLowerCase() !== body.loai_don_thuoc) errors.push('ma_don_thuoc: ký tự cuối không khớp loại đơn');
  }
  if (!/^[cnhy]$/.test(body.loai_don_thuoc ?? '')) errors.push('loai_don_thuoc: chỉ nhận c, n, h, y');
  if (!/^[123]$/.test(body.gioi_tinh ?? '')) errors.push('gioi_tinh: chỉ nhận 1, 2, 3');
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(body.ngay_gio_ke_don ?? ''))
    errors.push('ngay_gio_ke_don: phải dạng Y-m-d H:m:s');
  if (blank(body.dia_chi) && blank(body.ma_dinh_danh_cong_dan))
    errors.push('dia_chi: bắt buộc khi không có số định danh');
  if (!blank(body.ma_dinh_danh_cong_dan) && !/^\d{12}$/.test(body.ma_dinh_danh_cong_dan))
    errors.push('ma_dinh_danh_cong_dan: phải có 12 số');
  return [...errors, ...birthFaults(body), ...diagnosisFaults(body), ...drugFaults(body)];
}

function birthFaults(body: NationalPayload): string[] {
  const born = parseDateVi(body.ngay_sinh_benh_nhan ?? '');
  if (born?.length !== 10) return blank(body.ngay_sinh_benh_nhan) ? [] : ['ngay_sinh_benh_nhan: phải dạng d/m/Y'];
  const day = (body.ngay_gio_ke_don ?? '').slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return [];
  if (born > day) return ['ngay_sinh_benh_nhan: sau ngày kê đơn'];
  const limit = addDays(day, -Math.ceil(CHILD_MONTHS * 30.4375));
  const errors: string[] = [];
  if (born > limit && blank(body.thong_tin_nguoi_giam_ho))
    errors.push('thong_tin_nguoi_giam_ho: bắt buộc với trẻ dưới 72 tháng tuổi');
  if (born > limit && blank(body.can_nang)) errors.push('can_nang: bắt buộc với trẻ dưới 72 tháng tuổi');
  return errors;
}

function diagnosisFaults(body: NationalPayload): string[] {
  if (!Array.isArray(body.chan_doan) || body.chan_doan.length === 0) return ['chan_doan: bắt buộc'];
  return body.chan_doan.flatMap((d, i) =>
    /^[A-Z]\d\d(\.\d{1,2})?$/.test(d.ma_chan_doan ?? '') && !blank(d.ten_chan_doan)
      ? []
      : [`chan_doan.${i}: mã ICD-10 hoặc tên không hợp lệ`],
  );
}

function drugFaults(body: NationalPayload): string[] {
  const lines = body.thong_tin_don_thuoc;
  if (!Array.isArray(lines) || lines.length === 0) return ['thong_tin_don_thuoc: bắt buộc'];
  return lines.flatMap((line, i) => {
    const at = `thong_tin_don_thuoc.${i}`;
    const errors: string[] = [];
    for (const field of ['ten_thuoc', 'don_vi_tinh', 'cach_dung'] as const)
      if (blank(line[field])) errors.push(`${at}.${field}: bắt buộc`);
    if (!/^\d+(\.\d+)?$/.test(line.so_luong ?? '') || Number(line.so_luong) <= 0)
      errors.push(`${at}.so_luong: phải lớn hơn 0`);
    if (/thuc pham (bao ve|chuc nang)/.test(foldText(line.ten_thuoc ?? '')))
      errors.push(`${at}: không kê thực phẩm bảo vệ sức khoẻ`);
    return errors;
  });
}
