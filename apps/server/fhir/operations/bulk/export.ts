import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem, refuse } from '@mach/base/problem.ts';
import { searchParams } from '@mach/fhir/search-definitions.ts';
import { parseSearch } from '@mach/fhir/search-syntax.ts';
import { isResourceType, readRecord } from '@mach/store';
import type { FastifyReply } from 'fastify';
import { type Doors, originOf } from '../../../http/auth.ts';
import { requireOpenParams } from '../../access-limits.ts';
import { type FhirCall, notFound } from '../../exchange.ts';
import { needsCodes } from '../../search-codes.ts';
import { accepted, KEPT, requireAsync } from '../async/answers.ts';
import { type FhirJob, FhirJobs } from '../jobs.ts';
import { badParameter, type OperationParameters, readParameters, type Wanted } from '../parameters.ts';
import { definitionsOf, groupPatients, patientId, patientsNamed } from '../view-run.ts';
import { requireView } from '../view-store.ts';
import { removeFiles } from './files.ts';
import { ERRORS, type ExportArgs, type ExportCursor, exportTypes, runExport } from './run.ts';

type ExportJob = FhirJob<ExportArgs, ExportCursor>;

const WANTED: Wanted = {
  _outputFormat: 'string',
  _since: 'string',
  _type: 'string',
  _typeFilter: 'string',
  patient: 'any',
};
const VIEW_WANTED: Wanted = {
  viewReference: 'any',
  viewResource: 'resource',
  patient: 'any',
  group: 'any',
  _since: 'string',
  _format: 'string',
  header: 'boolean',
};
const FORMATS = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson']);
const EXPORT = { vi: 'Kết xuất', en: 'Export' };

/** Bulk Data export (http://hl7.org/fhir/uv/bulkdata): asynchronous, NDJSON files a type. */
export class BulkExport {
  private readonly jobs: FhirJobs<ExportArgs, ExportCursor>;
  private readonly folder: string;

  constructor(doors: Doors, folder: string) {
    this.folder = folder;
    this.jobs = new FhirJobs(doors.engine, 'fhir.export', async (job, tenant) => {
      await runExport(doors.engine, tenant, job, this.folderOf((job.args as ExportArgs).folder));
    });
  }

  start(): void {
    this.jobs.start();
  }

  stop(): Promise<void> {
    return this.jobs.stop();
  }

  private folderOf(name: string): string {
    return join(this.folder, name);
  }

  /** Takes an export on: 202 with the address where its progress is told. */
  async kickOff(
    call: FhirCall,
    reply: FastifyReply,
    level: 'system' | 'patient',
    group?: string,
  ): Promise<FastifyReply> {
    requireAsync(call, EXPORT);
    const given = readParameters(call.request, WANTED);
    const format = given.text('_outputFormat');
    if (format !== undefined && !FORMATS.has(format))
      throw badParameter('_outputFormat', 'chỉ phục vụ application/fhir+ndjson', 'must be application/fhir+ndjson');
    const { engine } = call.doors;
    await this.expire();
    const now = engine.clock.now().toISOString();
    const args: ExportArgs = {
      folder: engine.ids(),
      actor: call.actor.id,
      level,
      types: typesOf(call, given, level),
      filters: filtersOf(call, given),
      since: given.instant('_since') ?? null,
      transactionTime: now,
      patients: await patientsOf(call, given, group),
      request: new URL(call.request.url, call.baseUrl).href,
      baseUrl: call.baseUrl,
    };
    return this.accept(call, reply, args);
  }

  /** Takes on an export of views: `ViewDefinition/$export`. */
  async kickOffViews(call: FhirCall, reply: FastifyReply, id?: string): Promise<FastifyReply> {
    requireAsync(call, EXPORT);
    const given = readParameters(call.request, VIEW_WANTED);
    const format = given.text('_format') ?? 'ndjson';
    const form = /csv/.test(format) ? 'csv' : /ndjson/.test(format) ? 'ndjson' : undefined;
    if (form === undefined) throw badParameter('_format', 'phải là ndjson hoặc csv', 'must be ndjson or csv');
    const definitions = await definitionsOf(call, given, id);
    if (definitions.length === 0) throw badParameter('viewReference', 'thiếu', 'is missing');
    const names = new Map<string, number>();
    const views = definitions.map((definition) => {
      const view = requireView(definition);
      call.doors.engine.policy.requireRecord(call.actor, 'search', view.resource);
      const times = (names.get(view.name) ?? 0) + 1;
      names.set(view.name, times);
      return { name: times === 1 ? view.name : `${view.name}_${times}`, definition, resource: view.resource };
    });
    await this.expire();
    const { engine } = call.doors;
    return this.accept(call, reply, {
      folder: engine.ids(),
      actor: call.actor.id,
      level: 'view',
      types: views.map((v) => v.resource),
      filters: {},
      since: given.instant('_since') ?? null,
      transactionTime: engine.clock.now().toISOString(),
      patients: (await patientsNamed(call, given)) ?? null,
      request: new URL(call.request.url, call.baseUrl).href,
      baseUrl: call.baseUrl,
      views,
      form,
      header: given.boolean('header') ?? true,
    });
  }

  private async accept(call: FhirCall, reply: FastifyReply, args: ExportArgs): Promise<FastifyReply> {
    const { engine } = call.doors;
    const { limited } = call;
    const id = await this.jobs.enqueue(call.actor.tenant, limited ? { ...args, enter: limited.enter } : args);
    this.jobs.start();
    await engine.audits.read(call.actor, 'export', args.transactionTime, {
      kind: 'exchange',
      origin: originOf(call.request),
      detail: { job: id, request: args.request, types: args.types.length, patients: args.patients?.length ?? null },
    });
    return accepted(reply, `${call.baseUrl}/$export-status/${id}`);
  }

  /** 202 while it runs, 200 with the manifest when it is done. */
  async status(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const job = await this.own(call, id);
    if (job.state === 'failed')
      throw refuse(500, 'export-failed', {
        vi: 'Kết xuất không xong, hãy yêu cầu lại',
        en: 'The export failed; ask for it again',
      });
    if (job.state !== 'done')
      return reply.status(202).header('x-progress', progressOf(job)).header('retry-after', '1').send();
    const expires = new Date(Date.parse(job.finishedAt ?? job.args.transactionTime) + KEPT).toUTCString();
    const files = job.cursor?.files ?? [];
    const url = (name: string): string => `${call.baseUrl}/$export-file?id=${id}&name=${name}`;
    return reply
      .header('expires', expires)
      .type('application/json; charset=utf-8')
      .send(
        JSON.stringify({
          transactionTime: job.args.transactionTime,
          request: job.args.request,
          requiresAccessToken: true,
          output: files
            .filter((f) => f.type !== ERRORS)
            .map(({ type, name, count }) => ({ type, url: url(name), count })),
          deleted: [],
          error: files
            .filter((f) => f.type === ERRORS)
            .map(({ name, count }) => ({ type: 'OperationOutcome', url: url(name), count })),
        }),
      );
  }

  /** One file, as a stream. */
  async file(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
    const given = readParameters(call.request, { id: 'string', name: 'string' });
    const [id, name] = [given.required('id'), given.required('name')];
    const job = await this.own(call, id);
    const file = job.state === 'done' ? job.cursor?.files.find((f) => f.name === name) : undefined;
    if (!file) throw notFound('$export-file', name);
    const view = job.args.views?.findIndex((v) => v.name === file.type) ?? -1;
    if (file.type !== ERRORS)
      call.doors.engine.policy.requireRecord(call.actor, 'search', job.args.types[view] ?? file.type);
    const path = join(this.folderOf(job.args.folder), file.name);
    const size = await stat(path).then(
      (s) => s.size,
      () => undefined,
    );
    if (size === undefined) throw notFound('$export-file', name);
    await call.doors.engine.audits.read(call.actor, 'export file', call.doors.engine.clock.now().toISOString(), {
      origin: originOf(call.request),
      detail: { job: id, file: name, records: file.count },
    });
    return reply
      .type(file.name.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/fhir+ndjson')
      .header('content-length', size)
      .send(createReadStream(path));
  }

  /** Stops an export that runs, removes the files of one that is done. */
  async remove(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const job = await this.own(call, id);
    await this.jobs.remove(call.actor.tenant, id);
    await removeFiles(this.folderOf(job.args.folder));
    return reply.status(202).send();
  }

  /** Whoever asked for an export, and nobody else, sees it. */
  private async own(call: FhirCall, id: string): Promise<ExportJob> {
    const job = await this.jobs.find(call.actor.tenant, id);
    if (!job || job.args.actor !== call.actor.id) throw notFound('$export-status', id);
    return job;
  }

  private async expire(): Promise<void> {
    for (const folder of await this.jobs.expire(KEPT)) await removeFiles(this.folderOf(folder));
  }
}

function progressOf(job: ExportJob): string {
  if (job.state === 'queued') return 'queued';
  const total = job.total === null ? '' : ` / ${job.total}`;
  const what = { system: 'records', patient: 'patients', view: 'rows' }[job.args.level];
  return `${job.done}${total} ${what}`;
}

/** The types asked for, or all that the caller may read. @throws Problem 400, 403 */
function typesOf(call: FhirCall, given: OperationParameters, level: 'system' | 'patient'): string[] {
  const { policy } = call.doors.engine;
  const served = exportTypes(level);
  const asked = given.texts('_type');
  for (const type of asked) {
    if (!isResourceType(type)) throw badParameter('_type', `có loại lạ ${type}`, `has the unknown type ${type}`);
    if (!served.includes(type))
      throw badParameter('_type', `không có ${type} ở mức này`, `has ${type}, which this level does not hold`);
    policy.requireRecord(call.actor, 'search', type);
  }
  if (level === 'patient') policy.requireRecord(call.actor, 'search', 'Patient');
  const types =
    asked.length > 0 ? [...new Set(asked)] : served.filter((t) => policy.record(call.actor, 'search', t) !== 'denied');
  if (types.length === 0)
    throw refuse(403, 'forbidden', { vi: 'Không được đọc loại nào', en: 'There is no type that may be read' });
  return types;
}

/** `_typeFilter=Observation?code=…`, several times: any of those of a type. @throws Problem 400 */
function filtersOf(call: FhirCall, given: OperationParameters): Record<string, string[]> {
  const filters: Record<string, string[]> = {};
  for (const value of given.all('_typeFilter')) {
    const match = /^([A-Za-z]+)\?(.+)$/s.exec(String(value));
    if (!match?.[1] || !isResourceType(match[1]))
      throw badParameter('_typeFilter', 'phải có dạng Type?điều-kiện', 'must look like Type?conditions');
    const [, type, query = ''] = match;
    const lookup = (of: string) => searchParams(of, call.actor.tenant);
    const parsed = parseSearch(type, new URLSearchParams(query), { baseUrl: call.baseUrl, lookup });
    if (!parsed.ok) throw new Problem(400, parsed.error);
    if (parsed.value.filters.some(needsCodes))
      throw badParameter(
        '_typeFilter',
        'không dùng :in, :not-in, :above, :below',
        'may not use :in, :not-in, :above, :below',
      );
    requireOpenParams(call, type, parsed.value);
    const { include, revinclude, sort } = parsed.value;
    if (include.length + revinclude.length + sort.length > 0 || parsed.value.count !== null)
      throw badParameter('_typeFilter', 'chỉ gồm điều kiện lọc', 'may hold conditions only');
    filters[type] = [...(filters[type] ?? []), query];
  }
  return filters;
}

/** Ids of the patients that are asked for; null for all. */
async function patientsOf(
  call: FhirCall,
  given: OperationParameters,
  group: string | undefined,
): Promise<string[] | null> {
  const named = given.has('patient') ? given.all('patient').map((p) => patientId(p)) : null;
  if (group === undefined) return named;
  call.doors.engine.policy.requireRecord(call.actor, 'read', 'Group');
  const record = await readRecord(call.doors.engine.database.tenant(call.actor.tenant), 'Group', group);
  if (!record || record.deleted) throw notFound('Group', group);
  const members = [...new Set(groupPatients(record.resource))];
  return named === null ? members : members.filter((id) => named.includes(id));
}
