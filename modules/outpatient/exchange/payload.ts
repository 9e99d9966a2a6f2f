/** What the national prescription system takes (QĐ 808/QĐ-BYT, part V; field names as public clients send them). */
import { addDays, formatDate, localDate } from '@mach/base/time.ts';

/** `POST /api/v1/gui-don-thuoc`. */
export interface NationalPayload {
  /** c common, n narcotic, h psychotropic, y traditional. */
  loai_don_thuoc: string;
  ma_don_thuoc: string;
  ho_ten_benh_nhan: string;
  ma_dinh_danh_y_te: string;
  ma_dinh_danh_cong_dan: string;
  /** dd/MM/yyyy */
  ngay_sinh_benh_nhan: string;
  /** kg, empty when unknown. */
  can_nang: string;
  /** 1 unknown, 2 male, 3 female. */
  gioi_tinh: string;
  ma_so_the_bao_hiem_y_te: string;
  /** "name, phone, address"; required under 72 months. */
  thong_tin_nguoi_giam_ho: string;
  dia_chi: string;
  chan_doan: { ma_chan_doan: string; ten_chan_doan: string; ket_luan: string }[];
  luu_y: string;
  /** 1 inpatient, 2 outpatient (certainty M: as two hospital systems in use send it). */
  hinh_thuc_dieu_tri: string;
  /** One object, not a list (certainty L: clients differ). */
  dot_dung_thuoc: { dot: string; tu_ngay: string; den_ngay: string; so_thang_thuoc: string };
  thong_tin_don_thuoc: {
    ma_thuoc: string;
    biet_duoc: string;
    ten_thuoc: string;
    don_vi_tinh: string;
    so_luong: string;
    cach_dung: string;
  }[];
  loi_dan: string;
  so_dien_thoai_nguoi_kham_benh: string;
  /** Days from the prescription to the return visit. */
  ngay_tai_kham: string;
  /** yyyy-MM-dd HH:mm:ss */
  ngay_gio_ke_don: string;
  signature: string;
}

/** One message of the outbox: who sends, and what. No password is ever part of it. */
export interface NationalMessage {
  /** Link code of the facility. */
  facility: string;
  /** Link code of the prescriber, or the licence number where none has been given. */
  prescriber: string;
  body: NationalPayload;
}

/** The signed content of a prescription, as the kernel seals it. */
export interface SignedPrescription {
  code: string;
  kind: string;
  facility: { code: string };
  patient: {
    name: string | null;
    birthDate: string | null;
    gender: string | null;
    cccd: string | null;
    address: string | null;
  };
  lines: {
    drug: string;
    name: string | null;
    days: number;
    quantity: string;
    unit: string | null;
    text: string;
    note: string | null;
  }[];
  advice: string | null;
  revisit: string | null;
  signedAt: string;
}

/** What the signed content leaves out and the records know. */
export interface Beside {
  diagnoses: readonly { code: string; name: string; text: string }[];
  brands: ReadonlyMap<string, string>;
  weightKg?: string;
  insurance?: string;
  phone?: string;
  guardian?: string;
  signature: string;
}

const GENDERS: Readonly<Record<string, string>> = { male: '2', female: '3' };
const OUTPATIENT = '2';
const DAY_MS = 86_400_000;

export function nationalPayload(signed: SignedPrescription, beside: Beside): NationalPayload {
  const day = localDate(signed.signedAt);
  const days = Math.max(1, ...signed.lines.map((line) => line.days));
  return {
    loai_don_thuoc: signed.kind.toLowerCase(),
    ma_don_thuoc: signed.code,
    ho_ten_benh_nhan: signed.patient.name ?? '',
    ma_dinh_danh_y_te: '',
    ma_dinh_danh_cong_dan: signed.patient.cccd ?? '',
    ngay_sinh_benh_nhan: birthDay(signed.patient.birthDate),
    can_nang: beside.weightKg ?? '',
    gioi_tinh: GENDERS[signed.patient.gender ?? ''] ?? '1',
    ma_so_the_bao_hiem_y_te: beside.insurance ?? '',
    thong_tin_nguoi_giam_ho: beside.guardian ?? '',
    dia_chi: signed.patient.address ?? '',
    chan_doan: beside.diagnoses.map((d) => ({ ma_chan_doan: d.code, ten_chan_doan: d.name, ket_luan: d.text })),
    luu_y: '',
    hinh_thuc_dieu_tri: OUTPATIENT,
    dot_dung_thuoc: {
      dot: '1',
      tu_ngay: formatDate(day),
      den_ngay: formatDate(addDays(day, days - 1)),
      so_thang_thuoc: '0',
    },
    thong_tin_don_thuoc: signed.lines.map((line) => ({
      ma_thuoc: line.drug,
      biet_duoc: beside.brands.get(line.drug) ?? '',
      ten_thuoc: line.name ?? '',
      don_vi_tinh: line.unit ?? '',
      so_luong: line.quantity,
      cach_dung: [line.text, line.note].filter((part) => part).join('. '),
    })),
    loi_dan: signed.advice ?? '',
    so_dien_thoai_nguoi_kham_benh: beside.phone ?? '',
    ngay_tai_kham:
      signed.revisit === null ? '' : String(Math.round((Date.parse(signed.revisit) - Date.parse(day)) / DAY_MS)),
    ngay_gio_ke_don: wallClock(signed.signedAt),
    signature: beside.signature,
  };
}

/** The form has no place for an unknown day: the first of what is known stands for it, as on official papers. */
function birthDay(birthDate: string | null): string {
  if (birthDate === null) return '';
  return formatDate(
    birthDate.length === 4 ? `${birthDate}-01-01` : birthDate.length === 7 ? `${birthDate}-01` : birthDate,
  );
}

const wallClock = (instant: string): string =>
  new Date(Date.parse(instant) + 7 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
