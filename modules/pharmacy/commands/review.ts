/** What the prescriber passed over and a pharmacist must look at: who did, and what he found, stays with the hand-over. */
import { type Issue, refuse } from '@mach/base/problem.ts';
import { pharmacistOverrides } from '@mach/encounter/contract.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { MedicationDispense, MedicationRequest } from '@mach/fhir/types.ts';
import { OVERRIDE } from '../contract.ts';
import { nameOf } from './prescription.ts';

type Line = MedicationRequest & { id: string };

const answerTo = (ctx: CommandContext, line: Line): string | undefined =>
  ctx.overrides.find(({ rule }) => rule === OVERRIDE.review || rule === `${OVERRIDE.review}:${line.id}`)?.reason.trim();

/** The questions that are open before the first of a line is handed over; none once a pharmacist has answered. */
export function reviewIssues(ctx: CommandContext, line: Line, field: string): Issue[] {
  const passed = pharmacistOverrides(line);
  if (passed.length === 0) return [];
  if ((answerTo(ctx, line) ?? '').length >= 2) {
    requireIdentified(ctx);
    return [];
  }
  const said = passed.map(({ rule, reason }) => `${rule}: "${reason}"`).join('; ');
  return [
    {
      severity: 'warning',
      code: OVERRIDE.review,
      field,
      text: {
        vi: `${nameOf(line)}: bác sĩ đã bỏ qua cảnh báo cần dược sĩ xem lại (${said})`,
        en: `${nameOf(line)}: the prescriber passed over a warning that needs a pharmacist (${said})`,
      },
      remedy: {
        vi: 'Xem lại dòng thuốc, gọi bác sĩ nếu cần, rồi chọn kết luận; tên dược sĩ được ghi cùng lần phát',
        en: 'Look at the line, call the prescriber if needed, then choose what you found; your name stays with it',
      },
    },
  ];
}

/** A review is somebody's: an account that stands for nobody cannot give it. */
function requireIdentified(ctx: CommandContext): void {
  if (ctx.actor.practitioner !== null) return;
  throw refuse(
    403,
    'no-practitioner',
    {
      vi: `Tài khoản ${ctx.actor.login} chưa gắn với người hành nghề, không xem lại đơn được`,
      en: `Account ${ctx.actor.login} stands for no practitioner and cannot review`,
    },
    {
      remedy: {
        vi: 'Nhờ quản trị gắn hồ sơ người hành nghề cho tài khoản',
        en: 'Ask an administrator to link the account to a practitioner',
      },
    },
  );
}

/** The review as the hand-over keeps it. */
export function reviewNote(ctx: CommandContext, line: Line): NonNullable<MedicationDispense['note']> {
  const found = answerTo(ctx, line);
  if (found === undefined || ctx.actor.practitioner === null || pharmacistOverrides(line).length === 0) return [];
  return [
    {
      authorReference: { reference: `Practitioner/${ctx.actor.practitioner}`, display: ctx.actor.name },
      time: ctx.performedAt,
      text: `Dược sĩ đã xem lại: ${found}`,
    },
  ];
}
