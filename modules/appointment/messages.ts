import type { Text } from '@mach/base/problem.ts';
import type { Delivery, Destination, Outgoing } from '@mach/engine/exchange/destination.ts';
import { MESSAGES } from './contract.ts';
import { MESSAGE_LENGTH, type Message, type MessageKind, mobile } from './rules/message.ts';

/** What the simulator keeps of messages it has taken; the oldest are forgotten. */
const KEPT = 1_000;

export interface SimulatorOptions {
  /** Answers nothing (as when the line is down) while this is true. */
  silent?: () => boolean;
}

/**
 * Stands for an SMS or Zalo gateway, of which no public test system exists: it refuses what such services refuse (no
 * mobile number, empty, too long) and sends nothing to anybody. A message that it has taken once is not taken twice.
 */
export function messageSimulator(
  options: SimulatorOptions = {},
): Destination & { taken: ReadonlyMap<string, Message> } {
  const taken = new Map<string, Message>();
  return {
    name: MESSAGES,
    title: { vi: 'Tin nhắn nhắc hẹn (SMS, Zalo)', en: 'Reminders (SMS, Zalo)' },
    kinds: {
      'appointment-booked': { vi: 'báo đã hẹn', en: 'booked' },
      'appointment-moved': { vi: 'báo dời hẹn', en: 'moved' },
      'appointment-cancelled': { vi: 'báo huỷ hẹn', en: 'cancelled' },
      'appointment-reminder': { vi: 'nhắc hẹn', en: 'reminder' },
      'appointment-called-off': { vi: 'báo bác sĩ nghỉ', en: 'called off' },
    } satisfies Record<`appointment-${MessageKind}`, Text>,
    simulated: true,
    taken,
    async deliver(outgoing: Outgoing): Promise<Delivery> {
      if (options.silent?.()) return { outcome: 'later', reason: `${MESSAGES} is silent` };
      const { to, text } = outgoing.payload as Message;
      if (mobile(to) !== to)
        return refused('phone-form', `Số điện thoại "${to}" không nhận được tin nhắn`, `"${to}" takes no messages`);
      if (text.trim() === '' || text.length > MESSAGE_LENGTH)
        return refused('text-length', `Tin nhắn dài ${text.length} ký tự`, `The message has ${text.length} characters`);
      if (!taken.has(outgoing.id) && taken.size >= KEPT) taken.delete(taken.keys().next().value ?? '');
      taken.set(outgoing.id, { to, text });
      return { outcome: 'accepted', receipt: { gateway: MESSAGES, message: outgoing.id } };
    },
  };
}

const refused = (code: string, vi: string, en: string): Delivery => ({
  outcome: 'refused',
  issues: [
    {
      severity: 'error',
      code,
      field: 'to',
      text: { vi, en },
      remedy: { vi: 'Gọi điện cho người bệnh, sửa số trong hồ sơ', en: 'Telephone the patient, correct the record' },
    },
  ],
});
