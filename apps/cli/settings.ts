import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Engine, Facility } from '@mach/engine';
import { hideSecrets, sealSetting, secretPaths } from '@mach/engine/identity/setting-secrets.ts';
import { asOwner } from '@mach/server/owner.ts';
import { auditStatement } from '@mach/store';
import { textFlag, UsageError, type Words } from './arguments.ts';
import type { Call } from './call.ts';

/** Settings that have a door of their own: two people switch the access policy. */
const ELSEWHERE = /^access\./;

function facilityOf(engine: Engine, words: Words): Facility {
  const { allFacilities: all } = engine;
  const { facility } = words.flags;
  const found = facility === undefined ? all[0] : all.find((one) => one.code === facility);
  if (!found)
    throw new UsageError(`không có cơ sở này · there is no such facility: ${all.map((one) => one.code).join(', ')}`);
  return found;
}

/** `mach setting list`: the settings of a facility with their values; secrets are never shown. */
export async function listSettings({ house, words, out }: Call): Promise<number> {
  const { engine } = house;
  const { tenant } = facilityOf(engine, words);
  const secrets = secretPaths(engine);
  const settings = [...engine.settings(tenant)]
    .filter(([key]) => !ELSEWHERE.test(key))
    .map(([key, value]) => ({ key, value: hideSecrets(engine, key, value), secret: secrets.has(key) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  out.result(
    { settings },
    settings.map(({ key, value }) => `${key.padEnd(36)} ${JSON.stringify(value)}`),
  );
  return 0;
}

/** The new value: JSON from a file, so that no secret stands in the history of a shell. */
function readValue(words: Words): unknown {
  const file = resolve(textFlag(words, 'file'));
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: không đọc được JSON · not readable as JSON (${(error as Error).message})`);
  }
}

/** `mach setting set KEY --file F`: its secrets are sealed before they reach the database; the deed stands in the audit. */
export async function setSetting({ house, words, out }: Call): Promise<number> {
  const { engine } = house;
  const [key = ''] = words.positional;
  const { tenant } = facilityOf(engine, words);
  if (!engine.settings(tenant).has(key) || ELSEWHERE.test(key))
    throw new UsageError(`"${key}": không có cấu hình này · there is no such setting (mach setting list)`);
  const { value, sealed } = sealSetting(engine, tenant, key, readValue(words));
  const audit = auditStatement([
    {
      id: engine.ids(),
      at: engine.clock.now().toISOString(),
      kind: 'command',
      action: 'setting.set',
      actor: 'system:cli',
      outcome: 'done',
      detail: { key, sealed },
    },
  ]);
  await asOwner(house.urls, async (owner) => {
    await owner.query('begin');
    await owner.query(`select set_config('mach.tenant', $1, true)`, [String(tenant)]);
    await owner.query(
      `insert into system.setting (tenant, key, value) values ($1, $2, $3)
       on conflict (tenant, key) do update set value = excluded.value`,
      [tenant, key, JSON.stringify(value)],
    );
    await owner.query(audit.text, [...(audit.values ?? [])]);
    await owner.query('commit');
  });
  out.result({ key, sealed, restart: house.attached }, [
    `✓ ${key}: đã lưu, ${sealed} bí mật niêm phong · saved, ${sealed} secrets sealed`,
    ...(house.attached ? ['  Khởi động lại máy chủ để có hiệu lực · it holds after a restart of the server'] : []),
  ]);
  return 0;
}
