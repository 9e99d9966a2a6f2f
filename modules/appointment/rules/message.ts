/**
 * What a message says. Nothing of a person or an illness is in it, not even the name of the clinic: a telephone is read by
 * others too (SMS, Zalo). Pure.
 */
import { formatDate, formatTime } from '@mach/base/time.ts';
import { normalizePhone } from '@mach/vn/phone.ts';

export type MessageKind = 'booked' | 'moved' | 'cancelled' | 'reminder' | 'called-off';

export interface Message {
  /** Ten digits. */
  to: string;
  text: string;
}

/** Longest text of one message that the services take. */
export const MESSAGE_LENGTH = 300;

export function messageText(
  kind: MessageKind,
  of: { facility: string; start: string; door: string; code: string },
): string {
  const { facility, start, door, code } = of;
  const when = `${formatTime(start)} ngày ${formatDate(start)}`;
  const place = `${when}${door === '' ? '' : `, phòng ${door}`}. Mã hẹn ${code}`;
  switch (kind) {
    case 'booked':
      return `${facility}: đã đặt lịch khám lúc ${place}. Đến trước 15 phút, mang theo CCCD.`;
    case 'moved':
      return `${facility}: lịch khám đã chuyển sang ${place}.`;
    case 'cancelled':
      return `${facility}: đã huỷ lịch khám lúc ${when}. Mã hẹn ${code}.`;
    case 'called-off':
      return `${facility}: xin lỗi, lịch khám lúc ${when} không thực hiện được. Vui lòng gọi để hẹn lại. Mã hẹn ${code}.`;
    case 'reminder':
      return `${facility}: nhắc lịch khám lúc ${place}. Không đến được vui lòng báo lại.`;
  }
}

/** A mobile number as services take it: `0912345678`; undefined for what is none. */
export function mobile(phone: string | undefined): string | undefined {
  const number = normalizePhone(phone ?? '');
  return number?.length === 10 ? number : undefined;
}
