import { mkdir, rm } from 'node:fs/promises';
import { Problem, toOperationOutcome } from '@mach/base/problem.ts';
import type { Actor, Engine, JobHandle } from '@mach/engine';
import { type ActorRef, currentActor } from '../actors.ts';
import { type ExportFile, ExportFiles } from '../bulk/files.ts';
import type { JobArgs } from '../jobs.ts';
import type { OutgoingRules } from '../outgoing/call.ts';
import { type ImportResult, importCommand } from './command.ts';
import { type Lines, LineTooLong, readLines } from './lines.ts';
import type { ImportSource } from './manifest.ts';
import { stagedPath, stagedSize, stageUrl } from './stage.ts';

/** What an import was asked for; kept with the job. */
export interface ImportArgs extends JobArgs {
  readonly by: ActorRef;
  readonly input: readonly ImportSource[];
  readonly source: string | null;
  readonly request: string;
  readonly transactionTime: string;
}

/** How one file went. */
interface ImportedFile {
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
}

export interface ImportCursor {
  /** Place in `input`. */
  readonly file: number;
  /** Where the next line begins: all before it is in the database. */
  readonly offset: number;
  readonly line: number;
  /** Bytes of the file that is being read. */
  readonly size: number;
  readonly files: readonly ImportedFile[];
  /** Files of errors, what is certain in each. */
  readonly errors: readonly ExportFile[];
}

/** Name under which the errors of a file are kept. */
export const errorsOf = (file: number): string => `errors-${file}`;
const START: ImportCursor = { file: 0, offset: 0, line: 1, size: 0, files: [], errors: [] };
/** Tries of a download that breaks off; then the file is said to be out of reach and the others go on. */
const DOWNLOADS = 3;

/** Does an import, going on where an earlier run of the job stopped. */
export async function runImport(
  engine: Engine,
  tenant: number,
  job: JobHandle,
  folder: string,
  rules: OutgoingRules,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const cursor = (job.progress.cursor as ImportCursor | null) ?? START;
  const errors = await ExportFiles.open(folder, cursor.errors);
  await new ImportRun(engine, tenant, job, folder, rules, cursor, errors).all();
}

class ImportRun {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly job: JobHandle;
  private readonly args: ImportArgs;
  private readonly folder: string;
  private readonly rules: OutgoingRules;
  private readonly errors: ExportFiles;
  private cursor: ImportCursor;
  private done: number;
  private actor: Actor | undefined;

  constructor(
    engine: Engine,
    tenant: number,
    job: JobHandle,
    folder: string,
    rules: OutgoingRules,
    cursor: ImportCursor,
    errors: ExportFiles,
  ) {
    this.engine = engine;
    this.tenant = tenant;
    this.job = job;
    this.args = job.args as ImportArgs;
    this.folder = folder;
    this.rules = rules;
    this.cursor = cursor;
    this.errors = errors;
    this.done = job.progress.done;
  }

  async all(): Promise<void> {
    for (let file = this.cursor.file; file < this.args.input.length; file++) {
      const fault = await this.fetch(file);
      if (fault === undefined) await this.one(file);
      else await this.refused(file, fault);
      await this.note({ file: file + 1, offset: 0, line: 1, size: 0 }, {});
      await rm(stagedPath(this.folder, file), { force: true });
    }
  }

  /** Brings the file here, unless it is. @returns why it cannot be had */
  private async fetch(file: number): Promise<unknown> {
    const { url = null } = this.args.input[file] ?? {};
    for (let attempt = 1; ; attempt++) {
      const size = await stagedSize(this.folder, file);
      if (size !== undefined) {
        await this.note({ size }, {});
        return undefined;
      }
      if (url === null) return new Error('the file is gone');
      try {
        await stageUrl(this.folder, file, url, this.rules, this.job.signal);
      } catch (error) {
        this.job.signal.throwIfAborted();
        if (error instanceof Problem || attempt >= DOWNLOADS) return error;
      }
    }
  }

  /** One file, two groups of lines under way: one is being written while the next is looked at. */
  private async one(file: number): Promise<void> {
    const { type = null } = this.args.input[file] ?? {};
    let under: { slots: Set<string>; end: Promise<void> } | undefined;
    try {
      for await (const lines of readLines(stagedPath(this.folder, file), this.cursor)) {
        this.job.signal.throwIfAborted();
        const slots = slotsOf(lines);
        // The same record in both: the later line must find the earlier one written.
        if (under && shares(slots, under.slots)) await under.end;
        const sent = this.send(file, type, lines);
        sent.catch(() => undefined);
        await under?.end;
        under = { slots, end: sent.then((result) => this.written(file, lines, result)) };
        under.end.catch(() => undefined);
      }
      await under?.end;
    } catch (error) {
      if (!(error instanceof LineTooLong)) throw error;
      await under?.end;
      await this.refused(file, error);
    }
  }

  private async send(file: number, type: string | null, lines: Lines): Promise<ImportResult> {
    this.actor ??= await currentActor(this.engine, this.tenant, this.args.by);
    if (!this.actor) throw new Error(`${this.args.by.id} may no longer work here`);
    const input = { first: lines.first, lines: [...lines.lines], type, source: this.args.source };
    // Sent again after a crash it is answered from the log, and nothing is written twice.
    const key = `import:${this.args.folder}:${file}:${lines.first}`;
    const answer = await this.engine.send(importCommand, input, this.actor, { key, wait: false });
    return answer.result;
  }

  private async written(file: number, lines: Lines, result: ImportResult): Promise<void> {
    await this.errors.write(
      errorsOf(file),
      result.errors.map((e) => JSON.stringify(e)),
    );
    const { created, updated, unchanged } = result;
    this.done += created + updated + unchanged;
    await this.note(
      { file, offset: lines.end, line: lines.first + lines.lines.length },
      { created, updated, unchanged, refused: result.errors.length },
    );
  }

  /** A file that cannot be had, or not to its end: said in its errors. */
  private async refused(file: number, fault: unknown): Promise<void> {
    const outcome =
      fault instanceof Problem
        ? toOperationOutcome(fault)
        : {
            resourceType: 'OperationOutcome',
            issue: [{ severity: 'error', code: 'processing', diagnostics: (fault as Error).message }],
          };
    await this.errors.write(errorsOf(file), [JSON.stringify(outcome)]);
    await this.note({}, { refused: 1 });
  }

  private async note(place: Partial<ImportCursor>, more: Partial<ImportedFile>): Promise<void> {
    const files = this.args.input.map((_, index): ImportedFile => {
      const known = this.cursor.files[index] ?? { created: 0, updated: 0, unchanged: 0, refused: 0 };
      if (index !== this.cursor.file) return known;
      return {
        created: known.created + (more.created ?? 0),
        updated: known.updated + (more.updated ?? 0),
        unchanged: known.unchanged + (more.unchanged ?? 0),
        refused: known.refused + (more.refused ?? 0),
      };
    });
    this.cursor = { ...this.cursor, ...place, files, errors: this.errors.files.map((f) => ({ ...f })) };
    await this.job.report({ cursor: this.cursor, done: this.done, total: null });
  }
}

const shares = (a: Set<string>, b: Set<string>): boolean => [...a].some((slot) => b.has(slot));

/** The records that lines name, by type and id. */
function slotsOf({ lines }: Lines): Set<string> {
  const slots = new Set<string>();
  for (const line of lines)
    try {
      const { resourceType, id } = JSON.parse(line) as { resourceType?: unknown; id?: unknown };
      if (id !== undefined) slots.add(`${resourceType}/${id}`);
    } catch {
      // Told by the command.
    }
  return slots;
}
