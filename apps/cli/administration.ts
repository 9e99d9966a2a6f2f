import { randomBytes } from 'node:crypto';
import { hashPassword } from '@mach/engine';
import { withClient } from '@mach/server/postgres/roles.ts';
import { textFlag, UsageError } from './arguments.ts';
import type { Call } from './call.ts';

/** Adds an account and its place of work; shows the password once when none was given. */
export async function addUser({ house, words, out }: Call): Promise<number> {
  const account = textFlag(words, 'account').toLowerCase();
  const name = textFlag(words, 'name').normalize('NFC');
  const role = textFlag(words, 'role');
  const known = new Set(house.engine.modules.flatMap((m) => Object.keys(m.roles ?? {})));
  if (!known.has(role)) throw new UsageError(`there is no role ${role}; roles: ${[...known].sort().join(', ')}`);
  const facilities = house.engine.allFacilities;
  const facility =
    words.flags.facility === undefined ? facilities[0] : facilities.find((f) => f.code === words.flags.facility);
  if (!facility)
    throw new UsageError(
      `there is no such facility; facilities: ${facilities.map((f) => f.code).join(', ') || 'none'}`,
    );
  const given = words.flags.password;
  const password = typeof given === 'string' ? given : randomBytes(12).toString('base64url');
  if (password.length < 8) throw new UsageError('--password must have at least 8 characters');
  const hash = await hashPassword(password);
  const practitioner = typeof words.flags.practitioner === 'string' ? words.flags.practitioner : null;
  await withClient(house.urls.ownerUrl, async (client) => {
    const made = await client.query<{ id: string }>(
      `insert into system.account (id, login, display_name, password_hash) values ($1, $2, $3, $4) on conflict (login) do nothing returning id`,
      [house.engine.ids(), account, name, hash],
    );
    if (!made.rows[0]) throw new UsageError(`the account ${account} exists already`);
    await client.query('insert into system.membership (tenant, account, roles, practitioner) values ($1, $2, $3, $4)', [
      facility.tenant,
      made.rows[0].id,
      [role],
      practitioner,
    ]);
  });
  out.result({ account, role, facility: facility.code, ...(given === undefined ? { password } : {}) }, [
    `Đã thêm ${account} (${role}) vào ${facility.name}`,
    ...(given === undefined ? [`Mật khẩu: ${password}`] : []),
  ]);
  return 0;
}

export async function listModules({ house, out }: Call): Promise<number> {
  const modules = house.engine.modules.map((m) => ({
    name: m.name,
    title: m.title.vi,
    commands: (m.commands ?? []).map((c) => c.name),
    views: (m.views ?? []).map((v) => v.definition.name),
  }));
  out.result(
    { modules },
    modules.map((m) => `${m.name.padEnd(12)} ${m.title} — ${m.commands.length} lệnh, ${m.views.length} khung nhìn`),
  );
  return 0;
}

export async function listPacks({ house, out }: Call): Promise<number> {
  const packs = house.engine.packs.subjects.flatMap((subject) => house.engine.packs.editions(subject));
  out.result(
    { packs },
    packs.map(
      (p) =>
        `${p.subject.padEnd(20)} ${p.edition.padEnd(12)} ${p.validFrom} → ${p.validTo ?? '…'}  ${p.source.map((s) => s.certainty).join('')}  ${p.hash.slice(0, 12)}`,
    ),
  );
  return 0;
}
