/** Names and words that break layouts: long ones, stacked marks, one piece without a space. */
export const LONG = 'H’Hen Niê Kđăm Ayŭn Êban Nguyễn Thị Thanh Hương';
export const STACKED = 'Nguyễn Thuỵ Ễ Ỗ Ẫ Ữ Ặng Ậu';
export const DISEASE =
  'Bệnh đái tháo đường không phụ thuộc insulin có biến chứng thận, tăng huyết áp vô căn, rối loạn chuyển hoá lipoprotein hỗn hợp';
export const DRUG = 'amoxicilin trihydrat + acid clavulanic (dưới dạng kali clavulanat) phối hợp cellulose vi tinh thể';
export const PLACE = 'Trung tâm Kiểm soát bệnh tật – Phòng xét nghiệm chuẩn thức vi sinh lâm sàng tầng 12';
/** The time of the workbench: seven in the morning, Tuesday. */
export const NOW = '2026-11-24T00:00:00.000Z';
export const at = (hour: number, minute = 0, day = 24): string =>
  new Date(Date.UTC(2026, 10, day, hour - 7, minute)).toISOString();
