import { appendFile, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of an export, as the manifest lists it; kept in the job's cursor. */
export interface ExportFile {
  readonly type: string;
  readonly name: string;
  count: number;
  /** Bytes that are certain: what a killed worker wrote beyond them is cut off when the job goes on. */
  bytes: number;
}

export type Form = 'ndjson' | 'csv';
const LINE_END: Readonly<Record<Form, string>> = { ndjson: '\n', csv: '\r\n' };

/** Resources of a type beyond this number go into another file. */
const MAX_LINES = 50_000;

/** Files of one export in a folder of its own, readable by the program alone. */
export class ExportFiles {
  readonly files: ExportFile[];
  private readonly folder: string;

  private constructor(folder: string, files: ExportFile[]) {
    this.folder = folder;
    this.files = files;
  }

  /** @param known files of an earlier run of the same job: each is cut back to what was certain */
  static async open(folder: string, known: readonly ExportFile[]): Promise<ExportFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const file of known) await truncate(join(folder, file.name), file.bytes);
    return new ExportFiles(
      folder,
      known.map((f) => ({ ...f })),
    );
  }

  /** @param head first line of every file; without it a type that has nothing gets no file */
  async write(type: string, lines: readonly string[], form: Form = 'ndjson', head?: string): Promise<void> {
    if (lines.length === 0 && head !== undefined) await this.fileFor(type, form, head);
    for (let at = 0; at < lines.length; ) {
      const file = await this.fileFor(type, form, head);
      const part = lines.slice(at, at + MAX_LINES - file.count);
      const text = Buffer.from(`${part.join(LINE_END[form])}${LINE_END[form]}`, 'utf8');
      await appendFile(join(this.folder, file.name), text, { mode: 0o600 });
      file.count += part.length;
      file.bytes += text.length;
      at += part.length;
    }
  }

  private async fileFor(type: string, form: Form, head: string | undefined): Promise<ExportFile> {
    const own = this.files.filter((f) => f.type === type);
    const last = own.at(-1);
    if (last && last.count < MAX_LINES) return last;
    const file: ExportFile = { type, name: `${type}.${own.length + 1}.${form}`, count: 0, bytes: 0 };
    // A file of that name may be left from a run that was killed before it was noted.
    const text = Buffer.from(head === undefined ? '' : `${head}${LINE_END[form]}`, 'utf8');
    await writeFile(join(this.folder, file.name), text, { mode: 0o600 });
    file.bytes = text.length;
    this.files.push(file);
    return file;
  }
}

export const removeFiles = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
