/** Writes the technical services: `node scripts/rulepacks/services.ts`. Sources and doubts: rulepacks/services/SOURCE.md. */
import { cell, readCsv, writeEdition } from './lib.ts';
import { demoPrice, examPrices } from './services-prices.ts';

/** Chapters of Circular 43/2013 by the first two digits. (The sheet's own column of specialties is shifted and not used.) */
const CHAPTERS: Readonly<Record<string, readonly [string, string]>> = {
  '01': ['Hồi sức cấp cứu và chống độc', 'Intensive care, emergency, poisoning'],
  '02': ['Nội khoa', 'Internal medicine'],
  '03': ['Nhi khoa', 'Paediatrics'],
  '04': ['Lao (ngoại lao)', 'Tuberculosis (surgical)'],
  '05': ['Da liễu', 'Dermatology'],
  '06': ['Tâm thần', 'Psychiatry'],
  '07': ['Nội tiết', 'Endocrinology'],
  '08': ['Y học cổ truyền', 'Traditional medicine'],
  '09': ['Gây mê hồi sức', 'Anaesthesia'],
  '10': ['Ngoại khoa', 'Surgery'],
  '11': ['Bỏng', 'Burns'],
  '12': ['Ung bướu', 'Oncology'],
  '13': ['Phụ sản', 'Obstetrics and gynaecology'],
  '14': ['Mắt', 'Ophthalmology'],
  '15': ['Tai mũi họng', 'Otorhinolaryngology'],
  '16': ['Răng hàm mặt', 'Dentistry and maxillofacial surgery'],
  '17': ['Phục hồi chức năng', 'Rehabilitation'],
  '18': ['Điện quang', 'Radiology and ultrasound'],
  '19': ['Y học hạt nhân', 'Nuclear medicine'],
  '20': ['Nội soi chẩn đoán, can thiệp', 'Endoscopy'],
  '21': ['Thăm dò chức năng', 'Functional tests'],
  '22': ['Huyết học – truyền máu', 'Haematology and transfusion'],
  '23': ['Hóa sinh', 'Clinical chemistry'],
  '24': ['Vi sinh, ký sinh trùng', 'Microbiology and parasitology'],
  '25': ['Giải phẫu bệnh và tế bào bệnh học', 'Pathology and cytology'],
  '26': ['Vi phẫu', 'Microsurgery'],
  '27': ['Phẫu thuật nội soi', 'Endoscopic surgery'],
  '28': ['Tạo hình – thẩm mỹ', 'Plastic surgery'],
};

/** MA_NHOM of the claim that services can have (QĐ 5937/2021 annex 3; names shortened). */
const GROUPS: readonly (readonly [string, string, string])[] = [
  ['1', 'Xét nghiệm', 'Laboratory'],
  ['2', 'Chẩn đoán hình ảnh', 'Imaging'],
  ['3', 'Thăm dò chức năng', 'Functional tests'],
  ['8', 'Phẫu thuật', 'Surgery'],
  ['18', 'Thủ thuật', 'Procedures'],
  ['13', 'Khám bệnh', 'Examination'],
  ['14', 'Ngày giường bệnh ban ngày', 'Day bed'],
  ['15', 'Ngày giường bệnh nội trú', 'Inpatient bed'],
];

const FUNCTIONAL =
  /^(điện tim|điện não|điện cơ|ghi điện|holter|đo (chức năng|lưu huyết|điện|mật độ xương|thính|nhĩ|khúc xạ|nhãn áp|hô hấp|dung tích|chỉ số)|thăm dò|nghiệm pháp|test )/i;
const IMAGING = /^(siêu âm|chụp|x-?quang|cộng hưởng|xạ hình|spect|pet\/ct)/i;
const INTERVENTION =
  / nút | và (nút|nong|đặt|sinh thiết|dẫn lưu|can thiệp|đốt|lấy|bơm|điều trị|tiêu)|can thiệp|sinh thiết|dẫn lưu|chọc |đốt sóng|đặt /i;
const LABORATORY = /^(định lượng|định tính|xét nghiệm|nuôi cấy|nhuộm|phát hiện|đo hoạt độ|phản ứng|kháng thể|tìm )/i;

/**
 * Cost group of the claim. A class decides first (P… surgery, T… procedure), then chapter and name. Ultrasound and
 * plain films stay imaging even where the list gives them a procedure class.
 */
function groupOf(chapter: string, name: string, procedureClass: string): string {
  const number = Number(chapter);
  if (procedureClass.startsWith('P')) return '8';
  if (chapter === '18' && IMAGING.test(name)) return INTERVENTION.test(name) ? '18' : '2';
  if (chapter === '21') return '3';
  if (procedureClass.startsWith('T')) return IMAGING.test(name) && /^siêu âm|^chụp x/i.test(name) ? '2' : '18';
  if (number >= 22 && number <= 25) return '1';
  if (FUNCTIONAL.test(name)) return '3';
  if (IMAGING.test(name) || chapter === '18') return '2';
  if (chapter === '19') return /^(điều trị|xạ trị)/i.test(name) ? '18' : '2';
  if (LABORATORY.test(name)) return '1';
  return '18';
}

/** Each service once; three rows of the sheet repeat a code (the first ICD-9 mapping is kept, the others are added). */
const services = new Map<string, unknown[]>();
const icd9 = new Map<string, string>();
for (const r of readCsv('technical-services/technical_services_icd9_2020.csv.gz')) {
  const code = cell(r, 'service_code');
  const procedureClass = cell(r, 'procedure_class');
  const chapter = code.slice(0, 2);
  if (!(chapter in CHAPTERS)) throw new Error(`Service ${code} has no chapter`);
  const name = cell(r, 'service_name').replace(/\s+/g, ' ');
  // One row is only a code.
  if (name === '') continue;
  const mapped = cell(r, 'icd9_code');
  if (mapped !== '' && !icd9.has(mapped)) icd9.set(mapped, cell(r, 'icd9_name'));
  const known = services.get(code);
  if (known) {
    const maps = known[5] as string[];
    if (mapped !== '' && !maps.includes(mapped)) maps.push(mapped);
    continue;
  }
  const group = groupOf(chapter, name, procedureClass);
  services.set(code, [
    code,
    name,
    cell(r, 'level') || null,
    procedureClass || null,
    group,
    mapped === '' ? [] : [mapped],
  ]);
}

const exams: readonly (readonly [string, string, string])[] = [
  ['02.1898', 'Khám Nội', 'Internal medicine visit'],
  ['03.1898', 'Khám Nhi', 'Paediatric visit'],
  ['04.1898', 'Khám Lao', 'Tuberculosis visit'],
  ['05.1898', 'Khám Da liễu', 'Dermatology visit'],
  ['06.1898', 'Khám Tâm thần', 'Psychiatry visit'],
  ['07.1898', 'Khám Nội tiết', 'Endocrinology visit'],
  ['08.1898', 'Khám Y học cổ truyền', 'Traditional medicine visit'],
  ['10.1898', 'Khám Ngoại', 'Surgical visit'],
  ['11.1898', 'Khám Bỏng', 'Burns visit'],
  ['12.1898', 'Khám Ung bướu', 'Oncology visit'],
  ['13.1898', 'Khám Phụ sản', 'Obstetrics and gynaecology visit'],
  ['14.1898', 'Khám Mắt', 'Eye visit'],
  ['15.1898', 'Khám Tai mũi họng', 'Ear, nose and throat visit'],
  ['16.1898', 'Khám Răng hàm mặt', 'Dental visit'],
  ['17.1898', 'Khám Phục hồi chức năng', 'Rehabilitation visit'],
];

/** Bed days; own codes, since the code of a bed is made of the facility's ward and price list. */
const beds: readonly (readonly [string, string, string, string, number])[] = [
  ['GIUONG.HSTC', 'Ngày giường hồi sức tích cực', 'Intensive care bed day', '15', 427_000],
  ['GIUONG.HSCC', 'Ngày giường hồi sức cấp cứu', 'Emergency and critical care bed day', '15', 245_000],
  ['GIUONG.NOI1', 'Ngày giường nội khoa loại 1', 'Medical bed day, type 1', '15', 193_000],
  ['GIUONG.NOI2', 'Ngày giường nội khoa loại 2', 'Medical bed day, type 2', '15', 166_000],
  ['GIUONG.NOI3', 'Ngày giường nội khoa loại 3', 'Medical bed day, type 3', '15', 139_000],
  [
    'GIUONG.NGOAI1',
    'Ngày giường ngoại khoa loại 1, sau phẫu thuật đặc biệt',
    'Surgical bed day, type 1',
    '15',
    278_000,
  ],
  ['GIUONG.NGOAI2', 'Ngày giường ngoại khoa loại 2, sau phẫu thuật loại 1', 'Surgical bed day, type 2', '15', 226_000],
  ['GIUONG.NGOAI3', 'Ngày giường ngoại khoa loại 3, sau phẫu thuật loại 2', 'Surgical bed day, type 3', '15', 198_000],
  ['GIUONG.NGOAI4', 'Ngày giường ngoại khoa loại 4, sau phẫu thuật loại 3', 'Surgical bed day, type 4', '15', 168_000],
  ['GIUONG.BANNGAY', 'Ngày giường điều trị ban ngày', 'Day-care bed', '14', 58_000],
];

/** What doctors write for services, for the search. */
const ABBREVIATIONS: readonly (readonly [string, string])[] = [
  ['CTM', 'tổng phân tích tế bào máu ngoại vi'],
  ['TPTTBM', 'tổng phân tích tế bào máu ngoại vi'],
  ['công thức máu', 'tổng phân tích tế bào máu ngoại vi'],
  ['TPTNT', 'tổng phân tích nước tiểu'],
  ['10 thông số nước tiểu', 'tổng phân tích nước tiểu'],
  ['ĐH', 'định lượng glucose máu'],
  ['đường máu', 'định lượng glucose máu'],
  ['mỡ máu', 'định lượng cholesterol triglycerid'],
  ['chức năng thận', 'định lượng urê creatinin máu'],
  ['men gan', 'đo hoạt độ AST ALT'],
  ['SGOT', 'đo hoạt độ AST GOT'],
  ['SGPT', 'đo hoạt độ ALT GPT'],
  ['ĐGĐ', 'điện giải đồ'],
  ['KSĐ', 'kháng sinh đồ'],
  ['KST', 'ký sinh trùng'],
  ['HP', 'helicobacter pylori'],
  ['ECG', 'điện tim thường'],
  ['ĐTĐ', 'điện tim thường'],
  ['điện tâm đồ', 'điện tim thường'],
  ['EEG', 'ghi điện não'],
  ['EMG', 'ghi điện cơ'],
  ['CNHH', 'đo chức năng hô hấp'],
  ['SA', 'siêu âm'],
  ['SAOB', 'siêu âm ổ bụng'],
  ['SA bụng', 'siêu âm ổ bụng'],
  ['SAT', 'siêu âm doppler tim'],
  ['SA tim', 'siêu âm doppler tim'],
  ['XQ', 'chụp xquang'],
  ['XQ phổi', 'chụp xquang ngực thẳng'],
  ['xquang phổi', 'chụp xquang ngực thẳng'],
  ['CT', 'chụp cắt lớp vi tính'],
  ['CLVT', 'chụp cắt lớp vi tính'],
  ['CĐHA', 'chụp'],
  ['MRI', 'chụp cộng hưởng từ'],
  ['CHT', 'chụp cộng hưởng từ'],
  ['CSTL', 'cột sống thắt lưng'],
  ['CSC', 'cột sống cổ'],
  ['NS', 'nội soi'],
  ['NSDD', 'nội soi thực quản dạ dày tá tràng'],
  ['nội soi dạ dày', 'nội soi thực quản dạ dày tá tràng'],
  ['NSĐT', 'nội soi đại trực tràng'],
  ['NS TMH', 'nội soi tai mũi họng'],
  ['PT', 'phẫu thuật'],
  ['PTNS', 'phẫu thuật nội soi'],
  ['PTNSRT', 'phẫu thuật nội soi cắt ruột thừa'],
  ['KHX', 'kết hợp xương'],
  ['MLT', 'phẫu thuật lấy thai'],
  ['mổ đẻ', 'phẫu thuật lấy thai'],
  ['RHM', 'răng hàm mặt'],
  ['TMH', 'tai mũi họng'],
  ['YHCT', 'y học cổ truyền'],
  ['PHCN', 'phục hồi chức năng'],
  ['TTM', 'truyền tĩnh mạch'],
  ['NKQ', 'nội khí quản'],
  ['TNT', 'thận nhân tạo'],
  ['lấy cao răng', 'lấy cao răng'],
];

const EQUIVALENTS: readonly (readonly string[])[] = [
  ['xquang', 'x quang', 'xq'],
  ['cắt lớp vi tính', 'clvt', 'ct'],
  ['cộng hưởng từ', 'mri'],
  ['ghi điện tim', 'điện tim', 'điện tâm đồ', 'ecg'],
  ['siêu âm tim', 'siêu âm doppler tim'],
  ['urê', 'ure'],
  ['creatinin', 'creatinine'],
  ['hoạt độ alt', 'sgpt', 'gpt'],
  ['hoạt độ ast', 'sgot', 'got'],
];

const chapterRows = Object.entries(CHAPTERS).map(([code, [vi, en]]) => [code, vi, en]);
const examPrice = examPrices();
const [usualExam = 36_500] = examPrice.values();

const prices: unknown[][] = [
  ...exams.map(([code]) => [code, examPrice.get(code) ?? usualExam, true]),
  ...beds.map(([code, , , , price]) => [code, price, true]),
  ...[...services.values()].map((s) => [s[0], demoPrice(String(s[0]), String(s[4]), String(s[3] ?? '')), true]),
];

writeEdition({
  subject: 'services',
  edition: '2020-10-12',
  validFrom: '2020-10-12',
  validTo: null,
  knownFrom: '2026-11-22',
  source: [
    {
      document:
        'Quyết định 4440/QĐ-BYT (2020), phụ lục 3: danh mục kỹ thuật theo TT 43/2013, TT 21/2017 và mã ICD-9-CM',
      certainty: 'M',
    },
    { document: 'Thông tư 43/2013/TT-BYT, tên các chuyên khoa theo hai chữ số đầu của mã', certainty: 'H' },
    { document: 'Quyết định 5937/2021, phụ lục 3 (MA_NHOM); nhóm của từng dịch vụ do quy tắc suy ra', certainty: 'L' },
    { document: 'Mã dịch vụ khám …1898: theo cách dùng của cơ sở trước đây hạng III', certainty: 'L' },
    { document: 'GIÁ MINH HỌA (demo), không phải bảng giá', certainty: 'L' },
  ],
  data: {
    demoPrices: true,
    chapters: { columns: ['chapter', 'vi', 'en'], rows: chapterRows },
    groups: { columns: ['group', 'vi', 'en'], rows: GROUPS.map((g) => [...g]) },
    services: { columns: ['code', 'name', 'level', 'class', 'group', 'icd9'], rows: [...services.values()] },
    exams: { columns: ['code', 'vi', 'en', 'group'], rows: exams.map((e) => [...e, '13']) },
    beds: { columns: ['code', 'vi', 'en', 'group'], rows: beds.map(([code, vi, en, group]) => [code, vi, en, group]) },
    prices: { columns: ['code', 'price', 'demo'], rows: prices },
    icd9: { columns: ['code', 'vi'], rows: [...icd9].sort((a, b) => (a[0] < b[0] ? -1 : 1)) },
    abbreviations: { columns: ['short', 'long'], rows: ABBREVIATIONS.map((a) => [...a]) },
    equivalents: EQUIVALENTS.map((e) => [...e]),
  },
});
