import { defineTexts } from '@mach/ui';

/** Calls for staff from the kiosks in the hall. */
export const texts = defineTexts({
  vi: {
    calls: '{from} gọi nhân viên lúc {time}',
    go: 'Tôi đến',
    why: 'Người ở kiosk cần người giúp',
  },
  en: {
    calls: '{from} called for staff at {time}',
    go: 'I am going',
    why: 'Somebody at the kiosk needs a person',
  },
});
