/** Writes ethnic groups and occupations: `node scripts/rulepacks/demographics.ts`. */
import { cell, readCsv, writeEdition } from './lib.ts';

/** Other names under which a group is written in papers and older lists (QĐ 421/1979, QĐ 1019/2020 remarks). */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  '01': ['Việt'],
  '02': ['Thổ (Tày)', 'Ngạn', 'Phén', 'Thù Lao', 'Pa Dí'],
  '03': ['Tày Khao', 'Tày Đăm', 'Tày Mười', 'Tày Thanh', 'Hàng Tổng', 'Thổ Đà Bắc'],
  '04': ['Hán', 'Triều Châu', 'Phúc Kiến', 'Quảng Đông', 'Hải Nam', 'Hạ', 'Xạ Phang'],
  '05': ['Khmer', 'Khơ Me', 'Khme', 'Cur', 'Cul', 'Thổ (Khơ-me)'],
  '06': ['Mol', 'Mual', 'Ao Tá'],
  '07': ['Xuồng', 'Giang', 'Nùng An', 'Phàn Sình', 'Nùng Cháo', 'Nùng Lòi', 'Quý Rim', 'Khèn Lài'],
  '08': ['Mông', "H'Mông", 'Hoa (Mông)'],
  '09': [
    'Động',
    'Trại',
    'Xá',
    'Dìu Miền',
    'Kim Miền',
    'Lù Gang',
    'Làn Tẻn',
    'Đại Bản',
    'Tiểu Bản',
    'Cốc Ngáng',
    'Cốc Mùn',
    'Sơn Đầu',
  ],
  '10': ['Gia Rai', 'Jrai', 'Giơ-rai', 'Tơ-buăn', 'Chơ-rai', 'Hơ-bau', 'Hđrung', 'Chor'],
  '11': ['Xín', 'Lê', 'Đản', 'Khách Gia'],
  '12': ['Ê Đê', 'Rađê', 'Rhade', 'Đê', 'Kpạ', 'A-đham', 'Krung', 'Ktul', 'Đliê Ruê', 'Blô', 'Epan', 'Mđhur', 'Bih'],
  '13': [
    'Ba Na',
    'Bahnar',
    'Gơ-lar',
    'Tơ-lô',
    'Giơ-lâng',
    'Y-lăng',
    'Rơ-ngao',
    'Krem',
    'Roh',
    'ConKđe',
    'A-la Công',
    'Kpăng Công',
    'Bơ-nâm',
  ],
  '14': [
    'Xê Đăng',
    'Sedang',
    'Xơ-teng',
    'Hđang',
    'Tơ-đra',
    'Mơ-nâm',
    'Ha-lăng',
    'Ca-dong',
    'Kmrâng',
    'Con Lan',
    'Bri-la',
    'Tang',
  ],
  '15': ['Cao Lan', 'Cao Lan - Sán Chỉ', 'Sán Chỉ', 'Hờn Bạn'],
  '16': ['Cơ Ho', "K'Ho", 'Xrê', 'Nốp', 'Tu-lốp', 'Cơ-don', 'Chil', 'Lat', 'Lach', 'Trinh'],
  '17': ['Chàm', 'Chiêm Thành', 'Hroi'],
  '18': ['Sán Dẻo', 'Trại', 'Trại Đất'],
  '19': ['Chăm Rê', 'Chom', 'Krẹ Luỹ'],
  '20': ['M’Nông', 'Pnông', 'Nông', 'Pré', 'Bu-đâng', 'ĐiPri', 'Biat', 'Gar', 'Rơ-lam', 'Chil (Mnông)'],
  '21': ['Ra Glai', 'Raglay', 'Ra-clây', 'Rai', 'Noang', 'La-oang'],
  '22': ['S’Tiêng', 'Stiêng', 'Xa-điêng'],
  '23': ['Bru', 'Vân Kiều', 'Măng Coong', 'Tri Khùa'],
  '24': ['Kẹo', 'Mọn', 'Cuối', 'Họ', 'Đan Lai', 'Ly Hà', 'Tày Pọng', 'Con Kha', 'Xá Lá Vàng'],
  '25': ['Nhắng', 'Dẩng', 'Pầu Thìn', 'Nu Nà', 'Cùi Chu', 'Xa'],
  '26': ['Cơ Tu', 'Ca-tu', 'Cao', 'Hạ', 'Phương', 'Ca-tang'],
  '27': [
    'Giẻ Triêng',
    'Gié-Triêng',
    'Đgiéh',
    'Tareh',
    'Giang Rẫy',
    'Pin',
    'Triêng',
    'Treng',
    'Ta-riêng',
    'Ve',
    'Veh',
    'La-ve',
    'Ca-tang (Giẻ)',
  ],
  '28': ['Châu Mạ', 'Mạ Ngăn', 'Mạ Xốp', 'Mạ Tô', 'Mạ Krung'],
  '29': ['Khơ Mú', 'Xá Cẩu', 'Mứn Xen', 'Pu Thênh', 'Tềnh', 'Tày Hay'],
  '30': ['Cor', 'Col', 'Cùa', 'Trầu'],
  '31': ['Tà Ôi', 'Tôi-ôi', 'Pa-co', 'Pa-hi', 'Ba-hi'],
  '32': ['Chơ Ro', 'Dơ-ro', 'Châu-ro'],
  '33': ['Xá Khao', 'Xá Súa', 'Xá Dón', 'Xá Dẩng', 'Xá Hốc', 'Xá Ái', 'Xá Bung', 'Quảng Lâm'],
  '34': ['Xinh Mun', 'Puộc', 'Pụa'],
  '35': ['U Ní', 'Xá U Ní'],
  '36': ['Chu Ru', 'Chơ-ru', 'Chu'],
  '37': ['Lào Bốc', 'Lào Nọi'],
  '38': ['Cù Tê', 'La Quả'],
  '39': ['Xá Khao (La Ha)', 'Khlá Phlạo'],
  '40': ['Bồ Khô Pạ', 'Mu Di Pạ', 'Xá Phó', 'Phổ', 'Va Xơ Lao', 'Pu Dang'],
  '41': ['Lao', 'Pu Đang', 'Khù Xung', 'Cò Xung', 'Khả Quy'],
  '42': ['Lừ', 'Nhuồn Duôn'],
  '44': [
    'Sách',
    'Mày',
    'Rục',
    'Mã-liêng',
    'A-rem',
    'Tu vang',
    'Pa-leng',
    'Xơ-Lang',
    'Tơ-hung',
    'Chà-củi',
    'Tắc-củi',
    'U-mo',
    'Xá Lá Vàng (Chứt)',
  ],
  '45': ['Mảng Ư', 'Xá Lá Vàng (Mảng)'],
  '46': ['Pà Hưng', 'Tống'],
  '47': ['Cờ Lao'],
  '48': ['Xắm Khống', 'Mấng Nhé', 'Xá Xeng'],
  '49': ['Chủng Chá', 'Trọng Gia', 'Tu Dí', 'Tu Dìn'],
  '50': ['Cú Dề Xừ', 'Khà Pẻ'],
  '51': ['Ka Pèo', 'Pen Ti Lô Lô'],
  '52': ['Brao'],
  '53': ['Tày Hạt'],
  '54': ['Rơ Măm'],
  '55': ['Nước ngoài'],
  '99': ['Không xác định', 'Chưa rõ'],
};

/** Codes that partners send for an entry of the list: "56" is "not determined" in some claims of QĐ 4750. */
const ACCEPTED: readonly (readonly [string, string])[] = [['56', '99']];

writeEdition({
  subject: 'ethnic-groups',
  edition: '1979-03-02',
  validFrom: '1979-03-02',
  validTo: null,
  knownFrom: '2026-11-22',
  source: [
    { document: 'Quyết định 421-TCTK/PPCĐ ngày 02/03/1979, danh mục thành phần các dân tộc Việt Nam', certainty: 'H' },
    { document: 'HL7 VN Core, CodeSystem race (mã 55, 99)', certainty: 'M' },
    {
      document: 'Tên gọi khác theo danh mục 421-TCTK, chưa đối chiếu từng tên; bỏ các tên có ý miệt thị',
      certainty: 'M',
    },
  ],
  data: {
    groups: {
      columns: ['code', 'name', 'otherNames'],
      rows: readCsv('demographics/ethnic_groups_vncore.csv').map((r) => {
        const code = cell(r, 'code');
        return [code, cell(r, 'display'), OTHER_NAMES[code] ?? []];
      }),
    },
    accepted: { columns: ['code', 'means'], rows: ACCEPTED.map((a) => [...a]) },
  },
});

/** "Lao. động" is a slip of the published sheet. */
const tidy = (name: string): string => name.replace('Lao. động', 'Lao động').replace(/\s+/g, ' ').trim();

writeEdition({
  subject: 'occupations',
  edition: '2021-01-15',
  validFrom: '2021-01-15',
  validTo: null,
  knownFrom: '2026-11-22',
  source: [
    { document: 'Quyết định 34/2020/QĐ-TTg ngày 26/11/2020, danh mục nghề nghiệp Việt Nam, cấp 2', certainty: 'H' },
    { document: 'Quyết định 4069/2001/QĐ-BYT, mã nghề nghiệp trên mẫu hồ sơ bệnh án', certainty: 'H' },
    { document: 'Mã năm chữ số của XML 130/4750: cấp 2 thêm số 0 vì chưa có danh mục cấp 3–5', certainty: 'L' },
  ],
  data: {
    qd34: {
      columns: ['code', 'claimCode', 'name'],
      rows: readCsv('demographics/occupations_qd34_2020_level2.csv').map((r) => {
        const code = cell(r, 'code');
        return [code, code.padEnd(5, '0'), tidy(cell(r, 'name'))];
      }),
    },
    qd4069: {
      columns: ['code', 'name'],
      rows: readCsv('demographics/occupations_qd4069_vncore.csv').map((r) => [
        cell(r, 'code'),
        tidy(cell(r, 'display')),
      ]),
    },
  },
});
