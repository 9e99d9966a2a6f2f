import type { Text } from '@mach/base/problem.ts';
import type { Paper, PrintOn } from './paper.ts';

/** A code that a scanner reads off the paper. */
export interface Mark {
  kind: 'qr' | 'code128';
  text: string;
}

/** What a field of a form may hold: shown text, numbers that the template counts with, and groups of these. */
export type Printable =
  | string
  | number
  | boolean
  | null
  | readonly Printable[]
  | { readonly [name: string]: Printable | undefined };

/**
 * One printed form: a Typst template and the data that it takes. The data reach the template as JSON, never as source,
 * so that no name or note can become a command of the page.
 */
export interface PrintForm<D extends object = Record<string, Printable>> {
  /** `outpatient.prescription`: names the module that owns the form, and is its address. */
  readonly name: string;
  readonly title: Text;
  /** What it can stand on; the first is the usual one, for which the template is written. */
  readonly papers: readonly [Paper, ...Paper[]];
  /** Absolute path of the `.typ` file, which may import `/lib/page.typ`. */
  readonly template: string;
  /** Codes by the names under which the template places them. */
  marks?(data: D): Readonly<Record<string, Mark>>;
}

/** What the printing thread is asked for. */
export interface PrintJob {
  form: string;
  template: string;
  data: object;
  marks: Readonly<Record<string, Mark>>;
  /** Empty: the usual paper of the form. */
  paper: Paper | '';
  copies: number;
  /** Seconds since 1970, kept in the file: the same job gives the same bytes. */
  madeAt: number;
  /** `pdf`: PDF/A-2b. `svg`: all pages as one picture with its text, for tests and previews. */
  as: 'pdf' | 'svg';
}

export interface PrintedDocument {
  content: Uint8Array;
  pages: number;
}

/** The job that prints these data. */
export function printJob<D extends object>(
  form: PrintForm<D>,
  data: D,
  at: string,
  as: PrintJob['as'],
  on: PrintOn = {},
): PrintJob {
  return {
    form: form.name,
    template: form.template,
    data,
    marks: form.marks?.(data) ?? {},
    paper: on.paper === undefined || on.paper === form.papers[0] ? '' : on.paper,
    copies: on.copies ?? 1,
    madeAt: Math.floor(Date.parse(at) / 1000),
    as,
  };
}
