import { type Problem, refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import type { Command } from './command.ts';

const DAY_MS = 86_400_000;
/** An intent is decided as of the moment at which it was done: law, prices and ages of that day. Days. */
export const INTENT_DAYS = 3;
/** A fact has happened and is waited for as long as old versions of commands are understood (twelve months), and a month more. Days. */
export const FACT_DAYS = 400;

/** Whether a deed was done longer ago than its kind may be handed in: more likely a device whose clock has lost its date. */
export function isLate(command: Pick<Command, 'kind' | 'lateDays'>, performedAt: string, received: string): boolean {
  const days = command.lateDays ?? (command.kind === 'fact' ? FACT_DAYS : INTENT_DAYS);
  return Date.parse(received) - Date.parse(performedAt) > days * DAY_MS;
}

/** The refusal of a deed that comes too late; what it says is not lost: the desk keeps it until somebody writes it down. */
export const tooLate = (performedAt: string): Problem =>
  refuse(
    422,
    'performed-too-early',
    {
      vi: `Việc này ghi là làm lúc ${formatDateTime(performedAt)}: quá lâu để còn quyết định theo ngày đó`,
      en: `This says that it was done at ${formatDateTime(performedAt)}: too long ago to be decided as of that day`,
    },
    {
      field: 'performedAt',
      remedy: {
        vi: 'Kiểm tra ngày giờ của máy này. Nếu đúng là việc cũ, ghi lại bây giờ và nêu giờ thật trong nội dung',
        en: 'Check the date of this device. If it is true, enter it anew now and say the real time in the text',
      },
    },
  );
