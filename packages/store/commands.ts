import { formatPosition, type Position } from '@mach/base/position.ts';
import type { Queryable } from './database.ts';

/** What was answered under an idempotency key. */
export interface CommandAnswer {
  name: string;
  bodyHash: Buffer;
  result: unknown;
  /** Undefined until the relay has given it one. */
  position: Position | undefined;
}

/** The first answer under a key, if the key has been used in this tenant. */
export async function readAnswer(on: Queryable, key: string): Promise<CommandAnswer | undefined> {
  const { rows } = await on.query<{
    name: string;
    body_hash: Buffer;
    result: unknown;
    epoch: number | null;
    position: string | null;
  }>({
    name: 'command_read',
    text: 'select name, body_hash, result, epoch, position from command_log where tenant = mach_tenant() and key = $1',
    values: [key],
  });
  const row = rows[0];
  return (
    row && {
      name: row.name,
      bodyHash: row.body_hash,
      result: row.result,
      position:
        row.epoch === null || row.position === null ? undefined : formatPosition(row.epoch, BigInt(row.position)),
    }
  );
}
