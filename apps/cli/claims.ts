import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exportClaims } from '@mach/claims/export.ts';
import { dateFlag, textFlag, UsageError } from './arguments.ts';
import type { Call } from './call.ts';

/** `mach claims export --from D --to D --out DIR`: one claim file a visit that ended in the period. */
export async function writeClaims({ house, words, out }: Call): Promise<number> {
  const from = dateFlag(words, 'from');
  const to = dateFlag(words, 'to');
  const folder = resolve(textFlag(words, 'out'));
  if (from > to) throw new UsageError('--from must not be after --to');
  await mkdir(folder, { recursive: true });
  const written: { name: string; visitCode: string; facility: string }[] = [];
  const missing: unknown[] = [];
  for (const facility of house.engine.allFacilities) {
    const actor = house.engine.systemActor(facility.tenant, 'claims-export', ['claims-officer']);
    const exported = await exportClaims(house.engine, actor, { from, to });
    for (const file of exported.files) {
      await writeFile(join(folder, file.name), file.xml);
      written.push({ name: file.name, visitCode: file.visitCode, facility: facility.code });
    }
    missing.push(...exported.missing);
  }
  out.result({ folder, files: written, missing }, [
    `Đã ghi ${written.length} hồ sơ vào ${folder}`,
    ...(missing.length > 0 ? [`Còn ${missing.length} lượt khám chưa có hồ sơ (--json cho đủ)`] : []),
  ]);
  return 0;
}
