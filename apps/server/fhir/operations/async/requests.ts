import { createReadStream } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { refuse } from '@mach/base/problem.ts';
import type { Actor, JobHandle } from '@mach/engine';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Doors, originOf } from '../../../http/auth.ts';
import { whereNeeded } from '../../../http/guard/hooks.ts';
import { FHIR_JSON, type FhirCall, fhirCall, notFound } from '../../exchange.ts';
import { type ActorRef, currentActor, refOf } from '../actors.ts';
import { removeFiles } from '../bulk/files.ts';
import { type FhirJob, FhirJobs, type JobArgs } from '../jobs.ts';
import { accepted, KEPT, wantsAsync } from './answers.ts';
import { asActor, INNER, innerActor } from './inner.ts';

interface AsyncArgs extends JobArgs {
  readonly by: ActorRef;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}
type AsyncJob = FhirJob<AsyncArgs, null>;

/** Headers that mean the same when the request is made later. */
const KEPT_HEADERS = ['content-type', 'accept', 'accept-language', 'idempotency-key', 'user-agent'];
/** Asynchronous requests that one partner may have under way. */
const AT_ONCE = 20;
/** Asynchronous already, or over at once. */
const OWN_WAY = /\/\$(export|import|async)|^\/fhir\/(metadata|:type\/:id|:type\/:id\/_history\/:version)$/;
const RESULT = 'result.json';

/**
 * `Prefer: respond-async` for searches, histories, operations and bundles (http://hl7.org/fhir/async.html): the request
 * becomes a job that asks this program's own doors again, with the rights that the partner has by then.
 */
export class AsyncRequests {
  private readonly jobs: FhirJobs<AsyncArgs, null>;
  private readonly folder: string;
  private readonly doors: Doors;
  private readonly app: FastifyInstance;

  constructor(app: FastifyInstance, doors: Doors, folder: string) {
    this.app = app;
    this.doors = doors;
    this.folder = folder;
    this.jobs = new FhirJobs(doors.engine, 'fhir.async', (job, tenant) => this.run(job, tenant));
  }

  start(): void {
    this.jobs.start(200);
  }

  stop(): Promise<void> {
    return this.jobs.stop();
  }

  /** Takes every request that asks for it and may take long; the others are answered at once. */
  watch(): void {
    const take = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      await this.take(await fhirCall(this.doors, request), reply);
    };
    this.app.addHook(
      'preHandler',
      whereNeeded((request, reply) =>
        !wantsAsync(request) || innerActor(request) || !isLong(request) ? undefined : take(request, reply),
      ),
    );
  }

  private async take(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
    const { engine } = call.doors;
    const { request, actor } = call;
    const now = engine.clock.now();
    for (const old of await this.jobs.expire(KEPT)) await removeFiles(join(this.folder, old));
    if ((await this.jobs.underWay(actor.tenant, actor.id)) >= AT_ONCE)
      throw refuse(429, 'too-many', {
        vi: `Đang có ${AT_ONCE} yêu cầu bất đồng bộ, hãy đợi`,
        en: `${AT_ONCE} asynchronous requests are under way; wait for them`,
      });
    const folder = engine.ids();
    const prefer = String(request.headers.prefer).replace(/[,;\s]*respond-async\b/, '');
    const headers: Record<string, string> = {
      host: request.host,
      'x-forwarded-proto': request.protocol,
      prefer,
      // Made again after a crash, a bundle is not written twice.
      'idempotency-key': `async-${folder}`,
    };
    for (const name of KEPT_HEADERS) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    const { body } = request;
    const isText = typeof body === 'string';
    if (!isText && body !== undefined && body !== null) headers['content-type'] = 'application/fhir+json';
    const id = await this.jobs.enqueue(actor.tenant, {
      actor: actor.id,
      by: refOf(actor),
      folder,
      method: request.method === 'POST' ? 'POST' : 'GET',
      url: request.url,
      headers,
      body: body === undefined || body === null ? null : isText ? body : JSON.stringify(body),
    });
    this.jobs.start(200);
    await engine.audits.read(actor, 'async request', now.toISOString(), {
      kind: 'exchange',
      origin: originOf(request),
      detail: { job: id, url: request.url.slice(0, 500) },
    });
    return accepted(reply, `${call.baseUrl}/$async-status/${id}`);
  }

  private async run(job: JobHandle, tenant: number): Promise<void> {
    const args = job.args as AsyncArgs;
    const actor = await currentActor(this.doors.engine, tenant, args.by);
    const result = actor ? await this.ask(actor, args) : bundleOf(403, {}, '');
    const folder = join(this.folder, args.folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, `${RESULT}.part`), result, { mode: 0o600 });
    await rename(join(folder, `${RESULT}.part`), join(folder, RESULT));
    // Whoever has cancelled meanwhile leaves no file behind.
    await job.report({ cursor: null, done: 1, total: 1 }).catch(async (error: unknown) => {
      await removeFiles(folder);
      throw error;
    });
  }

  private ask(actor: Actor, { method, url, headers, body }: AsyncArgs): Promise<string> {
    return asActor(actor, async (token) => {
      const answer = await this.app.inject({
        method,
        url,
        headers: { ...headers, [INNER]: token },
        ...(body === null ? {} : { payload: body }),
      });
      return bundleOf(answer.statusCode, answer.headers, answer.body);
    });
  }

  /** 202 while it runs, 200 with the answer in a Bundle when it is done. */
  async status(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const job = await this.own(call, id);
    if (job.state === 'failed')
      throw refuse(500, 'async-failed', {
        vi: 'Yêu cầu không xong, hãy gửi lại',
        en: 'The request failed; send it again',
      });
    if (job.state !== 'done')
      return reply
        .status(202)
        .header('x-progress', job.state === 'queued' ? 'queued' : 'under way')
        .header('retry-after', '1')
        .send();
    const path = join(this.folder, job.args.folder, RESULT);
    const found = await stat(path).catch(() => undefined);
    if (!found) throw notFound('$async-status', id);
    const expires = new Date(Date.parse(job.finishedAt ?? '') + KEPT).toUTCString();
    return reply
      .header('expires', expires)
      .type(FHIR_JSON)
      .header('content-length', found.size)
      .send(createReadStream(path));
  }

  async remove(call: FhirCall, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const job = await this.own(call, id);
    await this.jobs.remove(call.actor.tenant, id);
    await removeFiles(join(this.folder, job.args.folder));
    return reply.status(202).send();
  }

  private async own(call: FhirCall, id: string): Promise<AsyncJob> {
    const job = await this.jobs.find(call.actor.tenant, id);
    if (!job || job.args.actor !== call.actor.id) throw notFound('$async-status', id);
    return job;
  }
}

/** Whether a request may take long: reading one record does not, and a single write is over at once. */
function isLong(request: FastifyRequest): boolean {
  const url = request.routeOptions.url ?? '';
  if (OWN_WAY.test(url)) return false;
  return request.method === 'GET' || (request.method === 'POST' && /^\/fhir\/?$|_search$|\/\$[^/]+$/.test(url));
}

/** The answer as the one entry of a Bundle; what is not a resource travels as a Binary. */
function bundleOf(status: number, headers: Readonly<Record<string, unknown>>, body: string): string {
  const type = String(headers['content-type'] ?? '');
  const text = (name: string, key: string): object => {
    const value = headers[name];
    return typeof value === 'string' ? { [key]: value } : {};
  };
  const resource =
    body === ''
      ? undefined
      : type.includes('json')
        ? body
        : JSON.stringify({
            resourceType: 'Binary',
            contentType: type.split(';')[0],
            data: Buffer.from(body, 'utf8').toString('base64'),
          });
  const response = {
    status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    ...text('location', 'location'),
    ...text('etag', 'etag'),
  };
  const isFault = status >= 400 && resource !== undefined;
  const said = isFault ? `${JSON.stringify(response).slice(0, -1)},"outcome":${resource}}` : JSON.stringify(response);
  const entry = `{${resource === undefined || isFault ? '' : `"resource":${resource},`}"response":${said}}`;
  return `{"resourceType":"Bundle","type":"batch-response","entry":[${entry}]}`;
}
