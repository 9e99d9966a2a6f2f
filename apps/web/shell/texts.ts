import { defineTexts } from '@mach/ui/texts/texts.ts';

/** The strips that stand over every screen: while somebody has broken the glass, and when a record was refused. */
export const texts = defineTexts({
  vi: {
    open: 'Đang mở khẩn cấp',
    until: 'đến {at}, còn {left}',
    show: 'Xem',
    mend: 'Đóng lại',
    refused: 'Hồ sơ này không có, hoặc không mở cho bạn',
    grantedBy: 'Ai cho phép được: {roles}',
    breakGlass: 'Mở khẩn cấp',
    dismiss: 'Ẩn',
    'role.privacy-officer': 'Phụ trách bảo vệ dữ liệu',
    'role.director': 'Giám đốc',
    'role.administrator': 'Quản trị hệ thống',
  },
  en: {
    open: 'Emergency access',
    until: 'until {at}, {left} left',
    show: 'Show',
    mend: 'End now',
    refused: 'This record is not there, or not open to you',
    grantedBy: 'Who can grant it: {roles}',
    breakGlass: 'Emergency access',
    dismiss: 'Hide',
    'role.privacy-officer': 'Privacy officer',
    'role.director': 'Director',
    'role.administrator': 'Administrator',
  },
});
