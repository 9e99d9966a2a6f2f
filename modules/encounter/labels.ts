import type { Text } from '@mach/base/problem.ts';
import type {
  OrderState,
  Outcome,
  Payer,
  PrescriptionState,
  PriorityReason,
  ServiceGroup,
  VisitState,
} from './states.ts';

/** Names of the states as screens, papers and refusals say them (journeys §0.5). */
export const VISIT_LABELS: Readonly<Record<VisitState, Text>> = {
  booked: { vi: 'Hẹn', en: 'Booked' },
  arrived: { vi: 'Đã đến', en: 'Arrived' },
  waiting: { vi: 'Đang chờ', en: 'Waiting' },
  'in-exam': { vi: 'Đang khám', en: 'In exam' },
  'awaiting-results': { vi: 'Chờ kết quả', en: 'Awaiting results' },
  'results-ready': { vi: 'Đủ kết quả', en: 'Results ready' },
  concluded: { vi: 'Kết luận', en: 'Concluded' },
  'awaiting-payment': { vi: 'Chờ thanh toán', en: 'Awaiting payment' },
  settled: { vi: 'Đã quyết toán', en: 'Settled' },
  closed: { vi: 'Đóng', en: 'Closed' },
  left: { vi: 'Bỏ về', en: 'Left' },
  cancelled: { vi: 'Huỷ', en: 'Cancelled' },
  admitted: { vi: 'Nhập viện', en: 'Admitted' },
  transferred: { vi: 'Chuyển cơ sở', en: 'Transferred' },
  died: { vi: 'Tử vong', en: 'Died' },
};

export const ORDER_LABELS: Readonly<Record<OrderState, Text>> = {
  signed: { vi: 'Đã ký', en: 'Signed' },
  accepted: { vi: 'Đã tiếp nhận', en: 'Accepted' },
  'in-progress': { vi: 'Đang thực hiện', en: 'In progress' },
  performed: { vi: 'Đã thực hiện', en: 'Performed' },
  preliminary: { vi: 'Kết quả sơ bộ', en: 'Preliminary result' },
  validated: { vi: 'Kết quả đã duyệt', en: 'Result validated' },
  seen: { vi: 'BS đã xem', en: 'Seen by the doctor' },
  cancelled: { vi: 'Huỷ', en: 'Cancelled' },
};

export const PRESCRIPTION_LABELS: Readonly<Record<PrescriptionState, Text>> = {
  signed: { vi: 'Đã ký', en: 'Signed' },
  sent: { vi: 'Chờ mã quốc gia', en: 'Sent, no national code yet' },
  'national-code': { vi: 'Có mã quốc gia', en: 'National code given' },
  'partly-dispensed': { vi: 'Phát một phần', en: 'Partly dispensed' },
  dispensed: { vi: 'Phát đủ', en: 'Dispensed' },
  cancelled: { vi: 'Huỷ', en: 'Cancelled' },
};

export const GROUP_LABELS: Readonly<Record<ServiceGroup, Text>> = {
  exam: { vi: 'Khám bệnh', en: 'Examination' },
  lab: { vi: 'Xét nghiệm', en: 'Laboratory' },
  imaging: { vi: 'Chẩn đoán hình ảnh', en: 'Imaging' },
  functional: { vi: 'Thăm dò chức năng', en: 'Functional test' },
  procedure: { vi: 'Thủ thuật', en: 'Procedure' },
};

export const OUTCOME_LABELS: Readonly<Record<Outcome, Text>> = {
  home: { vi: 'Cấp toa, cho về', en: 'Sent home' },
  revisit: { vi: 'Cấp toa, hẹn khám lại', en: 'Sent home with a return date' },
  admitted: { vi: 'Nhập viện', en: 'Admitted' },
  transferred: { vi: 'Chuyển cơ sở', en: 'Transferred' },
  died: { vi: 'Tử vong', en: 'Died' },
};

export const PAYER_LABELS: Readonly<Record<Payer, Text>> = {
  bhyt: { vi: 'BHYT', en: 'Health insurance' },
  fee: { vi: 'Thu phí', en: 'Self-paying' },
};

export const PRIORITY_LABELS: Readonly<Record<PriorityReason, Text>> = {
  emergency: { vi: 'Cấp cứu', en: 'Emergency' },
  elderly: { vi: 'Người cao tuổi', en: 'Elderly' },
  child: { vi: 'Trẻ dưới 6 tuổi', en: 'Child under 6' },
  pregnant: { vi: 'Phụ nữ có thai', en: 'Pregnant' },
  disabled: { vi: 'Khuyết tật', en: 'Disabled' },
  merit: { vi: 'Người có công', en: 'Person of merit' },
};
