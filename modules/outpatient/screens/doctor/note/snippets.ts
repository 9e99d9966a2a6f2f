import type { NoteSection } from '../../../lists.ts';

/** A piece of note behind a short word: `.tha` and Tab. What differs from patient to patient stands in ‹ ›. */
export interface Snippet {
  /** Typed after the point; folded letters and digits. */
  readonly word: string;
  /** Told in the list of snippets. */
  readonly title: { readonly vi: string; readonly en: string };
  readonly texts: Partial<Readonly<Record<NoteSection, string>>>;
}

/** The house's first set. texts:record — the record is written in Vietnamese whatever the display language. */
export const SNIPPETS: readonly Snippet[] = [
  {
    word: 'bt',
    title: { vi: 'Khám bình thường', en: 'Normal examination' },
    texts: {
      exam: 'Tỉnh, tiếp xúc tốt. Da niêm hồng, không phù, không xuất huyết. Tim đều, không âm thổi. Phổi trong, không ran. Bụng mềm, gan lách không sờ thấy. Không dấu thần kinh khu trú.',
    },
  },
  {
    word: 'tha',
    title: { vi: 'Tăng huyết áp tái khám', en: 'Hypertension follow-up' },
    texts: {
      history:
        'Tăng huyết áp đang điều trị, uống thuốc đều. Huyết áp ở nhà ‹trị số› mmHg. Không đau đầu, không đau ngực, không khó thở khi gắng sức, không phù.',
      exam: 'Tỉnh, tiếp xúc tốt. Tim đều, T1 T2 rõ, không âm thổi. Phổi trong. Bụng mềm. Không phù chi dưới. Mạch ngoại vi rõ hai bên.',
      advice: 'Ăn giảm muối, đi bộ 30 phút mỗi ngày, đo và ghi huyết áp ở nhà.',
    },
  },
  {
    word: 'dtd',
    title: { vi: 'Đái tháo đường típ 2 tái khám', en: 'Type 2 diabetes follow-up' },
    texts: {
      history:
        'Đái tháo đường típ 2 đang điều trị, uống thuốc đều. Đường huyết ở nhà ‹trị số› mmol/L. Không hạ đường huyết, không tiểu đêm nhiều, không tê bì chân, không nhìn mờ mới xuất hiện.',
      exam: 'Tỉnh, tiếp xúc tốt. Tim đều, phổi trong. Bụng mềm. Bàn chân không loét, mạch mu chân rõ hai bên, cảm giác nông bình thường.',
      advice:
        'Ăn giảm đường và tinh bột, đi bộ 30 phút mỗi ngày, kiểm tra bàn chân hằng ngày, mang kẹo phòng hạ đường huyết.',
    },
  },
  {
    word: 'hh',
    title: { vi: 'Viêm đường hô hấp trên', en: 'Upper respiratory infection' },
    texts: {
      history:
        'Bệnh ‹số ngày› ngày: sốt ‹nhiệt độ› °C, ho, sổ mũi, đau họng. Không khó thở, không đau ngực, ăn uống được.',
      exam: 'Tỉnh, không khó thở. Họng đỏ, amidan ‹mô tả›. Tai không chảy dịch. Hạch cổ không sưng đau. Phổi trong, không ran.',
      advice:
        'Uống nhiều nước, nghỉ ngơi, đeo khẩu trang. Khám lại ngay nếu khó thở, sốt trên 39 °C hoặc sốt quá 3 ngày.',
    },
  },
  {
    word: 'ho',
    title: { vi: 'Ho, viêm phế quản', en: 'Cough, bronchitis' },
    texts: {
      history:
        'Ho ‹khan hay có đờm› ‹số ngày› ngày, đờm màu ‹màu›. Sốt ‹nhiệt độ› °C. Không ho máu, không sụt cân, không khó thở khi nằm.',
      exam: 'Tỉnh, không khó thở. Phổi: rì rào phế nang ‹mô tả›, ran ‹mô tả›. Tim đều. Không phù.',
      advice: 'Uống nhiều nước ấm, không hút thuốc. Khám lại ngay nếu khó thở, ho ra máu hoặc sốt kéo dài.',
    },
  },
  {
    word: 'dd',
    title: { vi: 'Đau thượng vị', en: 'Epigastric pain' },
    texts: {
      history:
        'Đau thượng vị ‹số ngày› ngày, ‹liên quan bữa ăn›, ợ chua, đầy bụng. Không nôn ra máu, không đi cầu phân đen, không sụt cân, không nuốt nghẹn.',
      exam: 'Tỉnh, da niêm hồng. Bụng mềm, ấn đau nhẹ thượng vị, không phản ứng thành bụng, không sờ thấy khối. Tim đều, phổi trong.',
      advice:
        'Ăn đúng bữa, tránh rượu bia, cà phê, đồ chua cay; không tự dùng thuốc giảm đau. Khám lại ngay nếu nôn ra máu hoặc đi cầu phân đen.',
    },
  },
  {
    word: 'tc',
    title: { vi: 'Tiêu chảy cấp', en: 'Acute diarrhoea' },
    texts: {
      history:
        'Tiêu chảy ‹số lần› lần/ngày từ ‹số ngày› ngày, phân ‹tính chất›, không máu. Nôn ‹số lần› lần. Sốt ‹nhiệt độ› °C. Tiểu được.',
      exam: 'Tỉnh, mắt không trũng, môi không khô, véo da mất nhanh. Bụng mềm, không đề kháng, nhu động ruột tăng. Tim đều, phổi trong.',
      advice:
        'Uống oresol pha đúng cách sau mỗi lần đi ngoài, ăn lỏng dễ tiêu, rửa tay. Khám lại ngay nếu phân có máu, lừ đừ hoặc không uống được.',
    },
  },
  {
    word: 'dl',
    title: { vi: 'Đau thắt lưng', en: 'Low back pain' },
    texts: {
      history:
        'Đau thắt lưng ‹số ngày› ngày, ‹sau vận động gì›, ‹lan chân hay không›. Không yếu chân, không tê vùng yên ngựa, tiêu tiểu tự chủ, không sốt, không sụt cân.',
      exam: 'Đi lại được. Ấn đau cạnh sống thắt lưng ‹bên›, Lasègue ‹(–)/(+) độ›. Sức cơ hai chân 5/5, phản xạ gân xương đều hai bên.',
      advice:
        'Tránh mang vác nặng và cúi gập, chườm ấm, vận động nhẹ. Khám lại ngay nếu yếu chân, tê vùng yên ngựa hoặc bí tiểu.',
    },
  },
  {
    word: 'kg',
    title: { vi: 'Thoái hoá khớp gối', en: 'Knee osteoarthritis' },
    texts: {
      history:
        'Đau khớp gối ‹bên› ‹thời gian›, tăng khi đi lại và leo cầu thang, cứng khớp buổi sáng dưới 30 phút. Không sốt, không chấn thương.',
      exam: 'Khớp gối ‹bên›: không nóng đỏ, lạo xạo khi vận động, biên độ ‹mô tả›, bập bềnh xương bánh chè (–).',
      advice: 'Giảm cân nếu thừa cân, tập cơ đùi, tránh ngồi xổm và leo cầu thang nhiều.',
    },
  },
  {
    word: 'dn',
    title: { vi: 'Đau đầu', en: 'Headache' },
    texts: {
      history:
        'Đau đầu ‹vị trí› ‹số ngày› ngày, kiểu ‹tính chất›. Không nôn vọt, không sốt, không yếu liệt, không nhìn mờ, không đau dữ dội đột ngột, không chấn thương đầu.',
      exam: 'Tỉnh, Glasgow 15. Đồng tử hai bên 3 mm, phản xạ ánh sáng tốt. Cổ mềm. Không yếu liệt, không dấu thần kinh khu trú. Tim đều.',
      advice: 'Ngủ đủ giấc, uống đủ nước. Đến cấp cứu ngay nếu đau dữ dội đột ngột, yếu liệt, nói khó hoặc nôn vọt.',
    },
  },
  {
    word: 'md',
    title: { vi: 'Mề đay', en: 'Urticaria' },
    texts: {
      history:
        'Nổi sẩn ngứa ‹vị trí› ‹thời gian› sau ‹nghi do gì›. Không khó thở, không khàn tiếng, không phù môi mắt, không đau bụng.',
      exam: 'Tỉnh, không khó thở. Sẩn phù ‹vị trí›, không phù mạch, không tổn thương niêm mạc. Phổi trong, tim đều.',
      advice: 'Tránh tác nhân nghi ngờ, không gãi. Đến cấp cứu ngay nếu khó thở, sưng môi lưỡi hoặc choáng.',
    },
  },
  {
    word: 'od',
    title: { vi: 'Bệnh mạn tính ổn định', en: 'Stable chronic disease' },
    texts: {
      history: 'Tái khám theo hẹn, uống thuốc đều, không tác dụng phụ. Không triệu chứng mới.',
      exam: 'Tỉnh, tiếp xúc tốt. Tim đều, phổi trong, bụng mềm, không phù.',
      advice: 'Tiếp tục thuốc theo đơn, khám lại đúng hẹn hoặc khi có bất thường.',
    },
  },
];
