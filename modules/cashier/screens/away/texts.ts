import { defineTexts } from '@mach/ui/texts/texts.ts';

/** The till while the server is away. */
export const awayTexts = defineTexts({
  vi: {
    act: 'Thu tiền, biên lai giấy',
    lead: 'Máy chủ không trả lời. Chỉ thu tiền mặt bằng biên lai giấy có số (còn {n} số).',
    noBill: 'Chưa tính được bảng kê: tiền này vào tạm ứng của lượt khám theo số biên lai, quyết toán khi có máy chủ.',
    takeOf: 'Thu tiền của {name}',
    takePaper: 'Thu tiền của người cầm số giấy',
    ticket: 'Số trên phiếu',
    name: 'Họ tên',
    amount: 'Số tiền thu',
    take: 'Thu, lấy số biên lai',
    write: 'Ghi lên biên lai số',
    keptHere: 'Đã giữ trên máy này',
    takenToday: 'Biên lai chờ nộp ({n}) · {total}',
    paperPerson: 'Số giấy',
    failed_numbers: 'Máy này hết số biên lai. Dùng quyển biên lai của bộ phận, nhập lại sau.',
    failed_full: 'Máy này không giữ thêm được nữa. Ghi giấy, nhập lại sau.',
  },
  en: {
    act: 'Cash on a paper receipt',
    lead: 'The server does not answer. Take cash against a numbered paper receipt only ({n} numbers left).',
    noBill:
      'No bill can be worked out: the cash is held as an advance of the visit under this receipt until it is settled.',
    takeOf: 'Take cash from {name}',
    takePaper: 'Take cash from somebody with a paper ticket',
    ticket: 'Number on the ticket',
    name: 'Full name',
    amount: 'Amount taken',
    take: 'Take, give a receipt number',
    write: 'Write on the receipt',
    keptHere: 'Kept on this device',
    takenToday: 'Receipts to hand in ({n}) · {total}',
    paperPerson: 'Paper number',
    failed_numbers: 'This device has no receipt numbers left. Use the book of the department and enter it later.',
    failed_full: 'This device can keep no more. Write on paper and enter it later.',
  },
});
