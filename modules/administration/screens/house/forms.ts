import type { Text } from '@mach/base';

/** Forms of the house that desks print. */
export const FORMS: readonly { readonly form: string; readonly title: Text }[] = [
  { form: 'reception.ticket', title: { vi: 'Phiếu số thứ tự', en: 'Queue ticket' } },
  { form: 'outpatient.prescription', title: { vi: 'Đơn thuốc', en: 'Prescription' } },
  { form: 'lab.label', title: { vi: 'Nhãn ống mẫu', en: 'Tube label' } },
  { form: 'lab.sheet', title: { vi: 'Phiếu kết quả xét nghiệm', en: 'Laboratory results' } },
  { form: 'cashier.receipt', title: { vi: 'Phiếu thu', en: 'Receipt' } },
  { form: 'cashier.statement', title: { vi: 'Bảng kê chi phí', en: 'Statement of costs' } },
  { form: 'cashier.deposit', title: { vi: 'Phiếu tạm ứng', en: 'Deposit slip' } },
  { form: 'cashier.shift', title: { vi: 'Biên bản giao ca', en: 'Shift report' } },
];
