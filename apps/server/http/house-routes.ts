import { createHash } from 'node:crypto';
import { CORRECT, HOUSE } from '@mach/administration/contract.ts';
import { effectOf } from '@mach/administration/house/effect.ts';
import { correctionInput, sheetOptions } from '@mach/administration/house-inputs.ts';
import { dryRun } from '@mach/administration/sheets/dry-run.ts';
import { guessMapping, SHEET_KINDS } from '@mach/administration/sheets/fields.ts';
import { faultOf, LIMITS, SheetFault } from '@mach/administration/sheets/limits.ts';
import { readFile } from '@mach/administration/sheets/reader.ts';
import { findSheet, keepSheet, rememberedMapping, type Sheet } from '@mach/administration/sheets/store.ts';
import { refuse } from '@mach/base/problem.ts';
import type { Actor } from '@mach/engine';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Doors, originOf, requireActor } from './auth.ts';
import { parseBody } from './parse.ts';

/** Rows shown of a sheet before it is imported, and rows of one report. */
const SAMPLE = 5;
const REPORT = 500;

const uploadQuery = z.strictObject({ kind: z.enum(SHEET_KINDS), name: z.string().min(1).max(200) });
const runBody = z.strictObject(sheetOptions);
const effectBody = correctionInput.pick({ entries: true, from: true });

/** Spreadsheets before they are imported, and what a correction would touch. Nothing here changes a record. */
export function houseRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;

  async function asked(request: FastifyRequest, what: string, permission: string): Promise<Actor> {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, permission);
    await engine.audits.read(actor, `view administration.${what}`, engine.clock.now().toISOString(), {
      kind: 'view',
      origin: originOf(request),
    });
    return actor;
  }

  async function sheetOf(actor: Actor, id: string): Promise<Sheet> {
    const sheet = await findSheet(engine.database.tenant(actor.tenant), id);
    if (sheet) return sheet;
    throw refuse(
      404,
      'no-sheet',
      { vi: 'Tệp này không còn', en: 'This file is no longer here' },
      { remedy: { vi: 'Tải tệp lên lại', en: 'Upload it again' } },
    );
  }

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LIMITS.file }, (_request, body, done) => {
      done(null, body);
    });
    scope.post('/api/administration/sheets', { bodyLimit: LIMITS.file }, async (request) => {
      const actor = await asked(request, 'sheets', HOUSE);
      const { kind, name } = parseBody(uploadQuery, request.query);
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const on = engine.database.tenant(actor.tenant);
      const { columns, rows, numbers } = await cells(bytes);
      const id = createHash('sha256').update(bytes).digest('hex');
      const sheet = { id, name, columns, rows, numbers };
      await keepSheet(on, { ...sheet, by: actor.id, at: engine.clock.now() });
      const mapping = guessMapping(kind, sheet.columns, await rememberedMapping(on, kind));
      return { sheet: id, columns: sheet.columns, mapping, sample: rows.slice(0, SAMPLE), rows: rows.length };
    });
  });

  app.post<{ Params: { id: string } }>('/api/administration/sheets/:id/dry-run', async (request) => {
    const actor = await asked(request, 'sheets', HOUSE);
    const { kind, to = null, ...options } = parseBody(runBody, request.body);
    const sheet = await sheetOf(actor, request.params.id);
    const { plan } = await dryRun(engine, actor.tenant, kind, sheet.rows, {
      ...options,
      to,
      numbers: sheet.numbers,
    });
    // What is wrong comes first: it is what somebody must look at.
    const rank = { fault: 0, new: 1, change: 2, same: 3 } as const;
    const rows = plan.rows.toSorted((a, b) => rank[a.state] - rank[b.state] || a.row - b.row);
    return { counts: plan.counts, missing: plan.missing, rows: rows.slice(0, REPORT), total: rows.length };
  });

  app.post('/api/administration/effect', async (request) => {
    const actor = await asked(request, 'effect', CORRECT);
    const { entries, from } = parseBody(effectBody, request.body);
    return effectOf(engine, actor.tenant, entries, from);
  });
}

async function cells(bytes: Buffer) {
  try {
    return await readFile(bytes);
  } catch (error) {
    if (!(error instanceof SheetFault)) throw error;
    const { text, remedy } = faultOf(error.code);
    throw refuse(422, error.code, text, { field: 'file', remedy });
  }
}
