import { refuse } from '@mach/base/problem.ts';
import type { Person } from './people.ts';
import type { IdentityPolicy } from './policy.ts';

/**
 * A one-time password that is over, or an account that nobody has used for too long, opens nothing. `now`: ms.
 * @throws Problem 401, 403
 */
export function refuseStale(person: Person, policy: IdentityPolicy, now: number): void {
  const used = (person.lastSignInAt ?? person.createdAt).getTime();
  // A password that was just set by an administrator opens a sleeping account again.
  const fresh = person.oneTimeUntil !== null && person.oneTimeUntil.getTime() > now;
  if (person.mustChange && person.oneTimeUntil !== null && !fresh)
    throw refuse(
      401,
      'one-time-over',
      { vi: 'Mật khẩu tạm đã hết hạn', en: 'The one-time password is over' },
      { remedy: { vi: 'Nhờ quản trị đặt lại', en: 'Ask an administrator to set a new one' } },
    );
  if (!fresh && policy.dormantDays !== null && now - used > policy.dormantDays * 86_400_000)
    throw refuse(
      403,
      'dormant',
      {
        vi: `Tài khoản đã khoá vì hơn ${policy.dormantDays} ngày không dùng`,
        en: `The account is closed after ${policy.dormantDays} days without use`,
      },
      { remedy: { vi: 'Nhờ quản trị đặt lại mật khẩu', en: 'Ask an administrator to reset the password' } },
    );
}
