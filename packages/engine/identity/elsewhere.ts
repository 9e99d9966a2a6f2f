import { refuse } from '@mach/base/problem.ts';
import { type Membership, memberships, type Queryable } from '@mach/store';
import type { Place } from './policy.ts';
import { type OpenSession, openSession, type Via } from './session-store.ts';

/** A facility where somebody works: one identity has a membership, with roles of its own, in each. */
export interface Workplace {
  readonly code: string;
  readonly name: string;
  readonly here: boolean;
}

/**
 * What was proved to one facility only: a badge at a device of its own, a provider of its own. It opens no other, and
 * nothing of one facility is carried into the next but who the person is.
 */
const OF_ONE_FACILITY: readonly (Via | null)[] = ['badge', 'provider', null];

const mayLeave = ({ via, place }: { via: Via | null; place: Place | null }): boolean =>
  !OF_ONE_FACILITY.includes(via) && place !== 'ward';

const notThere = () =>
  refuse(
    403,
    'no-membership',
    { vi: 'Tài khoản chưa được gán vào cơ sở này', en: 'The account does not work in this facility' },
    { field: 'facility' },
  );

/**
 * Where a sign-in goes: the facility that is named, that of the enrolled device, the only one, or the one where this person
 * was last; who works in several and was in none yet says it himself.
 * @throws Problem 403 where he does not work there, or nowhere
 */
export function arrival(
  all: readonly Membership[],
  named: string | undefined,
  device: number | undefined,
): Membership | { readonly choose: readonly Membership[] } {
  if (named !== undefined) {
    const place = all.find(({ facilityCode }) => facilityCode === named);
    if (!place) throw notThere();
    return place;
  }
  const [first, ...rest] = all;
  if (!first) throw notThere();
  const here = all.find(({ tenant }) => tenant === device);
  if (here || rest.length === 0) return here ?? first;
  const used = (one: Membership): number => one.lastUsedAt?.getTime() ?? 0;
  const last = rest.reduce((best, one) => (used(one) > used(best) ? one : best), first);
  return last.lastUsedAt === null ? { choose: all } : last;
}

/** Where the owner of a session may work; only here where the session was proved to this facility alone. */
export async function workplaces(on: Queryable, token: string, now: Date): Promise<Workplace[]> {
  const session = await openSession(on, token, now);
  if (!session?.account) return [];
  const all = (await memberships(on, session.account)).map(({ facilityCode, facilityName, tenant }) => ({
    code: facilityCode,
    name: facilityName,
    here: tenant === session.tenant,
  }));
  return mayLeave(session) ? all : all.filter((one) => one.here);
}

/**
 * The person of a session and another facility of his.
 * @throws Problem 401 without a session, 403 where the session or the person may not go there, 409 where he is there
 */
export async function elsewhere(
  on: Queryable,
  token: string,
  facility: string,
  now: Date,
): Promise<{ account: string; via: Via; place: Membership }> {
  const session: OpenSession | undefined = await openSession(on, token, now);
  if (!session?.account || session.roles === null)
    throw refuse(401, 'sign-in-required', {
      vi: 'Chưa đăng nhập hoặc phiên đã hết',
      en: 'Not signed in, or the session is over',
    });
  const place = (await memberships(on, session.account)).find((one) => one.facilityCode === facility);
  if (!place) throw notThere();
  if (place.tenant === session.tenant)
    throw refuse(409, 'here', { vi: 'Đang ở cơ sở này', en: 'You are in this facility' }, { field: 'facility' });
  if (!mayLeave(session) || session.via === null)
    throw refuse(
      403,
      'proved-here-only',
      {
        vi: 'Cách đăng nhập này chỉ dùng cho cơ sở đang mở',
        en: 'This way of signing in is good for this facility alone',
      },
      { remedy: { vi: 'Đăng nhập bằng mật khẩu hoặc khoá', en: 'Sign in with the password or a passkey' } },
    );
  return { account: session.account, via: session.via, place };
}

/** Who switches is asked nothing further, so what the other facility demands must be there. @throws Problem 403 */
export function refuseEntry(factorMissing: boolean, mustChange: boolean): void {
  if (factorMissing)
    throw refuse(
      403,
      'factor-needed',
      { vi: 'Vai trò ở cơ sở kia cần xác thực hai lớp', en: 'The role there needs a second factor' },
      {
        remedy: {
          vi: 'Lập xác thực hai lớp ở Tài khoản của tôi rồi chuyển lại',
          en: 'Set one up on My account, then switch',
        },
      },
    );
  if (mustChange) throw refuse(403, 'must-change', { vi: 'Phải đổi mật khẩu trước', en: 'Change the password first' });
}
