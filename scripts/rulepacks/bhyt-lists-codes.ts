/** Short code lists of the claim: code, Vietnamese name, English name. */
import type { CodeRow } from '../../packages/vn/bhyt/lists-pack.ts';

export const SEX: CodeRow[] = [
  ['1', 'Nam', 'Male'],
  ['2', 'Nữ', 'Female'],
  ['3', 'Chưa xác định', 'Undetermined'],
];

export const CARE_FORMS: CodeRow[] = [
  ['01', 'Khám bệnh', 'Exam'],
  ['02', 'Điều trị ngoại trú', 'Out-patient treatment'],
  ['03', 'Điều trị nội trú', 'In-patient'],
  ['04', 'Điều trị nội trú ban ngày', 'Day treatment'],
  ['05', 'Ngoại trú bệnh mạn tính dài ngày, có khám và lĩnh thuốc', 'Chronic out-patient with drugs'],
  ['06', 'Điều trị lưu tại trạm y tế, phòng khám đa khoa khu vực', 'Stay at a commune station or regional clinic'],
  ['07', 'Nhận thuốc theo hẹn, không khám bệnh', 'Drugs by appointment, no exam'],
  ['08', 'Ngoại trú bệnh mạn tính dài ngày, có dịch vụ kỹ thuật', 'Chronic out-patient with services'],
  ['09', 'Điều trị nội trú dưới 4 giờ', 'In-patient under 4 hours'],
  ['10', 'Trường hợp khác', 'Other'],
];

export const CARE_FORMS_1804: CodeRow[] = [
  ...CARE_FORMS.map((row): CodeRow => (row[0] === '04' ? ['04', 'Điều trị ban ngày', 'Day treatment'] : row)),
  ['11', 'Khám chữa bệnh lưu động, trừ tại nhà', 'Mobile care'],
  ['12', 'Khám chữa bệnh tại nhà', 'Home care'],
  ['13', 'Khám chữa bệnh y học gia đình', 'Family medicine'],
  ['14', 'Khám chữa bệnh từ xa', 'Remote care'],
  ['15', 'Khám sức khỏe định kỳ', 'Periodic health check'],
  ['16', 'Khám sàng lọc', 'Screening'],
];

export const DISCHARGE: CodeRow[] = [
  ['1', 'Ra viện', 'Discharged'],
  ['2', 'Chuyển cơ sở theo yêu cầu chuyên môn', 'Transferred for professional reasons'],
  ['3', 'Trốn viện', 'Absconded'],
  ['4', 'Xin ra viện', 'Asked to leave'],
  ['5', 'Chuyển cơ sở theo yêu cầu người bệnh', 'Transferred on request'],
];

export const OUTCOMES: CodeRow[] = [
  ['1', 'Khỏi', 'Cured'],
  ['2', 'Đỡ', 'Better'],
  ['3', 'Không thay đổi', 'Unchanged'],
  ['4', 'Nặng hơn', 'Worse'],
  ['5', 'Tử vong', 'Died'],
  ['6', 'Tiên lượng nặng xin về', 'Dying, taken home'],
  ['7', 'Chưa xác định', 'Undetermined'],
];
export const OUTCOME_8: CodeRow = ['8', 'Tử vong ngoại viện', 'Dead before arrival'];

export const COST_GROUPS: CodeRow[] = [
  ['1', 'Xét nghiệm', 'Laboratory'],
  ['2', 'Chẩn đoán hình ảnh', 'Imaging'],
  ['3', 'Thăm dò chức năng', 'Functional test'],
  ['4', 'Thuốc', 'Drug'],
  ['7', 'Máu', 'Blood'],
  ['8', 'Phẫu thuật', 'Surgery'],
  ['10', 'Vật tư y tế', 'Device'],
  ['12', 'Vận chuyển', 'Transport'],
  ['13', 'Khám bệnh', 'Exam'],
  ['14', 'Ngày giường bệnh ban ngày', 'Day bed'],
  ['15', 'Ngày giường bệnh điều trị nội trú', 'In-patient bed'],
  ['16', 'Ngày giường lưu', 'Observation bed'],
  ['17', 'Chế phẩm máu', 'Blood product'],
  ['18', 'Thủ thuật', 'Procedure'],
];

export const INJURY: CodeRow[] = [
  ['0', 'Không xác định', 'None or undetermined'],
  ['1', 'Tai nạn giao thông', 'Traffic'],
  ['2', 'Tai nạn lao động', 'Work'],
  ['3', 'Tai nạn dưới nước', 'Drowning'],
  ['4', 'Bỏng', 'Burn'],
  ['5', 'Bạo lực, xung đột', 'Violence'],
  ['6', 'Tự tử', 'Suicide'],
  ['7', 'Ngộ độc các loại', 'Poisoning'],
  ['8', 'Khác', 'Other'],
];

export const SCOPES: CodeRow[] = [
  ['1', 'Quỹ BHYT thanh toán', 'Paid by the fund'],
  ['2', 'Người bệnh tự trả', 'Paid by the patient'],
  ['3', 'Quỹ trả riêng cho quân đội, công an, cơ yếu', 'Paid for the armed forces only'],
];

export const PAYMENT_METHOD: CodeRow[] = [
  ['1', 'Phí dịch vụ', 'Fee for service'],
  ['2', 'Định suất', 'Capitation'],
  ['3', 'Trường hợp bệnh (DRG)', 'Case (DRG)'],
];

export const SOURCE_PAID: CodeRow[] = [
  ['1', 'Quỹ BHYT', 'Insurance fund'],
  ['2', 'Dự án hoặc viện trợ', 'Project or aid'],
  ['3', 'Chương trình mục tiêu quốc gia', 'National programme'],
  ['4', 'Nguồn khác', 'Other'],
];

export const ANAESTHESIA: CodeRow[] = [
  ['1', 'Gây mê', 'General'],
  ['2', 'Gây tê', 'Regional or local'],
  ['3', 'Châm tê', 'Acupuncture'],
  ['4', 'Phương pháp khác', 'Other'],
];

export const TRANSFER_REASON: CodeRow[] = [
  ['1', 'Đủ điều kiện chuyển', 'Eligible'],
  ['2', 'Vượt khả năng của cơ sở', 'Beyond capability'],
  ['3', 'Theo yêu cầu người bệnh', 'On request'],
];

export const LIVING_AREAS: CodeRow[] = [
  ['K1', 'Vùng khó khăn, dân tộc thiểu số', 'Difficult area, ethnic minority'],
  ['K2', 'Vùng đặc biệt khó khăn', 'Very difficult area'],
  ['K3', 'Xã đảo, huyện đảo', 'Island commune or district'],
];

export const FUEL: CodeRow[] = [
  ['R954V1', 'Xăng RON 95-IV, vùng 1', 'RON 95-IV, zone 1'],
  ['R954V2', 'Xăng RON 95-IV, vùng 2', 'RON 95-IV, zone 2'],
  ['R953V1', 'Xăng RON 95-III, vùng 1', 'RON 95-III, zone 1'],
  ['R953V2', 'Xăng RON 95-III, vùng 2', 'RON 95-III, zone 2'],
  ['E922V1', 'Xăng sinh học E5 RON 92-II, vùng 1', 'E5 RON 92-II, zone 1'],
  ['E922V2', 'Xăng sinh học E5 RON 92-II, vùng 2', 'E5 RON 92-II, zone 2'],
  ['D1S5V1', 'Dầu DO 0,001S-V, vùng 1', 'Diesel 0.001S-V, zone 1'],
  ['D1S5V2', 'Dầu DO 0,001S-V, vùng 2', 'Diesel 0.001S-V, zone 2'],
  ['D5S2V1', 'Dầu DO 0,05S-II, vùng 1', 'Diesel 0.05S-II, zone 1'],
  ['D5S2V2', 'Dầu DO 0,05S-II, vùng 2', 'Diesel 0.05S-II, zone 2'],
  ['R955V1', 'Xăng RON 95-V, vùng 1', 'RON 95-V, zone 1'],
  ['R955V2', 'Xăng RON 95-V, vùng 2', 'RON 95-V, zone 2'],
  ['E10V1', 'Xăng sinh học E10, vùng 1', 'E10, zone 1'],
  ['E10V2', 'Xăng sinh học E10, vùng 2', 'E10, zone 2'],
  ['XEDIEN', 'Xe điện', 'Electric'],
];

/** Letter before the facility code in MA_CSKCB_THUOC. */
export const OUTSIDE_FACILITY: CodeRow[] = [
  ['C', 'Thuốc chuyển đến từ cơ sở khác', 'Drug moved in from another facility'],
  ['K', 'Thuốc dùng khi cận lâm sàng làm tại cơ sở khác', 'Drug of an outsourced test'],
  ['M', 'Cơ sở cung cấp máu', 'Blood supplier'],
  ['HC', 'Hội chẩn từ xa (đến 31/12/2024)', 'Tele-consultation (until 31/12/2024)'],
  ['H', 'Khám chữa bệnh từ xa, hỗ trợ từ xa (từ 01/01/2025)', 'Remote care or support (from 1/1/2025)'],
];

/** Group and digit of cards issued before 2015 → since then. */
export const PREFIX_2015: CodeRow[] = [
  ['CA3', 'CA5', 'CA5'],
  ['BT4', 'BT2', 'BT2'],
  ['KC7', 'KC2', 'KC2'],
  ['HT5', 'HT3', 'HT3'],
  ['HN4', 'HN2', 'HN2'],
  ['CB7', 'CB2', 'CB2'],
  ['TC7', 'TC3', 'TC3'],
  ['CN6', 'CN3', 'CN3'],
  ['TL7', 'GD4', 'GD4'],
  ...[
    'DN',
    'CH',
    'TK',
    'XK',
    'NO',
    'TN',
    'MS',
    'TQ',
    'TY',
    'LS',
    'GD',
    'HX',
    'NN',
    'HC',
    'TB',
    'XB',
    'XN',
    'HD',
    'TA',
  ].map((group): CodeRow => [`${group}7`, `${group}4`, `${group}4`]),
];

/** NHOM_DOI_TUONG of table 6 until 31 December 2024 (QĐ 4750). */
export const HIV_GROUPS_4750: CodeRow[] = [
  ['0', 'Người sử dụng ma túy', 'Drug user'],
  ['1', 'Người bán dâm', 'Sex worker'],
  ['2', 'Quan hệ tình dục đồng giới', 'Same-sex relations'],
  ['3', 'Người chuyển đổi giới tính', 'Transgender'],
  ['4', 'Vợ, chồng, thành viên gia đình của người nhiễm HIV', 'Household of an HIV-positive person'],
  ['5', 'Quan hệ tình dục với người nhiễm HIV', 'Sexual partner of an HIV-positive person'],
  ['6', 'Bệnh lây truyền qua đường tình dục', 'Sexually transmitted disease'],
  ['7', 'Người di biến động', 'Mobile population'],
  ['8', 'Người mắc bệnh lao', 'Tuberculosis patient'],
  ['9', 'Triệu chứng nghi ngờ nhiễm HIV', 'Clinical suspicion'],
  ['10', 'Phạm nhân, người bị tạm giam, học viên', 'Prisoner or detainee'],
  ['11', 'Đối tượng khác', 'Other'],
];

/** NHOM_DOI_TUONG from 1 January 2025 (QĐ 3176): renumbered. */
export const HIV_GROUPS_3176: CodeRow[] = [
  ['1', 'Người sử dụng ma túy', 'Drug user'],
  ['2', 'Người bán dâm', 'Sex worker'],
  ['3', 'Quan hệ tình dục đồng giới', 'Same-sex relations'],
  ['4', 'Người chuyển đổi giới tính', 'Transgender'],
  ['5', 'Vợ, chồng, thành viên gia đình của người nhiễm HIV', 'Household of an HIV-positive person'],
  ['6', 'Quan hệ tình dục với người nhiễm HIV', 'Sexual partner of an HIV-positive person'],
  ['7', 'Bệnh lây truyền qua đường tình dục', 'Sexually transmitted disease'],
  ['8', 'Phạm nhân, người bị tạm giam, học viên', 'Prisoner or detainee'],
  ['9', 'Bệnh nhân lao', 'Tuberculosis patient'],
  ['10', 'Nghi ngờ AIDS', 'Suspected AIDS'],
  ['11', 'Đối tượng khác', 'Other'],
];

export const ROUTES: CodeRow[] = [
  ['1.01', 'Uống', 'Oral'],
  ['1.02', 'Ngậm', 'Lozenge'],
  ['1.03', 'Nhai', 'Chewed'],
  ['1.04', 'Đặt dưới lưỡi', 'Placed under the tongue'],
  ['1.05', 'Ngậm dưới lưỡi', 'Sublingual'],
  ['2.01', 'Tiêm bắp', 'Intramuscular injection'],
  ['2.02', 'Tiêm dưới da', 'Subcutaneous injection'],
  ['2.03', 'Tiêm trong da', 'Intradermal injection'],
  ['2.04', 'Tiêm tĩnh mạch', 'Intravenous injection'],
  ['2.05', 'Tiêm truyền tĩnh mạch', 'Intravenous injection or infusion'],
  ['2.06', 'Tiêm vào ổ khớp', 'Intra-articular injection'],
  ['2.07', 'Tiêm nội nhãn cầu', 'Intra-ocular injection'],
  ['2.08', 'Tiêm trong dịch kính của mắt', 'Intravitreal injection'],
  ['2.09', 'Tiêm vào các khoang của cơ thể', 'Injection into body cavities'],
  ['2.10', 'Tiêm', 'Injection'],
  ['2.11', 'Tiêm động mạch khối u', 'Injection into a tumour artery'],
  ['2.12', 'Tiêm vào khoang tự nhiên', 'Injection into a natural cavity'],
  ['2.13', 'Tiêm vào khối u', 'Intratumoural injection'],
  ['2.14', 'Truyền tĩnh mạch', 'Intravenous infusion'],
  ['2.15', 'Tiêm truyền', 'Injection or infusion'],
  ['3.01', 'Bôi', 'Applied'],
  ['3.02', 'Xoa ngoài', 'Rubbed on'],
  ['3.03', 'Dán trên da', 'Patch'],
  ['3.04', 'Xịt ngoài da', 'Skin spray'],
  ['3.05', 'Dùng ngoài', 'External use'],
  ['4.01', 'Đặt âm đạo', 'Vaginal'],
  ['4.02', 'Đặt hậu môn', 'Rectal suppository'],
  ['4.03', 'Thụt hậu môn - trực tràng', 'Rectal enema'],
  ['4.04', 'Đặt', 'Inserted'],
  ['4.05', 'Đặt tử cung', 'Intra-uterine'],
  ['4.06', 'Thụt', 'Enema'],
  ['5.01', 'Phun mù', 'Mist'],
  ['5.02', 'Dạng hít', 'Inhaled'],
  ['5.03', 'Bột hít', 'Inhaled powder'],
  ['5.04', 'Xịt', 'Spray'],
  ['5.05', 'Khí dung', 'Nebulised'],
  ['5.06', 'Đường hô hấp', 'Respiratory'],
  ['5.07', 'Xịt mũi', 'Nasal spray'],
  ['5.08', 'Xịt họng', 'Throat spray'],
  ['5.09', 'Thuốc mũi', 'Nasal'],
  ['5.10', 'Nhỏ mũi', 'Nasal drops'],
  ['6.01', 'Nhỏ mắt', 'Eye drops'],
  ['6.02', 'Tra mắt', 'Eye ointment'],
  ['6.03', 'Thuốc mắt', 'Ophthalmic'],
  ['6.04', 'Nhỏ tai', 'Ear drops'],
  ['9.01', 'Áp ngoài da', 'Applied to the skin'],
  ['9.02', 'Áp sát khối u', 'Applied to a tumour'],
  ['9.03', 'Bình khí lỏng hoặc nén', 'Liquid or compressed gas'],
  ['9.04', 'Bình khí nén', 'Compressed gas'],
  ['9.05', 'Bôi trực tràng', 'Rectal application'],
  ['9.06', 'Đánh tưa lưỡi', 'Tongue cleaning'],
  ['9.07', 'Cấy vào khối u', 'Implanted in a tumour'],
  ['9.08', 'Chiếu ngoài', 'External irradiation'],
  ['9.09', 'Dung dịch', 'Solution'],
  ['9.10', 'Dung dịch rửa', 'Irrigation'],
  ['9.11', 'Dung dịch thẩm phân', 'Dialysis solution'],
  ['9.12', 'Phun', 'Sprayed'],
  ['9.13', 'Túi', 'Bag'],
  ['9.14', 'Hỗn dịch', 'Suspension'],
  ['9.15', 'Bột đông khô để pha hỗn dịch', 'Powder for suspension'],
  ['9.16', 'Phức hợp lipid', 'Lipid complex'],
  ['9.17', 'Liposome', 'Liposome'],
  ['9.18', 'Polymeric micelle', 'Polymeric micelle'],
];
