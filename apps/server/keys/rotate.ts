import { randomBytes } from 'node:crypto';
import type { Engine } from '@mach/engine';
import { useDataKeys } from '@mach/engine/identity/sealing.ts';
import type { Queryable } from '@mach/store';
import type pg from 'pg';
import { draftKey, openDataKeys, promoteDraft, wrap } from './data-keys.ts';
import { sealKept } from './kept.ts';

export interface Rotation {
  /** Data keys that the new file wraps. */
  keys: number;
  /** Secrets that were sealed anew. */
  resealed: number;
}

/**
 * Puts a new key file in place of the one in use. Every data key is wrapped anew, so nothing that is sealed changes and
 * a running server goes on. With `data`, a new data key is made too and every secret is sealed anew under it: no server
 * may run meanwhile. It may break off anywhere: the next opening finds either the old state or the new one.
 */
export async function rotateKeys(engine: Engine, owner: pg.Client, dataDir: string, data: boolean): Promise<Rotation> {
  const on = owner as unknown as Queryable;
  const keys = await openDataKeys(dataDir, on);
  if (data) {
    const number = Math.max(...keys.keys()) + 1;
    if (number > 255) throw new RangeError('there are 255 data keys already');
    keys.set(number, randomBytes(32));
  }
  const file = draftKey(dataDir);
  let resealed = 0;
  await owner.query('begin');
  try {
    await owner.query('lock table system.data_key in exclusive mode');
    for (const [id, key] of keys) {
      const { by, wrapped } = wrap(file, id, key);
      await owner.query(
        `insert into system.data_key (id, wrapped_by, wrapped) values ($1, $2, $3)
         on conflict (id) do update set wrapped_by = excluded.wrapped_by, wrapped = excluded.wrapped`,
        [id, by, wrapped],
      );
    }
    useDataKeys(engine, keys);
    if (data) resealed = await sealKept(engine, owner, true);
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
  promoteDraft(dataDir);
  return { keys: keys.size, resealed };
}
