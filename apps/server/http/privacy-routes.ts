import { createHash } from 'node:crypto';
import { ROLE_NAMES } from '@mach/administration/contract.ts';
import { refuse, type Text } from '@mach/base/problem.ts';
import { addDays, formatDateTime, localDate } from '@mach/base/time.ts';
import type { Actor } from '@mach/engine';
import { auditEvents, exportAudit, signedCsv, signedJson } from '@mach/engine/policy/audit-export.ts';
import { patientLog } from '@mach/engine/policy/patient-log.ts';
import { processingRegister, registerCsv } from '@mach/engine/policy/processing-register.ts';
import { accessService } from '@mach/engine/policy/service.ts';
import { listUnusual } from '@mach/engine/policy/unusual-list.ts';
import { UNUSUAL_PACK, type UnusualPack } from '@mach/engine/policy/unusual-rules.ts';
import { resourceTypes } from '@mach/fhir/definitions.ts';
import { CONSENT, deliver, OPEN_REQUEST, PRIVACY, REQUESTS, type RequestKind } from '@mach/privacy/contract.ts';
import { isRequest } from '@mach/privacy/record.ts';
import { askedPurposes, PROCESSING_PACK, type PurposePack } from '@mach/privacy/rules/purposes.ts';
import { RIGHTS_PACK, type RightsPack } from '@mach/privacy/rules/rights.ts';
import { readRecord } from '@mach/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { baseOf } from '../fhir/exchange.ts';
import { readCompartment, supporting } from '../fhir/operations/compartment.ts';
import { type Doors, originOf, requireActor } from './auth.ts';
import { parseBody } from './parse.ts';

/** Rows of the worklist, and of what was reviewed. */
const ROWS = 500;
/** Days of the log that a patient is given unless he asks otherwise. */
const LOG_DAYS = 366;

/** What a role is called; one that a plug-in brings is shown by its code. */
const roleName = (role: string): Text => ROLE_NAMES[role] ?? { vi: role, en: role };

const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const exportQuery = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  patient: id.optional(),
  account: z.string().max(80).optional(),
  format: z.enum(['json', 'csv', 'fhir']).optional(),
});

/** What the screens of data protection read (`/api/privacy/…`), and what is handed out. Decisions are commands. */
export function privacyRoutes(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;

  async function asked(request: FastifyRequest, what: string, permission: string, detail?: object): Promise<Actor> {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, permission);
    await engine.audits.read(actor, `view privacy.${what}`, engine.clock.now().toISOString(), {
      kind: 'view',
      origin: originOf(request),
      detail,
    });
    return actor;
  }

  /** The rules that the screens speak of: purposes that are asked, clocks, what counts as unusual. */
  app.get('/api/privacy/rules', async (request) => {
    const actor = await requireActor(doors, request);
    if (![CONSENT, OPEN_REQUEST, PRIVACY].some((permission) => engine.policy.may(actor, permission)))
      engine.policy.require(actor, CONSENT);
    const now = engine.clock.now().toISOString();
    const rights = engine.packsOf(actor.tenant).at<RightsPack>(RIGHTS_PACK, now);
    const processing = engine.packsOf(actor.tenant).at<PurposePack>(PROCESSING_PACK, now).data;
    const unusual = engine.packsOf(actor.tenant).at<UnusualPack>(UNUSUAL_PACK, now);
    const service = accessService(engine);
    const { rules } = service.policyOf(await service.policyName(actor.tenant));
    const { pairs, volume, hours } = unusual.data;
    const kinds = { ...pairs, ...(volume ? { volume } : {}), ...(hours ? { hours } : {}) };
    return {
      kinds: rights.data.kinds,
      answerWorkingDays: rights.data.answerWorkingDays,
      // Whether the policy in force keeps a refusal, or it is only written down.
      consents: askedPurposes(processing).map((one) => ({
        ...one,
        ground: processing.bases[one.basis],
        enforced: rules.some((rule) => rule.kind === 'consent' && rule.purposes.includes(one.purpose)),
      })),
      closes: rules.some(
        (rule) => rule.kind === 'labels' && rule.labels.some((label) => label.endsWith('Confidentiality|V')),
      ),
      unusual: Object.fromEntries(Object.entries(kinds).map(([rule, { text }]) => [rule, text])),
      sources: { rights: rights.source, unusual: unusual.source },
    };
  });

  app.get<{ Querystring: { state?: string } }>('/api/privacy/unusual', async (request) => {
    const state = request.query.state === 'closed' ? 'closed' : 'open';
    const actor = await asked(request, 'unusual', PRIVACY);
    return { rows: await listUnusual(engine, actor.tenant, { state, limit: ROWS }) };
  });

  app.get<{ Querystring: { format?: string } }>('/api/privacy/register', async (request, reply) => {
    const actor = await asked(request, 'register', PRIVACY, { format: request.query.format ?? 'screen' });
    const register = await processingRegister(engine, actor.tenant);
    if (request.query.format === 'csv')
      return file(
        reply,
        'text/csv; charset=utf-8',
        `processing-${localDate(register.madeAt)}.csv`,
        registerCsv(register),
      );
    if (request.query.format !== 'json') return register;
    const signed = await signedJson(engine, actor, JSON.stringify(register));
    return file(reply, 'application/json; charset=utf-8', `processing-${localDate(register.madeAt)}.json`, signed);
  });

  app.get('/api/privacy/audit-export', async (request, reply) => {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, PRIVACY);
    const { format = 'json', ...query } = parseBody(exportQuery, request.query);
    const log = await exportAudit(engine, actor, query);
    const [type, ending, made] = {
      json: ['application/json; charset=utf-8', 'json', () => signedJson(engine, actor, log.content)],
      csv: ['text/csv; charset=utf-8', 'csv', () => signedCsv(engine, actor, log)],
      fhir: ['application/fhir+ndjson', 'ndjson', () => auditEvents(engine, actor, log)],
    }[format] as [string, string, () => string | Promise<string>];
    const text = await made();
    await engine.audits.read(actor, 'export audit', engine.clock.now().toISOString(), {
      kind: 'view',
      patient: query.patient ?? null,
      origin: originOf(request),
      detail: { ...query, format, rows: log.rows, sha256: createHash('sha256').update(text).digest('hex') },
    });
    return file(reply, type, `audit-${localDate(query.from)}-${localDate(query.to)}.${ending}`, text);
  });

  /** The request, its patient, and who works on it. @throws Problem 404, 409 */
  async function requestOf(request: FastifyRequest<{ Params: { id: string } }>, kinds: readonly RequestKind[]) {
    const actor = await requireActor(doors, request);
    engine.policy.require(actor, REQUESTS);
    const record = await readRecord(engine.database.tenant(actor.tenant), 'Task', parseBody(id, request.params.id));
    const task = record?.resource as
      | { code?: { coding?: { system?: string; code?: string }[] }; for?: { reference?: string } }
      | undefined;
    const kind = task?.code?.coding?.[0]?.code as RequestKind | undefined;
    const patient = task?.for?.reference?.split('/')[1];
    if (!task || !isRequest(task) || !kind || !patient || !kinds.includes(kind))
      throw refuse(404, 'not-found', { vi: 'Không có yêu cầu như vậy', en: 'There is no such request' });
    return { actor, patient };
  }

  /** Who looked: as rows for the officer's eyes, as a file for the patient. */
  app.get<{ Params: { id: string } }>('/api/privacy/requests/:id/log', async (request) => {
    const { actor, patient } = await requestOf(request, ['access']);
    const { rows, partial } = await readLog(request, actor, patient);
    return { partial, rows: rows.map((row) => ({ ...row, roles: row.roles.map(roleName) })) };
  });

  async function readLog(request: FastifyRequest, actor: Actor, patient: string) {
    const now = engine.clock.now().toISOString();
    const page = await patientLog(engine, actor.tenant, { patient, from: addDays(now, -LOG_DAYS), to: now });
    await engine.audits.read(actor, 'record-access', now, {
      patient,
      detail: { rows: page.rows.length },
      origin: originOf(request),
    });
    return page;
  }

  app.post<{ Params: { id: string } }>('/api/privacy/requests/:id/log', async (request, reply) => {
    const { actor, patient } = await requestOf(request, ['access']);
    const { rows } = await readLog(request, actor, patient);
    const what = { read: 'Mở hồ sơ', wrote: 'Ghi vào hồ sơ', listed: 'Thấy trong danh sách' };
    const table = [
      ['Thời điểm', 'Ai', 'Vai trò', 'Việc', 'Mở khẩn cấp', 'Lý do'],
      ...rows.map((r) => [
        formatDateTime(r.at),
        r.who,
        r.roles.map((role) => roleName(role).vi).join(', '),
        what[r.what],
        r.emergency ? 'có' : '',
        r.reason ?? '',
      ]),
    ];
    const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
    const text = `\ufeff${table.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
    await handOver(request, actor, 'log', `Nhật ký ai đã xem: ${rows.length} dòng`, text);
    return file(reply, 'text/csv; charset=utf-8', `access-log-${request.params.id}.csv`, text);
  });

  /** The whole record as a bundle, made with the program's eyes: the officer hands it over without reading it. */
  app.post<{ Params: { id: string } }>('/api/privacy/requests/:id/bundle', async (request, reply) => {
    const { actor, patient } = await requestOf(request, ['portability', 'access']);
    const call = {
      doors,
      actor: engine.systemActor(actor.tenant, 'portability', ['importer']),
      request,
      baseUrl: baseOf(request),
    };
    const { records } = await readCompartment(call, 'Patient', patient, resourceTypes());
    const all = [...records, ...(await supporting(call, records))];
    const now = engine.clock.now().toISOString();
    const text = `{"resourceType":"Bundle","type":"collection","timestamp":"${now}","entry":[${all
      .map((r) => `{"fullUrl":"${call.baseUrl}/${r.type}/${r.id}","resource":${r.text ?? JSON.stringify(r.resource)}}`)
      .join(',')}]}`;
    await engine.audits.read(actor, 'everything Patient', now, {
      patient,
      entities: [`Patient/${patient}`],
      detail: { records: all.length, request: request.params.id },
      origin: originOf(request),
    });
    await handOver(request, actor, 'bundle', `Toàn bộ hồ sơ dạng FHIR: ${all.length} bản ghi`, text);
    return file(reply, 'application/fhir+json; charset=utf-8', `record-${request.params.id}.json`, text);
  });

  async function handOver(
    request: FastifyRequest<{ Params: { id: string } }>,
    actor: Actor,
    what: 'bundle' | 'log',
    note: string,
    text: string,
  ): Promise<void> {
    const hash = createHash('sha256').update(text).digest('hex');
    const input = { request: request.params.id, what, note, hash };
    await engine.sendByName(deliver.name, input, actor, { key: `deliver-${engine.ids()}`, origin: originOf(request) });
  }
}

function file(reply: FastifyReply, type: string, name: string, text: string): FastifyReply {
  return reply
    .type(type)
    .headers({ 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'no-store' })
    .send(text);
}
