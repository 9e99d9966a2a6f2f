import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import type { PrintedDocument, PrintJob } from './form.ts';
import { markSvg } from './marks.ts';

const WORKSPACE = join(import.meta.dirname, 'typst');
/** Official papers expect the metrics of Times; Tinos has them, and all of the Vietnamese letters. */
const FACES = ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic'];
/** Memoised results that the last so many documents did not use are forgotten. */
const KEEP = 10;

/** A fault of a template or of its data: the program's own, never the reader's. */
export class PrintFault extends Error {
  override readonly name = 'PrintFault';
}

/** One warm Typst compiler. Owned by the printing thread. */
export class Compiler {
  private readonly typst: NodeCompiler;
  private readonly known = new Set<string>();

  constructor() {
    const fonts = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/tinos/package.json'));
    this.typst = NodeCompiler.create({
      workspace: WORKSPACE,
      fontArgs: [{ fontPaths: FACES.map((face) => join(fonts, face)) }],
    });
  }

  /** @throws PrintFault with the place in the template. */
  print(job: PrintJob): PrintedDocument {
    const inputs = {
      data: JSON.stringify(job.data),
      paper: job.paper,
      copies: String(job.copies),
      marks: JSON.stringify(Object.fromEntries(Object.entries(job.marks).map(([name, m]) => [name, markSvg(m)]))),
    };
    const result = this.typst.compile({ mainFilePath: this.template(job), inputs });
    const document = result.result;
    if (result.hasError() || document === null) throw new PrintFault(`${job.form}: ${this.diagnostics(result)}`);
    const content = job.as === 'pdf' ? this.pdf(document, job.madeAt) : Buffer.from(this.typst.svg(document), 'utf8');
    const pages = document.numOfPages;
    this.typst.evictCache(KEEP);
    return { content, pages };
  }

  /**
   * PDF/A-2b, for the archive. A letter that the font lacks (a Chinese name, a pictogram in a note) may not stand in
   * one: the paper then is a plain PDF with an empty box in the letter's place, because no paper at all is worse.
   */
  private pdf(document: NodeTypstDocument, creationTimestamp: number): Buffer {
    try {
      return this.typst.pdf(document, { pdfStandard: 'a-2b', creationTimestamp });
    } catch {
      return this.typst.pdf(document, { creationTimestamp });
    }
  }

  /** Templates live with the module that owns the form; the compiler sees them in its own folder. */
  private template(job: PrintJob): string {
    const path = join(WORKSPACE, 'forms', `${job.form}.typ`);
    if (!this.known.has(path)) {
      this.typst.addSource(path, readFileSync(job.template, 'utf8'));
      this.known.add(path);
    }
    return path;
  }

  private diagnostics(result: ReturnType<NodeCompiler['compile']>): string {
    const error = result.takeError();
    if (!error) return 'no document';
    const list: unknown[] = this.typst.fetchDiagnostics(error);
    return JSON.stringify(list).slice(0, 2_000);
  }
}
