/** What the official sheets do not say in a machine's words: elements, shapes, conditions, later changes. */
import type { FieldFormat, Mandatory, TableName } from '../../packages/vn/xml/pack.ts';

export interface TableFrame {
  root: string | null;
  list: string | null;
  row: string | null;
  title: string;
  when: string;
}

const HIV = 'HO_SO_BENH_AN_CHAM_SOC_VA_DIEU_TRI_HIV_AIDS';
const single = (root: string, title: string, when: string): TableFrame => ({
  root,
  list: null,
  row: null,
  title,
  when,
});

export const FRAMES: Record<TableName, TableFrame> = {
  XML0: {
    root: 'CHI_TIEU_TRANG_THAI_KCB',
    list: 'DSACH_TRANG_THAI_KCB',
    row: 'TRANG_THAI_KCB',
    title: 'Trạng thái khám chữa bệnh (check-in)',
    when: 'chi phí đầu tiên của lượt và chi phí đầu tiên tại khoa điều trị; không gửi khi cấp cứu',
  },
  XML1: single('TONG_HOP', 'Tổng hợp', 'luôn gửi, một dòng'),
  XML2: {
    root: 'CHITIEU_CHITIET_THUOC',
    list: 'DSACH_CHI_TIET_THUOC',
    row: 'CHI_TIET_THUOC',
    title: 'Thuốc, máu, khí y tế',
    when: 'khi có dòng',
  },
  XML3: {
    root: 'CHITIEU_CHITIET_DVKT_VTYT',
    list: 'DSACH_CHI_TIET_DVKT',
    row: 'CHI_TIET_DVKT',
    title: 'Dịch vụ kỹ thuật, vật tư y tế',
    when: 'khi có dòng',
  },
  XML4: {
    root: 'CHITIEU_CHITIET_DICHVUCANLAMSANG',
    list: 'DSACH_CHI_TIET_CLS',
    row: 'CHI_TIET_CLS',
    title: 'Kết quả cận lâm sàng',
    when: 'khi có cận lâm sàng',
  },
  XML5: {
    root: 'CHITIEU_CHITIET_DIENBIENLAMSANG',
    list: 'DSACH_CHI_TIET_DIEN_BIEN_BENH',
    row: 'CHI_TIET_DIEN_BIEN_BENH',
    title: 'Diễn biến lâm sàng',
    when: 'loại hình 02–06, 08, 09',
  },
  XML6: {
    root: `CHI_TIEU_${HIV}`,
    list: `DSACH_${HIV}`,
    row: HIV,
    title: 'Chăm sóc và điều trị HIV/AIDS',
    when: 'người bệnh HIV',
  },
  XML7: single('CHI_TIEU_DU_LIEU_GIAY_RA_VIEN', 'Giấy ra viện', 'nội trú, ban ngày; thêm một bản cho mỗi trẻ'),
  XML8: single('CHI_TIEU_DU_LIEU_TOM_TAT_HO_SO_BENH_AN', 'Tóm tắt hồ sơ bệnh án', 'loại hình 03, 04, 06'),
  XML9: {
    root: 'CHI_TIEU_DU_LIEU_GIAY_CHUNG_SINH',
    list: 'DSACH_GIAYCHUNGSINH',
    row: 'DU_LIEU_GIAY_CHUNG_SINH',
    title: 'Giấy chứng sinh',
    when: 'một dòng mỗi trẻ',
  },
  XML10: single('CHI_TIEU_DU_LIEU_GIAY_NGHI_DUONG_THAI', 'Giấy nghỉ dưỡng thai', 'khi cấp'),
  XML11: single(
    'CHI_TIEU_DU_LIEU_GIAY_CHUNG_NHAN_NGHI_VIEC_HUONG_BAO_HIEM_XA_HOI',
    'Giấy nghỉ việc hưởng BHXH',
    'khi cấp',
  ),
  XML12: {
    root: null,
    list: null,
    row: null,
    title: 'Giám định y khoa',
    when: 'nhập trực tiếp trên cổng, không nằm trong hồ sơ',
  },
  XML13: single('CHI_TIEU_GIAYCHUYENTUYEN', 'Giấy chuyển cơ sở khám chữa bệnh', 'loại ra viện 2 hoặc 5'),
  XML14: single('CHI_TIEU_GIAYHEN_KHAMLAI', 'Giấy hẹn khám lại', 'khi có hẹn'),
  XML15: {
    root: 'CHI_TIEU_DIEUTRI_BENHLAO',
    list: 'DSACH_CHITIET_DIEUTRI_BENHLAO',
    row: 'CHITIET_DIEUTRI_BENHLAO',
    title: 'Điều trị lao',
    when: 'người bệnh lao',
  },
};

const DATETIME =
  /^(NGAY_VAO|NGAY_VAO_NOI_TRU|NGAY_RA|NGAY_TTOAN|NGAY_YL|NGAY_TH_YL|NGAY_KQ|THOI_DIEM_DBLS|THOIGIAN_DINHCHI|NGAY_SINH_CON|NGAY_HEN_KL)$/;
const DATE = /^(NGAY|TU_NGAY|DEN_NGAY|GT_THE_|BDDT_ARV|NGOAITRU_(TU|DEN)NGAY|NAM_NAM_LIEN_TUC)/;

/** Shape of a field from its name and size. */
export function formatOf(table: TableName, name: string, max: number | null): FieldFormat | null {
  if (name === 'NGAY_SINH' && max === 12) return 'birth';
  if (name === 'NGAY_MIEN_CCT') return 'date-or-datetime';
  if (name === 'NGAY_TAI_KHAM' || ((name === 'GT_THE_TU' || name === 'GT_THE_DEN') && max === null)) return 'dates';
  if (max === 8 && DATE.test(name)) return 'date';
  if (DATETIME.test(name)) return 'datetime';
  if (name === 'MA_DKBD') return max === null ? 'facilities' : 'facility';
  if (name === 'MA_CSKCB_DI') return 'facilities';
  if (/^(MA_CSKCB|MA_CSKCB_DEN|MA_NOI_DI|MA_NOI_DEN|NOI_LAY_MAU_XN|NOI_XN_KD|NOI_BDDT_ARV)$/.test(name))
    return 'facility';
  if (/^(MA_THE_BHYT|MA_THE_NND|MA_THE_TAM)$/.test(name)) return 'cards';
  if (name === 'MA_BENH_CHINH') return 'icd';
  if (/^SO_CCCD/.test(name)) return 'id-number';
  if (name === 'MA_BHXH' || name === 'MA_BHXH_NND') return 'insurance-number';
  if (name === 'GOI_VTYT') return 'package';
  return table === 'XML1' && name === 'CAN_NANG' ? 'weight' : null;
}

/** Decimals: quantities and unit prices 3, money 2, everything else whole. */
export function scaleOf(name: string): number {
  if (name === 'SO_LUONG' || /^DON_GIA/.test(name)) return 3;
  return /^(T_|THANH_TIEN)/.test(name) ? 2 : 0;
}

const LISTS = new Set([
  'MA_DOITUONG_KCB',
  'MA_LOAI_KCB',
  'MA_LOAI_RV',
  'KET_QUA_DTRI',
  'MA_NHOM',
  'MA_TAI_NAN',
  'DUONG_DUNG',
  'GIOI_TINH',
  'PHAM_VI',
  'MA_PTTT',
  'NGUON_CTRA',
  'PP_VO_CAM',
  'MA_LYDO_CT',
  'MA_KHUVUC',
  'MA_XANG_DAU',
  'NHOM_DOI_TUONG',
]);

const RANGES: Record<string, readonly [number, number]> = {
  VET_THUONG_TP: [1, 1],
  TAI_SU_DUNG: [1, 1],
  TYLE_TT_BH: [0, 100],
  TYLE_TT_DV: [0, 100],
  MUC_HUONG: [0, 100],
  THANG_QT: [1, 12],
  MA_DINH_CHI_THAI: [0, 1],
  TUOI_THAI: [1, 42],
  SINHCON_PHAUTHUAT: [0, 1],
  SINHCON_DUOI32TUAN: [0, 1],
  MA_BAC_PHAC_DO_BD: [1, 3],
  MA_BAC_PHAC_DO: [1, 3],
  MA_LYDO_DTRI: [1, 5],
  LOAI_DTRI_LAO: [0, 3],
  SANG_LOC_LAO: [1, 4],
  KQ_DTRI_LAO: [1, 7],
  MA_LYDO_XNTL_VR: [1, 3],
  KQ_XNTL_VR: [1, 5],
  MA_LOAI_BN: [1, 5],
  GIAI_DOAN_LAM_SANG: [1, 4],
  LAN_XN_PCR: [1, 3],
  MA_KQ_XN_PCR: [0, 1],
  LY_DO_CHUYEN_PHAC_DO: [1, 6],
  CHUC_VU: [1, 2],
  KHAM_GIAM_DINH: [1, 8],
  DANG_KHUYETTAT: [1, 6],
  MUC_DO_KHUYETTAT: [1, 4],
  PHANLOAI_LAO_VITRI: [1, 2],
  PHANLOAI_LAO_TS: [1, 6],
  PHANLOAI_LAO_HIV: [1, 3],
  PHANLOAI_LAO_VK: [1, 2],
  PHANLOAI_LAO_KT: [1, 6],
  PHACDO_DTRI_LAO: [1, 27],
  KET_QUA_DTRI_LAO: [1, 6],
};

export function codesOfField(name: string): string | readonly [number, number] | null {
  if (name === 'GIOI_TINH_CON') return 'GIOI_TINH';
  return LISTS.has(name) ? name : (RANGES[name] ?? null);
}

const ORDERED = ['in', 'MA_NHOM', '1', '2', '3', '8', '18'] as const;
const PREGNANCY = ['in', 'MA_DINH_CHI_THAI', '1'] as const;
const PCR = ['in', 'MA_TINH_TRANG_DK', '1'] as const;
const ARV = ['in', 'MA_XU_TRI', '1'] as const;

/** Conditions written as prose in the portal's sheet. */
export const CONDITIONS: Record<string, Mandatory> = {
  'XML0 LY_DO_VNT': ['present', 'NGAY_VAO_NOI_TRU'],
  'XML0 MA_DICH_VU': ['empty', 'MA_THUOC', 'MA_VAT_TU'],
  'XML0 TEN_DICH_VU': ['present', 'MA_DICH_VU'],
  'XML0 MA_THUOC': ['empty', 'MA_DICH_VU', 'MA_VAT_TU'],
  'XML0 TEN_THUOC': ['present', 'MA_THUOC'],
  'XML0 MA_VAT_TU': ['empty', 'MA_DICH_VU', 'MA_THUOC'],
  'XML0 TEN_VAT_TU': ['present', 'MA_VAT_TU'],
  'XML2 SO_DANG_KY': 'no',
  'XML2 TT_THAU': ['not-in', 'MA_NHOM', '7', '17'],
  'XML2 MA_BAC_SI': 'always',
  'XML2 MA_DICH_VU': 'no',
  'XML3 MA_DICH_VU': ['empty', 'MA_VAT_TU'],
  'XML3 MA_VAT_TU': ['empty', 'MA_DICH_VU'],
  'XML3 TEN_VAT_TU': ['present', 'MA_VAT_TU'],
  'XML3 TEN_DICH_VU': ['present', 'MA_DICH_VU'],
  'XML3 MA_XANG_DAU': ['in', 'MA_NHOM', '12'],
  'XML3 TT_THAU': ['in', 'MA_NHOM', '10'],
  'XML3 NGUOI_THUC_HIEN': ORDERED,
  'XML3 NGAY_TH_YL': ORDERED,
  'XML4 NGAY_KQ': ['present', 'GIA_TRI'],
  'XML6 PHACDO_DTRI_LAO': ['not-in', 'LOAI_DTRI_LAO', '0'],
  'XML6 NGAYBD_DTRI_LAO': ['not-in', 'LOAI_DTRI_LAO', '0'],
  'XML6 NGAYKT_DTRI_LAO': 'no',
  'XML6 KQ_DTRI_LAO': ['not-in', 'LOAI_DTRI_LAO', '0'],
  'XML6 LAN_XN_PCR': PCR,
  'XML6 NGAY_XN_PCR': PCR,
  'XML6 NGAY_KQ_XN_PCR': PCR,
  'XML6 MA_KQ_XN_PCR': PCR,
  'XML6 NGAY_BAT_DAU_XU_TRI': ARV,
  'XML6 NGAY_KET_THUC_XU_TRI': ARV,
  'XML6 SO_NGAY_CAP_THUOC_ARV': ARV,
  'XML6 MA_BAC_PHAC_DO': ['in', 'MA_PHAC_DO_DIEU_TRI', 'KHAC'],
  'XML6 NGAY_CHUYEN_PHAC_DO': ['present', 'LY_DO_CHUYEN_PHAC_DO'],
  'XML6 LY_DO_CHUYEN_PHAC_DO': ['present', 'NGAY_CHUYEN_PHAC_DO'],
  'XML7 NGUYENNHAN_DINHCHI': PREGNANCY,
  'XML7 THOIGIAN_DINHCHI': PREGNANCY,
  'XML7 TUOI_THAI': PREGNANCY,
  'XML11 NGUYENNHAN_DINHCHI': PREGNANCY,
  'XML11 TUOI_THAI': PREGNANCY,
  // The sheet's comment withdraws its own mark.
  'XML13 TOMTAT_KQ': 'no',
  // HIV dates inside the TB table bind only people with both diseases.
  'XML15 BDDT_ARV': 'no',
  'XML15 NGAY_BAT_DAU_DT_CTX': 'no',
};

export interface Change {
  type?: 'S' | 'N';
  max?: number | null;
  rename?: string;
  drop?: true;
  mandatory?: Mandatory;
  scale?: number;
  format?: FieldFormat | null;
  meaning?: string;
}

const unbounded: Change = { max: null };
const signer: Change = { max: 255 };

/** QĐ 3176/QĐ-BYT of 29 October 2024, in force 1 January 2025. */
export const CHANGES_3176: Record<string, Change> = {
  'XML0 SO_CCCD': unbounded,
  'XML1 SO_CCCD': unbounded,
  'XML6 SO_CCCD': unbounded,
  'XML9 SO_CCCD_NND': unbounded,
  'XML12 SO_CCCD': unbounded,
  'XML15 SO_CCCD': unbounded,
  'XML1 MA_NGHE_NGHIEP': { max: 2, meaning: 'Mã nghề nghiệp đến cấp 2; chưa có nghề ghi 00' },
  'XML1 MAXA_CU_TRU': { mandatory: 'no' },
  'XML9 MAXA_CU_TRU': { mandatory: 'no' },
  'XML1 MA_BENH_YHCT': { max: 150 },
  'XML1 MA_TTDV': signer,
  'XML1 DU_PHONG': { meaning: 'chiều cao (cm) khi dùng để chẩn đoán, điều trị' },
  'XML2 MA_THUOC': { mandatory: ['not-in', 'PHAM_VI', '2'] },
  'XML2 HAM_LUONG': { mandatory: 'no' },
  'XML3 MA_BENH_YHCT': { max: 150 },
  'XML3 T_TRANTT': { meaning: 'mức thanh toán BHYT của vật tư y tế' },
  'XML4 MA_DICH_VU': { max: 50 },
  'XML4 MA_CHI_SO': { max: 255 },
  'XML4 GIA_TRI': { max: 255 },
  'XML7 PP_DIEUTRI': unbounded,
  'XML7 MA_TTDV': signer,
  'XML7 MA_BS': signer,
  'XML7 SO_NGAY_NGHI': { max: 3 },
  'XML8 MA_TTDV': signer,
  'XML9 MA_TTDV': signer,
  'XML10 MA_TTDV': signer,
  'XML10 MA_BS': signer,
  'XML11 MA_TTDV': signer,
  'XML11 MA_BS': signer,
  'XML13 MA_NOI_DI': { rename: 'MA_CSKCB_DI', max: 100 },
  'XML13 MA_NOI_DEN': { rename: 'MA_CSKCB_DEN' },
  'XML13 NGAY_VAO': { max: 100 },
  'XML13 NGAY_RA': { max: 100 },
  'XML13 TEN_DICH_VU': { drop: true },
  'XML13 TEN_THUOC': { drop: true },
  'XML13 PP_DIEU_TRI': { rename: 'TINH_TRANG_CT', meaning: 'tình trạng người bệnh khi chuyển', mandatory: 'no' },
  'XML13 MA_TTDV': signer,
  'XML13 DU_PHONG': { meaning: 'chữ ký số của cơ sở' },
  'XML14 NGAY_HEN_KL': { max: 8 },
  'XML14 MA_TTDV': signer,
  'XML14 DU_PHONG': { meaning: 'chữ ký số của cơ sở' },
};

/** Two-tier addresses: the district code is gone from 1 July 2025. */
export const CHANGES_TWO_TIER: Record<string, Change> = {
  'XML1 MAHUYEN_CU_TRU': { mandatory: 'no' },
  'XML9 MAHUYEN_CU_TRU': { mandatory: 'no' },
  'XML12 MAHUYEN_CU_TRU': { mandatory: 'no' },
  'XML12 MAXA_CU_TRU': { mandatory: 'no' },
};

/** QĐ 1931/QĐ-BYT of 29 June 2026: half rates need a decimal (95 % × 50 % = 47.5). */
export const CHANGES_1931: Record<string, Change> = {
  'XML2 MUC_HUONG': { max: 4, scale: 1 },
  'XML3 MUC_HUONG': { max: 4, scale: 1 },
};
