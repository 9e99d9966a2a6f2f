import { Decimal } from '@mach/base/decimal.ts';
import { commands, defineCommand, defineModule } from '@mach/engine';
import type { Basic } from '@mach/fhir/types.ts';
import { z } from 'zod';

/**
 * What the fault tests do to a house: a command that writes two records, moves money and sends a message. Half of it
 * would show.
 */
export const deeds = defineModule({
  name: 'deeds',
  title: { vi: 'Việc', en: 'Deeds' },
  roles: { doer: ['deeds.do'] },
  commands: commands(
    defineCommand({
      name: 'deeds.do',
      kind: 'intent',
      permission: 'deeds.do',
      title: { vi: 'Làm', en: 'Do' },
      input: z.strictObject({ n: z.number().int() }),
      handle: async ({ n }, ctx) => {
        const number = await ctx.next('deeds');
        for (const half of ['a', 'b'])
          ctx.create<Basic>({ resourceType: 'Basic', id: `deed-${n}-${half}`, code: { text: `${n}` } });
        ctx.post([
          {
            ledger: 'deeds',
            from: { ledger: 'deeds', account: 'bank', unit: 'VND', floor: null },
            to: { ledger: 'deeds', account: 'desk', unit: 'VND' },
            amount: Decimal.of('1000'),
            reason: 'deed',
            record: `Basic/deed-${n}-a`,
          },
        ]);
        ctx.send({
          destination: 'nobody',
          kind: 'deed',
          subject: `Basic/deed-${n}-a`,
          payload: { n },
          deadline: '2099-01-01T00:00:00.000Z',
          owner: 'doer',
        });
        return { number };
      },
    }),
  ),
});
