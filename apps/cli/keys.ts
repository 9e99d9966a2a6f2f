import { rotateKeys } from '@mach/server/keys/rotate.ts';
import { asOwner } from '@mach/server/owner.ts';
import { UsageError } from './arguments.ts';
import type { Call } from './commands.ts';

/** `mach keys rotate`: a new key file; with `--data` the secrets in the database are sealed anew as well. */
export async function rotate({ house, words, out }: Call): Promise<number> {
  const data = words.flags.data === true;
  if (data && house.attached)
    throw new UsageError('--data: dừng máy chủ trước · stop the server first, it would not know the new key');
  const done = await asOwner(house.urls, (owner) => rotateKeys(house.engine, owner, house.dataDir, data));
  out.result(done, [
    `Đã đổi khoá: ${done.keys} khoá dữ liệu, ${done.resealed} bí mật niêm phong lại`,
    `The key file is new: ${done.keys} data keys wrapped, ${done.resealed} secrets sealed anew. Take a backup now.`,
  ]);
  return 0;
}
