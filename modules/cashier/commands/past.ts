import type { CommandContext } from '@mach/engine/command.ts';
import { HandlerContext } from '@mach/engine/context.ts';
import { movementsOf, type Query, type Queryable, type Row } from '@mach/store';
import type { PastMovement } from '../rules/payment.ts';

/** What an invoice has moved so far, as this command sees it. */
export async function pastMovements(ctx: CommandContext, invoice: string): Promise<PastMovement[]> {
  if (!(ctx instanceof HandlerContext)) throw new TypeError('movements are read inside the engine');
  const { transaction } = ctx;
  const reader: Queryable = {
    query: async <R extends Row>(query: Query) => ({ rows: (await transaction.query<R>(query)).rows, rowCount: null }),
  };
  return movementsOf(reader, `Invoice/${invoice}`);
}
