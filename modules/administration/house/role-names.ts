/** Names of the roles of the house; one that a plug-in brings is shown by its code. */
export const ROLE_NAMES: Readonly<Record<string, { readonly vi: string; readonly en: string }>> = {
  administrator: { vi: 'Quản trị hệ thống', en: 'Administrator' },
  cashier: { vi: 'Thu ngân', en: 'Cashier' },
  'chief-accountant': { vi: 'Kế toán trưởng', en: 'Chief accountant' },
  'claims-officer': { vi: 'Giám định BHYT', en: 'Claims officer' },
  clinic: { vi: 'Phòng khám tư', en: 'Clinic' },
  director: { vi: 'Giám đốc', en: 'Director' },
  doctor: { vi: 'Bác sĩ', en: 'Doctor' },
  kiosk: { vi: 'Máy lấy số', en: 'Kiosk' },
  'lab-technician': { vi: 'Kỹ thuật viên xét nghiệm', en: 'Laboratory technician' },
  nurse: { vi: 'Điều dưỡng', en: 'Nurse' },
  pharmacist: { vi: 'Dược sĩ', en: 'Pharmacist' },
  'privacy-officer': { vi: 'Phụ trách bảo vệ dữ liệu', en: 'Privacy officer' },
  radiographer: { vi: 'Chẩn đoán hình ảnh', en: 'Imaging' },
  reception: { vi: 'Tiếp đón', en: 'Reception' },
};
