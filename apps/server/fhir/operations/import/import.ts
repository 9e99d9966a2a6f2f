import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { refuse } from '@mach/base/problem.ts';
import type { FastifyReply } from 'fastify';
import { type Doors, originOf } from '../../../http/auth.ts';
import { FHIR_JSON, type FhirCall, notFound } from '../../exchange.ts';
import { refOf } from '../actors.ts';
import { accepted, KEPT, requireAsync } from '../async/answers.ts';
import { removeFiles } from '../bulk/files.ts';
import { type FhirJob, FhirJobs } from '../jobs.ts';
import { checkAddress, type OutgoingRules } from '../outgoing/call.ts';
import { importHosts, trustedHosts } from '../outgoing/settings.ts';
import { readParameters } from '../parameters.ts';
import { type ImportManifest, readManifest } from './manifest.ts';
import { errorsOf, type ImportArgs, type ImportCursor, runImport } from './run.ts';
import { stageStream } from './stage.ts';

type ImportJob = FhirJob<ImportArgs, ImportCursor>;
export const NDJSON = ['application/fhir+ndjson', 'application/ndjson', 'application/x-ndjson'];

/** Bulk import of NDJSON (github.com/smart-on-fhir/bulk-import): asynchronous, from allowed addresses or uploaded. */
export class BulkImport {
  private readonly jobs: FhirJobs<ImportArgs, ImportCursor>;
  private readonly folder: string;

  constructor(doors: Doors, folder: string) {
    this.folder = folder;
    this.jobs = new FhirJobs(doors.engine, 'fhir.import', async (job, tenant) => {
      const place = this.folderOf((job.args as ImportArgs).folder);
      await runImport(doors.engine, tenant, job, place, rulesOf(doors, tenant));
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

  /** Takes an import on: a manifest of addresses, or the lines themselves as the body. */
  async kickOff(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
    requireAsync(call, { vi: 'Nhập hàng loạt', en: 'Import' });
    const { engine } = call.doors;
    engine.policy.require(call.actor, 'record.write');
    const folder = engine.ids();
    const isUpload = NDJSON.includes(String(call.request.headers['content-type']).split(';')[0]?.trim() ?? '');
    const manifest = isUpload ? await this.upload(call, folder) : this.addresses(call);
    for (const { type } of manifest.input) if (type !== null) engine.policy.requireRecord(call.actor, 'update', type);
    for (const old of await this.jobs.expire(KEPT)) await removeFiles(this.folderOf(old));
    const transactionTime = engine.clock.now().toISOString();
    const id = await this.jobs.enqueue(call.actor.tenant, {
      actor: call.actor.id,
      by: refOf(call.actor),
      folder,
      ...manifest,
      request: new URL(call.request.url, call.baseUrl).href,
      transactionTime,
    });
    this.jobs.start();
    await engine.audits.read(call.actor, 'import', transactionTime, {
      kind: 'exchange',
      origin: originOf(call.request),
      detail: { job: id, source: manifest.source, files: manifest.input.length },
    });
    return accepted(reply, `${call.baseUrl}/$import-status/${id}`);
  }

  private addresses(call: FhirCall): ImportManifest {
    const manifest = readManifest(call.request.body);
    const rules = rulesOf(call.doors, call.actor.tenant);
    for (const { url } of manifest.input) if (url !== null) checkAddress(url, rules);
    return manifest;
  }

  private async upload(call: FhirCall, folder: string): Promise<ImportManifest> {
    try {
      await stageStream(this.folderOf(folder), 0, call.request.body as Readable);
    } catch (error) {
      await removeFiles(this.folderOf(folder));
      throw error;
    }
    return { source: null, input: [{ type: null, url: null }] };
  }

  /** 202 while it runs, 200 with the manifest of what was taken when it is done. */
  async status(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const job = await this.own(call, id);
    if (job.state === 'failed')
      throw refuse(500, 'import-failed', {
        vi: 'Nhập dữ liệu không xong, hãy yêu cầu lại',
        en: 'The import failed; ask for it again',
      });
    if (job.state !== 'done')
      return reply.status(202).header('x-progress', progressOf(job)).header('retry-after', '1').send();
    const { cursor, args } = job;
    const output = args.input.flatMap(({ type, url }, index) => {
      const { created = 0, updated = 0, unchanged = 0 } = cursor?.files[index] ?? {};
      const count = created + updated + unchanged;
      return count > 0
        ? [{ ...(type === null ? {} : { type }), inputUrl: url, count, created, updated, unchanged }]
        : [];
    });
    const error = (cursor?.errors ?? []).map(({ type, name, count }) => ({
      type: 'OperationOutcome',
      inputUrl: args.input.find((_, index) => errorsOf(index) === type)?.url ?? null,
      count,
      url: `${call.baseUrl}/$import-file?id=${id}&name=${name}`,
    }));
    const expires = new Date(Date.parse(job.finishedAt ?? args.transactionTime) + KEPT).toUTCString();
    const { transactionTime, request } = args;
    return reply
      .header('expires', expires)
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ transactionTime, request, requiresAccessToken: true, output, error }));
  }

  /** What was wrong with the lines of one file. */
  async file(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
    const given = readParameters(call.request, { id: 'string', name: 'string' });
    const [id, name] = [given.required('id'), given.required('name')];
    const job = await this.own(call, id);
    const file = job.state === 'done' ? job.cursor?.errors.find((f) => f.name === name) : undefined;
    if (!file) throw notFound('$import-file', name);
    const path = join(this.folderOf(job.args.folder), file.name);
    const found = await stat(path).catch(() => undefined);
    if (!found) throw notFound('$import-file', name);
    return reply.type('application/fhir+ndjson').header('content-length', found.size).send(createReadStream(path));
  }

  /** Stops an import that runs; what is written already stays. Removes the files of one that is done. */
  async remove(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const job = await this.own(call, id);
    await this.jobs.remove(call.actor.tenant, id);
    await removeFiles(this.folderOf(job.args.folder));
    return reply.status(202).type(FHIR_JSON).send();
  }

  private async own(call: FhirCall, id: string): Promise<ImportJob> {
    const job = await this.jobs.find(call.actor.tenant, id);
    if (!job || job.args.actor !== call.actor.id) throw notFound('$import-status', id);
    return job;
  }
}

/** Imports come from listed hosts alone: what is read is written. */
function rulesOf({ engine }: Doors, tenant: number): OutgoingRules {
  const only = importHosts(engine, tenant);
  const trusted = trustedHosts(engine, tenant);
  return { only, trusted };
}

function progressOf(job: ImportJob): string {
  const { cursor } = job;
  if (job.state === 'queued' || !cursor) return 'queued';
  const part = cursor.size > 0 ? `, ${Math.floor((100 * cursor.offset) / cursor.size)}%` : '';
  const seconds = job.startedAt === null ? 0 : (Date.now() - Date.parse(job.startedAt)) / 1_000;
  const rate = seconds > 1 ? `, ${Math.round(job.done / seconds)}/s` : '';
  return `file ${cursor.file + 1}/${job.args.input.length}${part}, ${job.done} resources${rate}`;
}
