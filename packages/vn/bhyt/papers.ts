import type { Issue, Text } from '@mach/base/problem.ts';
import { addDays, formatDate } from '@mach/base/time.ts';
import type { BenefitPack, Route } from './benefit-pack.ts';

/** Slips shown at the desk; their absence or age can turn a referral into a self-chosen visit. */
export interface Papers {
  referral?: {
    number: string;
    fromFacility: string;
    /** Signing date, yyyy-MM-dd. */
    issuedOn: string;
    /** Disease of annex III of TT 01/2025: the slip is good for a year. */
    oneYear?: boolean;
  };
  revisit?: { number: string; timesUsed: number };
}

/** Working days after `from` up to and including `to`; Saturdays, Sundays and `holidays` do not count. */
export function workingDaysBetween(from: string, to: string, holidays: readonly string[] = []): number {
  const off = new Set(holidays);
  let days = 0;
  for (let day = addDays(from, 1); day <= to; day = addDays(day, 1)) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !off.has(day)) days += 1;
  }
  return days;
}

const warn = (code: string, field: string, text: Text, remedy: Text): Issue => ({
  severity: 'warning',
  code,
  field,
  text,
  remedy,
});

/**
 * The route that the papers really support on `date`. A referral or re-visit
 * whose slip is missing, too old or used up counts as self-chosen.
 */
export function routeByPapers(
  route: Route,
  papers: Papers | undefined,
  date: string,
  pack: BenefitPack,
  holidays: readonly string[] = [],
): { route: Route; issues: Issue[] } {
  if (route === 'referral') {
    const slip = papers?.referral;
    if (!slip) {
      return {
        route: 'self',
        issues: [
          warn(
            'referral-slip-missing',
            'papers.referral',
            { vi: 'Chưa có phiếu chuyển cơ sở khám chữa bệnh.', en: 'The referral slip is missing.' },
            {
              vi: 'Nhập số phiếu, nơi chuyển và ngày ký, hoặc chọn tự đến.',
              en: 'Enter its number, sender and date, or choose self.',
            },
          ),
        ],
      };
    }
    const lastDay = slip.oneYear ? addDays(slip.issuedOn, pack.papers.referralListedDays) : undefined;
    const tooOld = lastDay
      ? date > lastDay
      : workingDaysBetween(slip.issuedOn, date, holidays) > pack.papers.referralWorkingDays;
    if (tooOld || slip.issuedOn > date) {
      const on = formatDate(slip.issuedOn);
      return {
        route: 'self',
        issues: [
          warn(
            'referral-slip-expired',
            'papers.referral.issuedOn',
            {
              vi: `Phiếu chuyển ký ngày ${on} không còn giá trị (10 ngày làm việc, hoặc 1 năm với bệnh được liệt kê).`,
              en: `The referral slip of ${on} is not valid (10 working days, one year for listed diseases).`,
            },
            {
              vi: 'Xin phiếu mới, hoặc đánh dấu bệnh được chuyển 1 năm.',
              en: 'Ask for a new slip, or mark the one-year disease.',
            },
          ),
        ],
      };
    }
  }
  if (route === 'revisit') {
    const slip = papers?.revisit;
    if (!slip || slip.timesUsed >= pack.papers.revisitUses) {
      return {
        route: 'self',
        issues: [
          warn(
            slip ? 'revisit-slip-used' : 'revisit-slip-missing',
            'papers.revisit',
            slip
              ? { vi: 'Phiếu hẹn khám lại đã dùng.', en: 'The re-visit slip is used up.' }
              : { vi: 'Chưa có phiếu hẹn khám lại.', en: 'The re-visit slip is missing.' },
            { vi: 'Mỗi phiếu hẹn chỉ dùng một lần.', en: 'A re-visit slip serves once.' },
          ),
        ],
      };
    }
  }
  return { route, issues: [] };
}
