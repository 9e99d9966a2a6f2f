import { createHash } from 'node:crypto';
import { type Issue, Problem } from '@mach/base/problem.ts';
import { type Actor, type Engine, type RecordWriteResult, recordWrite } from '@mach/engine';
import { references, rewriteReferences } from '@mach/fhir/reference-walk.ts';
import { sealHeaders } from '@mach/server/fhir/subscriptions/headers.ts';
import { isResourceType, parseReference, readRecords } from '@mach/store';
import { type Incoming, readFile } from './read.ts';

export interface Refused {
  where: string;
  resource: string;
  reasons: { field?: string; code: string; vi: string; en: string }[];
}

export interface ImportReport {
  files: number;
  read: number;
  created: number;
  updated: number;
  refused: Refused[];
  /** References that lead nowhere: kept as they are, and told. */
  dangling: { from: string; field: string; to: string }[];
}

type Resource = Record<string, unknown> & { resourceType: string; id: string };
interface Ready {
  where: string;
  resource: Resource;
}

/** Resources a command: the reach of one transaction, and what a crash may repeat. */
const CHUNK = 200;

/**
 * Takes files in. Ids are kept (a `urn:uuid` becomes its uuid), references between entries of one file are rewritten,
 * every resource is validated; what is refused is reported with its reasons and the rest goes in. Running it again
 * writes nothing twice: the keys of its commands come from the content.
 */
export async function importAll(
  engine: Engine,
  actor: Actor,
  files: readonly string[],
  progress: (done: number) => void,
): Promise<ImportReport> {
  const report: ImportReport = { files: files.length, read: 0, created: 0, updated: 0, refused: [], dangling: [] };
  const pending: { from: string; field: string; to: string }[] = [];
  for (const file of files) {
    // A file's entries may refer to later ones: their new names must be known before the first is written.
    const names = await namesOf(file);
    let chunk: Ready[] = [];
    const flush = async (): Promise<void> => {
      if (chunk.length === 0) return;
      await write(engine, actor, chunk, report);
      for (const { resource } of chunk) pending.push(...localReferences(resource));
      chunk = [];
      progress(report.read);
    };
    for await (const incoming of readFile(file)) {
      report.read++;
      const ready = prepare(incoming, names, report);
      if (
        ready &&
        chunk.some(
          (r) => r.resource.id === ready.resource.id && r.resource.resourceType === ready.resource.resourceType,
        )
      )
        await flush();
      // Tokens of partners do not come into a record in clear.
      if (ready?.resource.resourceType === 'Subscription')
        await sealHeaders(engine, actor.tenant, actor.id, ready.resource);
      if (ready) chunk.push(ready);
      if (chunk.length >= CHUNK) await flush();
    }
    await flush();
  }
  report.dangling = await findDangling(engine, actor, pending);
  return report;
}

/** New local names of a file's entries: full URL → `Type/id`. */
async function namesOf(file: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for await (const incoming of readFile(file)) {
    if ('fault' in incoming || incoming.fullUrl === undefined) continue;
    const id = incoming.resource.id ?? uuidOf(incoming.fullUrl);
    if (id !== undefined) names.set(incoming.fullUrl, `${incoming.resource.resourceType}/${id}`);
  }
  return names;
}

const uuidOf = (fullUrl: string | undefined): string | undefined =>
  /^urn:uuid:([0-9a-fA-F-]{36})$/.exec(fullUrl ?? '')?.[1];

function prepare(incoming: Incoming, names: ReadonlyMap<string, string>, report: ImportReport): Ready | undefined {
  if ('fault' in incoming) {
    report.refused.push({
      where: incoming.where,
      resource: '?',
      reasons: [{ code: 'structure', vi: incoming.fault, en: incoming.fault }],
    });
    return undefined;
  }
  const { where, fullUrl, resource } = incoming;
  // Without an id the content names the record, so that a second import finds it again.
  const id =
    resource.id ?? uuidOf(fullUrl) ?? createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 32);
  const renamed = names.size > 0 ? rewriteReferences(resource, (text) => names.get(text)) : resource;
  return { where, resource: { ...renamed, id } as Resource };
}

async function write(engine: Engine, actor: Actor, chunk: readonly Ready[], report: ImportReport): Promise<void> {
  try {
    count(await send(engine, actor, chunk), report);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const [only] = chunk;
    if (chunk.length === 1 && only) {
      report.refused.push({
        where: only.where,
        resource: `${only.resource.resourceType}/${only.resource.id}`,
        reasons: error.issues.map(reason),
      });
      return;
    }
    // Something in it is refused: halve until it stands alone, so that the rest goes in.
    const middle = Math.ceil(chunk.length / 2);
    await write(engine, actor, chunk.slice(0, middle), report);
    await write(engine, actor, chunk.slice(middle), report);
  }
}

const reason = (issue: Issue): Refused['reasons'][number] => ({
  field: issue.field,
  code: issue.code,
  vi: issue.text.vi,
  en: issue.text.en,
});

async function send(engine: Engine, actor: Actor, chunk: readonly Ready[]): Promise<RecordWriteResult> {
  const entries = chunk.map(({ resource }) => ({ op: 'put' as const, resource }));
  const key = `import-${createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 48)}`;
  const answer = await engine.sendByName(recordWrite.name, { entries, references: 'keep' }, actor, { key });
  return answer.result as RecordWriteResult;
}

function count(result: RecordWriteResult, report: ImportReport): void {
  for (const { outcome } of result.entries) {
    if (outcome === 'created') report.created++;
    else report.updated++;
  }
}

function localReferences(resource: Resource): { from: string; field: string; to: string }[] {
  return references(resource).flatMap(({ path, reference }) => {
    const target = parseReference(reference);
    return target
      ? [{ from: `${resource.resourceType}/${resource.id}`, field: path, to: `${target.type}/${target.id}` }]
      : [];
  });
}

/** Which of the references lead to no record, asked in batches after everything is in. */
async function findDangling(
  engine: Engine,
  actor: Actor,
  all: ImportReport['dangling'],
): Promise<ImportReport['dangling']> {
  const targets = [...new Set(all.map((r) => r.to))];
  const known = new Set<string>();
  for (let i = 0; i < targets.length; i += 1000) {
    const keys = targets.slice(i, i + 1000).flatMap((slot) => {
      const target = parseReference(slot);
      return target && isResourceType(target.type) ? [target] : [];
    });
    for (const record of await readRecords(engine.database.tenant(actor.tenant), keys))
      if (!record.deleted) known.add(`${record.type}/${record.id}`);
  }
  return all.filter((r) => !known.has(r.to));
}
