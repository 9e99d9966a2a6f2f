import { refuse } from '@mach/base/problem.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Doors, originOf, requireActor } from './auth.ts';
import { parseBody } from './parse.ts';

/** What may travel beside the input, under `$envelope`: a device's queue, overridden alerts, an older version. */
const envelopeSchema = z.strictObject({
  version: z.int().positive().optional(),
  performedAt: z.iso.datetime({ offset: true }).optional(),
  device: z.string().max(64).optional(),
  sequence: z.int().nonnegative().optional(),
  overrides: z
    .array(z.strictObject({ rule: z.string().max(200), reason: z.string().min(1).max(500) }))
    .max(50)
    .optional(),
});

/** `POST /api/commands/{module}.{command}` */
export function commandRoutes(app: FastifyInstance, doors: Doors): void {
  app.post<{ Params: { name: string } }>('/api/commands/:name', async (request) => {
    const actor = await requireActor(doors, request);
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string')
      throw refuse(
        400,
        'idempotency-key',
        { vi: 'Thiếu header Idempotency-Key', en: 'The header Idempotency-Key is missing' },
        {
          field: 'Idempotency-Key',
          remedy: {
            vi: 'Mỗi việc một khoá, giữ nguyên khi gửi lại',
            en: 'One key a deed, the same when it is sent again',
          },
        },
      );
    const body = request.body;
    const isObject = body !== null && typeof body === 'object' && !Array.isArray(body);
    const { $envelope, ...input } = (isObject ? body : {}) as Record<string, unknown>;
    if (!isObject && body !== undefined)
      throw refuse(400, 'not-an-object', {
        vi: 'Thân lệnh phải là một đối tượng JSON',
        en: 'The body of a command is a JSON object',
      });
    const envelope = parseBody(envelopeSchema, $envelope);
    const answer = await doors.engine.sendByName(request.params.name, input, actor, {
      ...envelope,
      // Instants are kept in UTC, whatever offset the device wrote.
      performedAt: envelope.performedAt === undefined ? undefined : new Date(envelope.performedAt).toISOString(),
      key,
      origin: originOf(request),
    });
    return {
      result: answer.result ?? null,
      position: answer.position ?? null,
      ...(answer.replayed ? { replayed: true } : {}),
    };
  });
}
