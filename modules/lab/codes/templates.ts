import type { ImagingService } from '@mach/vn/clinical/lab-pack.ts';

export interface Template {
  findings: string;
  conclusion: string;
}

/**
 * Normal reports as Vietnamese departments write them, by technique and region. A starting text that a person reads
 * and changes: values that must be measured are left open ("… mm"), so that none is invented.
 */
const BY_CODE: Readonly<Record<string, Template>> = {
  ECG: {
    findings:
      'Nhịp xoang đều, tần số … chu kỳ/phút.\nTrục điện tim trung gian.\nSóng P bình thường. Khoảng PR … ms. QRS … ms, không có sóng Q bệnh lý.\nĐoạn ST đẳng điện, sóng T bình thường. QTc … ms.',
    conclusion: 'Điện tim trong giới hạn bình thường.',
  },
  'XQ-NGUC': {
    findings:
      'Hai phế trường sáng đều, không thấy hình mờ khu trú.\nGóc sườn hoành hai bên nhọn.\nBóng tim không to, chỉ số tim ngực … .\nRốn phổi hai bên bình thường. Trung thất không rộng.\nKhung xương lồng ngực không thấy tổn thương.',
    conclusion: 'Hiện không thấy tổn thương trên phim Xquang ngực thẳng.',
  },
  'SA-BUNG': {
    findings:
      'Gan: kích thước bình thường, bờ đều, nhu mô đồng nhất, không thấy khối.\nĐường mật trong và ngoài gan không giãn. Túi mật thành mỏng, không sỏi.\nTuỵ, lách: kích thước và cấu trúc bình thường.\nThận phải, thận trái: kích thước bình thường, phân biệt tuỷ vỏ rõ, không sỏi, đài bể thận không giãn.\nBàng quang thành đều, không sỏi.\nKhông thấy dịch tự do ổ bụng.',
    conclusion: 'Hiện không thấy bất thường trên siêu âm ổ bụng.',
  },
  'SA-GIAP': {
    findings:
      'Thuỳ phải: … x … x … mm. Thuỳ trái: … x … x … mm. Eo: … mm.\nNhu mô đồng âm, không thấy nhân khu trú. Tưới máu bình thường.\nKhông thấy hạch bệnh lý vùng cổ.',
    conclusion: 'Tuyến giáp không thấy bất thường trên siêu âm.',
  },
  'SA-TIM': {
    findings:
      'Các buồng tim không giãn. Dd … mm, Ds … mm.\nChức năng tâm thu thất trái: EF … %. Không rối loạn vận động vùng.\nVan hai lá, van ba lá, van động mạch chủ, van động mạch phổi: mềm mại, không hở, không hẹp.\nÁp lực động mạch phổi ước tính … mmHg.\nKhông thấy dịch màng ngoài tim.',
    conclusion: 'Siêu âm Doppler tim hiện chưa thấy bất thường.',
  },
};

const BY_MODALITY: Readonly<Record<string, Template>> = {
  DX: {
    findings:
      'Cấu trúc xương đều, không thấy đường gãy.\nKhe khớp không hẹp, diện khớp đều.\nPhần mềm không thấy bất thường.',
    conclusion: 'Hiện không thấy tổn thương xương khớp trên phim.',
  },
  US: {
    findings: 'Cấu trúc vùng khảo sát đồng nhất, không thấy khối khu trú.\nKhông thấy dịch bất thường.',
    conclusion: 'Hiện không thấy bất thường trên siêu âm.',
  },
  CT: {
    findings:
      'Không thấy tổn thương tăng hay giảm tỷ trọng bất thường.\nKhông thấy hiệu ứng khối.\nCấu trúc xương không thấy tổn thương.',
    conclusion: 'Hiện không thấy bất thường trên phim chụp cắt lớp vi tính.',
  },
  MR: {
    findings: 'Tín hiệu các cấu trúc khảo sát trong giới hạn bình thường.\nKhông thấy khối khu trú, không thấy phù.',
    conclusion: 'Hiện không thấy bất thường trên phim chụp cộng hưởng từ.',
  },
  ES: {
    findings: 'Niêm mạc hồng, nhẵn, không thấy loét, không thấy khối.\nLòng ống thông, nhu động bình thường.',
    conclusion: 'Hiện không thấy tổn thương qua nội soi.',
  },
  PFT: {
    findings: 'FVC … L (… % dự đoán). FEV1 … L (… % dự đoán). FEV1/FVC … %.\nNgười bệnh hợp tác, đường cong đạt chuẩn.',
    conclusion: 'Chức năng hô hấp trong giới hạn bình thường.',
  },
};

/** The normal text of a technique; empty where none is kept, since a wrong template is worse than none. */
export function normalTemplate(service: Pick<ImagingService, 'code' | 'modality'>): Template {
  return BY_CODE[service.code] ?? BY_MODALITY[service.modality] ?? { findings: '', conclusion: '' };
}

/** Places of a template that still have to be measured: a report is not sent with them. */
export const openPlaces = (text: string): number => (text.match(/…/g) ?? []).length;
