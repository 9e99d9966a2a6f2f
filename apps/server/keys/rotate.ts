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

/** How long after it was made a data key begins to seal where servers run: each has looked several times by then, ms. */
export const KNOWN_AFTER = 120_000;

/**
 * Puts a new key file in place of the one in use. Every data key is wrapped anew, so nothing that is sealed changes and
 * a running server goes on. With `data`, a new data key is made too, and every secret is sealed anew under it: `at once`,
 * where no server runs; or `by servers`: they come to know the key, begin to seal with it, and go through what is sealed
 * in the background (`KeyKeeper`). It may break off anywhere: the next opening finds either the old state or the new one.
 */
export async function rotateKeys(
  engine: Engine,
  owner: pg.Client,
  dataDir: string,
  data?: 'at once' | 'by servers',
): Promise<Rotation> {
  const on = owner as unknown as Queryable;
  const keys = await openDataKeys(dataDir, on);
  const fresh = Math.max(...keys.keys()) + 1;
  if (data) {
    if (fresh > 255) throw new RangeError('there are 255 data keys already');
    keys.set(fresh, randomBytes(32));
  }
  const file = draftKey(dataDir);
  let resealed = 0;
  await owner.query('begin');
  try {
    await owner.query('lock table system.data_key in exclusive mode');
    for (const [id, key] of keys) {
      const { by, wrapped } = wrap(file, id, key);
      const wait = data === 'by servers' && id === fresh ? KNOWN_AFTER / 1_000 : null;
      await owner.query(
        `insert into system.data_key (id, wrapped_by, wrapped, seals_from) values ($1, $2, $3, now() + make_interval(secs => $4))
         on conflict (id) do update set wrapped_by = excluded.wrapped_by, wrapped = excluded.wrapped`,
        [id, by, wrapped, wait],
      );
    }
    if (data === 'at once') {
      useDataKeys(engine, keys);
      resealed = await sealKept(engine, owner, fresh);
    }
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
  promoteDraft(dataDir);
  return { keys: keys.size, resealed };
}
