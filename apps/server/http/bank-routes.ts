import { createHash } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { type BankSettings, readNotice, SIGNATURE_HEADER, TIME_HEADER } from '@mach/cashier/bank/notice.ts';
import { confirmTransfer, type TransferResult } from '@mach/cashier/contract.ts';
import { openSetting } from '@mach/engine/identity/setting-secrets.ts';
import type { FastifyInstance } from 'fastify';
import type { Doors } from './auth.ts';

const text = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

/**
 * `POST /api/hooks/bank/{facility}`: a bank tells that money has come in. The signature over the very bytes stands in for
 * a sign-in; a notice that comes again is answered as the first time.
 */
export function bankRoutes(app: FastifyInstance, { engine }: Doors): void {
  void app.register(async (scope) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: 16_384 }, (_request, body, done) =>
      done(null, body),
    );
    scope.post<{ Params: { facility: string }; Body: string }>('/api/hooks/bank/:facility', async (request) => {
      const facility = engine.allFacilities.find((one) => one.code === request.params.facility);
      const settings = facility && openSetting<BankSettings | null>(engine, facility.tenant, 'cashier.bank');
      if (!facility || !settings || !engine.commands.has(confirmTransfer.name))
        throw refuse(404, 'no-bank', { vi: 'Cơ sở này không nhận báo có', en: 'No bank account is set here' });
      const now = engine.clock.now().toISOString();
      const { headers } = request;
      const signed = { timestamp: text(headers[TIME_HEADER]), signature: text(headers[SIGNATURE_HEADER]) };
      const notice = readNotice(typeof request.body === 'string' ? request.body : '', signed, settings.secret, now);
      const actor = engine.systemActor(facility.tenant, 'bank', ['system']);
      const key = `bank:${createHash('sha256').update(notice.transaction).digest('hex').slice(0, 64)}`;
      const { result } = await engine.sendByName(confirmTransfer.name, notice, actor, { key });
      const { state } = result as TransferResult;
      return { taken: true, state };
    });
  });
}
