import type { Engine, JobHandle } from '@mach/engine';
import type { Enter } from '@mach/engine/policy/limited.ts';
import { limitedEngine } from '@mach/engine/policy/service.ts';
import { resourceTypes } from '@mach/fhir/definitions.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { compartmentParams, searchParams } from '@mach/fhir/search-definitions.ts';
import { parseSearch, type SearchQuery } from '@mach/fhir/search-syntax.ts';
import { readViewDefinition } from '@mach/fhir/view-definition/definition.ts';
import { csvHead, csvLine } from '@mach/fhir/view-definition/output.ts';
import { ViewDataError } from '@mach/fhir/view-definition/runner.ts';
import { readRecords, type StoredRecord, searchRecords } from '@mach/store';
import { runView } from '@mach/store/view-definition/run.ts';
import { ViewTypeError } from '@mach/store/view-definition/sql-text.ts';
import { referencesOf, SUPPORTING } from '../compartment.ts';
import { type ExportFile, ExportFiles, type Form } from './files.ts';

/** What an export was asked for; kept with the job. Types are those that the caller might read when it asked. */
export interface ExportArgs {
  /** Name of the folder that the files go to. */
  readonly folder: string;
  readonly actor: string;
  readonly level: 'system' | 'patient' | 'view';
  readonly types: readonly string[];
  /** Type → search strings, any of which a resource must meet. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly since: string | null;
  readonly transactionTime: string;
  /** Ids of the patients; null for all. */
  readonly patients: readonly string[] | null;
  readonly request: string;
  readonly baseUrl: string;
  /** What the policy left to the caller when it asked; absent: all of the types. */
  readonly enter?: Enter;
  /** Level `view`: the definitions, each under the name of its files. */
  readonly views?: readonly { readonly name: string; readonly definition: JsonObject }[];
  readonly form?: Form;
  /** CSV: whether the first line of a file names the columns. */
  readonly header?: boolean;
}

/** Where an export stands: what is certain in its files, and where to go on. */
export interface ExportCursor {
  /** System level: place in `types`, view level: place in `views`. Patient level: id of the last patient that is complete. */
  readonly at: number | string;
  /** System level: cursor of the next page of the type; view level: id of the last record. */
  readonly after: string | null;
  readonly files: readonly ExportFile[];
  /** Records that more than one patient leads to, already written. */
  readonly shared: readonly string[];
}

/** The file of what could not be exported; no type and no view has such a name. */
export const ERRORS = '_errors';
const PAGE = 1_000;
const PATIENTS = 100;
/** Patients between two notes of where the export stands. */
const PATIENTS_A_STEP = 25;

/** Does an export, going on where an earlier run of the job stopped. */
export async function runExport(engine: Engine, tenant: number, job: JobHandle, folder: string): Promise<void> {
  const args = job.args as ExportArgs;
  const from = (job.progress.cursor ?? null) as ExportCursor | null;
  const files = await ExportFiles.open(folder, from?.files ?? []);
  const reader = args.enter ? limitedEngine(engine, args.enter) : engine;
  const run = new ExportRun(reader, tenant, job as JobHandle<ExportCursor>, args, files, from);
  await (args.level === 'system' ? run.system() : args.level === 'view' ? run.views() : run.patients());
}

class ExportRun {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly job: JobHandle<ExportCursor>;
  private readonly args: ExportArgs;
  private readonly files: ExportFiles;
  private readonly from: ExportCursor | null;
  private readonly shared: Set<string>;
  private readonly chosen: ReadonlySet<string> | null;
  private done: number;

  constructor(
    engine: Engine,
    tenant: number,
    job: JobHandle<ExportCursor>,
    args: ExportArgs,
    files: ExportFiles,
    from: ExportCursor | null,
  ) {
    this.engine = engine;
    this.tenant = tenant;
    this.job = job;
    this.args = args;
    this.files = files;
    this.from = from;
    this.shared = new Set(from?.shared ?? []);
    this.chosen = args.patients && new Set(args.patients);
    this.done = job.progress.done;
  }

  private async report(at: number | string, after: string | null, total: number | null): Promise<void> {
    this.job.signal.throwIfAborted();
    const cursor: ExportCursor = { at, after, files: this.files.files, shared: [...this.shared] };
    await this.job.report({ cursor, done: this.done, total });
  }

  /** The search of one filter, in time and by id, so that a page goes on whatever is written meanwhile. */
  private query(type: string | null, filter: string, compartment?: { name: string; id: string }): SearchQuery {
    const params = new URLSearchParams(filter);
    params.set('_sort', '_id');
    params.set('_count', String(PAGE));
    if (this.args.since !== null) params.append('_lastUpdated', `ge${this.args.since}`);
    params.append('_lastUpdated', `le${this.args.transactionTime}`);
    if (type === null) params.delete('_sort');
    const parsed = parseSearch(type, params, {
      baseUrl: this.args.baseUrl,
      lookup: (of) => searchParams(of, this.tenant),
      ...(compartment && type !== null ? { compartment } : {}),
    });
    if (!parsed.ok) throw new Error(`the filter ${filter} cannot be read: ${JSON.stringify(parsed.error)}`);
    return parsed.value;
  }

  /** Every record of every type that was asked for. */
  async system(): Promise<void> {
    const { engine, tenant, args } = this;
    const start = Number(this.from?.at ?? 0);
    for (let at = start; at < args.types.length; at++) {
      const type = args.types[at] ?? '';
      const filters = args.filters[type] ?? [''];
      // Several filters may find the same record: then the type is one step, else a page is.
      const seen = filters.length > 1 ? new Set<string>() : undefined;
      for (const filter of filters) {
        const query = this.query(type, filter);
        let after = at === start && !seen ? (this.from?.after ?? undefined) : undefined;
        for (;;) {
          this.job.signal.throwIfAborted();
          const page = await searchRecords(engine.database, tenant, type, query, after);
          const fresh = page.matches.filter((r) => !seen?.has(r.id));
          for (const r of fresh) seen?.add(r.id);
          await this.write(fresh);
          if (page.next === undefined) break;
          after = page.next;
          if (!seen) await this.report(at, after, null);
        }
      }
      await this.report(at + 1, null, null);
    }
  }

  /** The rows of the views, one after the other, a batch of records a step. */
  async views(): Promise<void> {
    const { engine, tenant, args } = this;
    const { views = [], form = 'ndjson', transactionTime: now } = args;
    const start = Number(this.from?.at ?? 0);
    for (let at = start; at < views.length; at++) {
      const { name, definition } = views[at] ?? { name: '', definition: {} };
      const view = readViewDefinition(definition);
      if (!view.ok) throw new Error(`the view ${name} cannot be read: ${JSON.stringify(view.error)}`);
      const { columns } = view.value;
      const head = form === 'csv' && args.header !== false ? csvHead(columns).trimEnd() : undefined;
      await this.files.write(name, [], form, head);
      const after = at === start ? (this.from?.after ?? undefined) : undefined;
      const scope = {
        now,
        ...(args.since === null ? {} : { since: args.since }),
        ...(args.patients === null ? {} : { patients: args.patients }),
        ...(after === undefined ? {} : { after }),
      };
      try {
        for await (const { rows, last } of runView(engine.database, tenant, view.value, scope)) {
          const lines = form === 'csv' ? rows.map((row) => csvLine(columns, row).slice(0, -2)) : rows;
          await this.files.write(name, lines, form, head);
          this.done += rows.length;
          await this.report(at, last, null);
        }
      } catch (error) {
        // A view that the data cannot give fails every time: the manifest says so, and the other views go on.
        if (!(error instanceof ViewDataError || error instanceof ViewTypeError)) throw error;
        const issue = { severity: 'error', code: 'processing', diagnostics: `${name}: ${error.message}` };
        await this.files.write(ERRORS, [JSON.stringify({ resourceType: 'OperationOutcome', issue: [issue] })]);
      }
      await this.report(at + 1, null, null);
    }
  }

  /** The compartments of the patients, one patient a step, then what their records refer to. */
  async patients(): Promise<void> {
    const total = this.args.patients?.length ?? null;
    let last = String(this.from?.at ?? '');
    let count = this.done;
    for await (const patient of this.eachPatient(last)) {
      this.job.signal.throwIfAborted();
      const records = (await this.compartment(patient)).filter((r) => !this.hasOwnTurn(r, patient));
      await this.writeShared(records);
      await this.writeShared(await this.around(records));
      last = patient;
      count += 1;
      this.done = count;
      if (count % PATIENTS_A_STEP === 0) await this.report(last, null, total);
    }
    await this.report(last, null, total);
  }

  /** A patient whom another one's record leads to comes with his own compartment. */
  private hasOwnTurn(record: StoredRecord, patient: string): boolean {
    if (record.type !== 'Patient' || record.id === patient) return false;
    return this.chosen === null || this.chosen.has(record.id);
  }

  private async *eachPatient(after: string): AsyncGenerator<string> {
    const { engine, tenant, args } = this;
    if (args.patients) {
      for (const id of [...args.patients].sort()) if (id > after) yield id;
      return;
    }
    const parsed = parseSearch('Patient', new URLSearchParams({ _sort: '_id', _count: String(PATIENTS) }));
    if (!parsed.ok) throw new Error('the search of all patients cannot be read');
    for (let cursor: string | undefined; ; ) {
      const page = await searchRecords(engine.database, tenant, 'Patient', parsed.value, cursor);
      for (const { id } of page.matches) if (id > after) yield id;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }

  private async compartment(id: string): Promise<StoredRecord[]> {
    const { engine, tenant, args } = this;
    const own = args.types.filter((t) => t === 'Patient' || compartmentParams('Patient', t).length > 0);
    const compartment = { name: 'Patient', id };
    const found = new Map<string, StoredRecord>();
    const collect = async (scope: Parameters<typeof searchRecords>[2], query: SearchQuery): Promise<void> => {
      for (let cursor: string | undefined; ; ) {
        const page = await searchRecords(engine.database, tenant, scope, query, cursor);
        for (const record of page.matches) found.set(`${record.type}/${record.id}`, record);
        if (page.next === undefined) return;
        cursor = page.next;
      }
    };
    const plain = own.filter((t) => !args.filters[t] && t !== 'Patient');
    if (plain.length > 0) await collect({ types: plain, compartment }, this.query(null, ''));
    for (const type of own.filter((t) => args.filters[t] && t !== 'Patient'))
      for (const filter of args.filters[type] ?? []) await collect(type, this.query(type, filter, compartment));
    if (own.includes('Patient'))
      for (const filter of args.filters.Patient ?? ['']) {
        const params = new URLSearchParams(filter);
        params.set('_id', id);
        await collect('Patient', this.query('Patient', params.toString()));
      }
    return [...found.values()];
  }

  /** Practitioners, organizations and the like that the records name. */
  private async around(records: readonly StoredRecord[]): Promise<StoredRecord[]> {
    const wanted = new Set(
      this.args.types.filter((t) => SUPPORTING.has(t) && compartmentParams('Patient', t).length === 0),
    );
    const keys = new Map<string, { type: string; id: string }>();
    for (const record of records)
      for (const target of referencesOf(record)) {
        const slot = `${target.type}/${target.id}`;
        if (wanted.has(target.type) && !this.shared.has(slot)) keys.set(slot, target);
      }
    const found = await readRecords(this.engine.database.tenant(this.tenant), [...keys.values()]);
    const { since, transactionTime } = this.args;
    return found.filter((r) => !r.deleted && r.updated <= transactionTime && (since === null || r.updated >= since));
  }

  /** What several patients lead to is written once. */
  private async writeShared(records: readonly StoredRecord[]): Promise<void> {
    const fresh = records.filter((record) => {
      const slot = `${record.type}/${record.id}`;
      if (this.shared.has(slot)) return false;
      const several =
        SUPPORTING.has(record.type) || referencesOf(record).filter((r) => r.type === 'Patient').length > 1;
      if (several) this.shared.add(slot);
      return true;
    });
    await this.write(fresh);
  }

  private async write(records: readonly StoredRecord[]): Promise<void> {
    for (const [type, list] of Map.groupBy(records, (r) => r.type))
      await this.files.write(
        type,
        list.flatMap((r) => (r.text === null ? [] : [r.text])),
      );
    if (this.args.level === 'system') this.done += records.length;
  }
}

/** Types that an export may hold, by its level. */
export function exportTypes(level: 'system' | 'patient'): readonly string[] {
  if (level === 'system') return resourceTypes().filter((t) => t !== 'Parameters');
  return resourceTypes().filter(
    (t) => t === 'Patient' || compartmentParams('Patient', t).length > 0 || SUPPORTING.has(t),
  );
}
