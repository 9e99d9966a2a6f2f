import { refuse, type Text } from '@mach/base/problem.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FHIR_JSON, type FhirCall } from '../../exchange.ts';

/** What a job has made is kept this long after its end, ms. */
export const KEPT = 24 * 3_600_000;

/** Prefer: respond-async */
export const wantsAsync = (request: FastifyRequest): boolean =>
  /(^|[,;\s])respond-async\b/.test(String(request.headers.prefer ?? ''));

/** @throws Problem 400 */
export function requireAsync(call: FhirCall, what: Text): void {
  if (wantsAsync(call.request)) return;
  throw refuse(
    400,
    'async-only',
    { vi: `${what.vi} chỉ chạy bất đồng bộ`, en: `${what.en} is asynchronous only` },
    {
      field: 'Prefer',
      remedy: { vi: 'Gửi đầu mục Prefer: respond-async', en: 'Send the header Prefer: respond-async' },
    },
  );
}

/** 202 with the address where the progress is told. */
export function accepted(reply: FastifyReply, address: string): FastifyReply {
  return reply
    .status(202)
    .header('content-location', address)
    .type(FHIR_JSON)
    .send(
      JSON.stringify({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'information', code: 'informational', diagnostics: address }],
      }),
    );
}
