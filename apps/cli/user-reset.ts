import { randomInt } from 'node:crypto';
import { hashPassword } from '@mach/engine';
import { identityPolicy } from '@mach/engine/identity/policy.ts';
import { dropFactors, resetPassword } from '@mach/engine/identity/staff.ts';
import { withClient } from '@mach/server/postgres/roles.ts';
import { auditStatement } from '@mach/store';
import { textFlag, UsageError } from './arguments.ts';
import type { Call } from './call.ts';

/** Letters and digits that are not taken for one another when they are read out or copied by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
/** Four groups of four of 31 signs: 79 bits. */
const code = (): string =>
  Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join(
    '-',
  );

/**
 * `mach user reset --account A`: the way back in for somebody who has no administrator to ask. Gives a code that is good
 * once and for a few hours, ends every session, and with `--factors` takes the second factors away; it stands in the
 * audit of each facility in which the person works.
 */
export async function resetUser({ house, words, out }: Call): Promise<number> {
  const { engine } = house;
  const login = textFlag(words, 'account').toLowerCase();
  const reason = textFlag(words, 'reason').normalize('NFC');
  const factors = words.flags.factors === true;
  const { rows } = await engine.database.system.query<{ id: string; name: string; tenants: number[] }>({
    text: `select a.id, a.display_name as name, array_agg(m.tenant) as tenants
           from system.account a join system.membership m on m.account = a.id where a.login = $1 group by a.id`,
    values: [login],
  });
  const [person] = rows;
  const [tenant] = person?.tenants ?? [];
  if (!person || tenant === undefined) throw new UsageError(`nobody works here as ${login}`);
  const password = code();
  const { oneTimeHours } = identityPolicy(engine, tenant);
  const now = engine.clock.now();
  const until = new Date(now.getTime() + oneTimeHours * 3_600_000).toISOString();
  const hash = await hashPassword(password);
  await withClient(house.urls.ownerUrl, async (client) => {
    await client.query('begin');
    for (const { text, values = [] } of [
      ...resetPassword(person.id, hash, until),
      ...(factors ? dropFactors(person.id) : []),
    ])
      await client.query(text, [...values]);
    await client.query('update system.account set failed_count = 0, locked_until = null where id = $1', [person.id]);
    for (const one of person.tenants) {
      await client.query(`select set_config('mach.tenant', $1, true)`, [String(one)]);
      const { text, values = [] } = auditStatement([
        {
          id: engine.ids(),
          at: now.toISOString(),
          kind: 'command',
          action: 'user.reset',
          actor: 'system:cli',
          outcome: 'done',
          detail: { account: `account:${person.id}`, login, factors, reason },
        },
      ]);
      await client.query(text, [...values]);
    }
    await client.query('commit');
  });
  out.result({ account: login, code: password, until, factors }, [
    `${person.name} (${login}): mã dùng một lần ${password}`,
    `Đăng nhập bằng mã này thay mật khẩu trong ${oneTimeHours} giờ; đặt mật khẩu mới ngay sau đó.`,
    factors ? 'Mọi phiên đã kết thúc, xác thực hai lớp đã gỡ.' : 'Mọi phiên đã kết thúc. Xác thực hai lớp vẫn cần.',
  ]);
  return 0;
}
