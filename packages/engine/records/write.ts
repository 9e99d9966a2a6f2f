import { z } from 'zod';
import { commandRef } from '../command-ref.ts';

const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);

export const recordWriteInput = z.strictObject({
  entries: z
    .array(
      z.discriminatedUnion('op', [
        z.strictObject({
          op: z.literal('create'),
          resource: z.looseObject({ resourceType: z.string() }),
          id: id.optional(),
        }),
        /** `ifVersion` 0: only when there is none yet. */
        z.strictObject({
          op: z.literal('put'),
          resource: z.looseObject({ resourceType: z.string(), id }),
          ifVersion: z.int().nonnegative().optional(),
        }),
        z.strictObject({ op: z.literal('delete'), type: z.string(), id, ifVersion: z.int().positive().optional() }),
      ]),
    )
    .min(1)
    .max(1000),
  /** `check`: every local reference must lead somewhere, or into this write. `keep`: imported history, dangling ones stay. */
  references: z.enum(['check', 'keep']).default('check'),
});

export interface RecordWriteResult {
  entries: { type: string; id: string; version: number; outcome: 'created' | 'updated' | 'unchanged' | 'deleted' }[];
}
export const recordWrite = commandRef<z.input<typeof recordWriteInput>, RecordWriteResult>('record.write');
