import { retryStatement, settleStatement } from '@mach/store';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { HandlerContext } from '../context.ts';
import { commands, defineModule } from '../module.ts';

/** Event that modules react to when a destination has answered. */
export interface ExchangeAnswered {
  message: string;
  destination: string;
  kind: string;
  subject: string;
  outcome: 'accepted' | 'refused';
  receipt: unknown;
  issues: unknown[];
}

/** The engine's own command: an answer of a destination and what follows from it are one transaction. */
export const answerCommand = defineCommand({
  name: 'exchange.answer',
  kind: 'fact',
  permission: 'exchange.answer',
  title: { vi: 'Ghi trả lời của nơi nhận', en: 'Record the answer of a destination' },
  input: z.strictObject({
    message: z.string(),
    worker: z.string(),
    destination: z.string(),
    kind: z.string(),
    subject: z.string(),
    outcome: z.enum(['accepted', 'refused']),
    receipt: z.unknown(),
    issues: z.array(z.unknown()),
  }),
  async handle(input, ctx) {
    if (!(ctx instanceof HandlerContext)) throw new TypeError('exchange.answer runs in the engine only');
    const { worker, ...answer } = input;
    // Ends the command when another process holds the message by now: its own answer stands.
    ctx.transaction.also(
      settleStatement(worker, input.message, {
        state: input.outcome,
        receipt: input.receipt,
        error: input.issues.length > 0 ? { issues: input.issues } : undefined,
        at: ctx.now,
      }),
    );
    ctx.emit('exchange.answered', { ...answer });
    return { message: input.message };
  },
});

/** Sends a refused or waiting message again now: after a person has mended its cause. */
export const retryCommand = defineCommand({
  name: 'exchange.retry',
  kind: 'intent',
  permission: 'exchange.retry',
  title: { vi: 'Gửi lại', en: 'Send again' },
  input: z.strictObject({ message: z.uuid() }),
  async handle(input, ctx) {
    if (!(ctx instanceof HandlerContext)) throw new TypeError('exchange.retry runs in the engine only');
    ctx.transaction.also(retryStatement(input.message, ctx.now));
    return { message: input.message };
  },
});

export default defineModule({
  name: 'exchange',
  title: { vi: 'Liên thông', en: 'Exchange' },
  commands: commands(answerCommand, retryCommand),
  roles: {
    system: ['exchange.answer'],
    administrator: ['exchange.retry'],
    'claims-officer': ['exchange.retry', 'exchange.read'],
  },
  tables: [
    {
      name: 'exchange.outbox',
      permission: 'exchange.read',
      title: { vi: 'Việc treo', en: 'Pending messages' },
      read: async (source, query) => {
        const filter = (name: string): readonly string[] | undefined =>
          query.filters?.find((f) => f.column === name)?.values;
        const rows = await source.outbox({
          states: filter('state'),
          subject: filter('subject')?.[0],
          destination: filter('destination')?.[0],
          limit: query.limit,
        });
        return rows.map((r) => ({
          key: r.id,
          destination: r.destination,
          kind: r.kind,
          subject: r.subject,
          patient: r.patient ?? null,
          state: r.state,
          attempts: r.attempts,
          createdAt: r.createdAt,
          deadline: r.deadline,
          owner: r.owner,
          receipt: (r.receipt ?? null) as object | null,
          lastError: (r.lastError ?? null) as object | null,
        }));
      },
    },
  ],
});
