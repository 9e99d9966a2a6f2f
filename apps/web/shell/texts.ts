import { defineTexts } from '@mach/ui/texts/texts.ts';

/** The strip that stands over every screen while somebody has broken the glass. */
export const texts = defineTexts({
  vi: { open: 'Đang mở khẩn cấp', until: 'đến {at}, còn {left}', show: 'Xem', mend: 'Đóng lại' },
  en: { open: 'Emergency access', until: 'until {at}, {left} left', show: 'Show', mend: 'End now' },
});
