import { rotateKeys } from '@mach/server/keys/rotate.ts';
import { asOwner } from '@mach/server/owner.ts';
import type { Call } from './call.ts';

/**
 * `mach keys rotate`: a new key file; with `--data` the secrets in the database are sealed anew as well: at once where no
 * server runs, else by the server, in the background.
 */
export async function rotate({ house, words, out }: Call): Promise<number> {
  const data = words.flags.data !== true ? undefined : house.attached ? 'by servers' : 'at once';
  const done = await asOwner(house.urls, (owner) => rotateKeys(house.engine, owner, house.dataDir, data));
  const rest =
    data === 'by servers'
      ? [
          'Máy chủ đang chạy sẽ dùng khoá dữ liệu mới sau 2 phút và niêm phong lại phần cũ · The running server takes up the new data key after 2 minutes and seals the rest anew.',
        ]
      : [];
  out.result(done, [
    `Đã đổi khoá: ${done.keys} khoá dữ liệu, ${done.resealed} bí mật niêm phong lại`,
    `The key file is new: ${done.keys} data keys wrapped, ${done.resealed} secrets sealed anew. Take a backup now.`,
    ...rest,
  ]);
  return 0;
}
