import type { PrintForm } from './form.ts';

/** Any FHIR resource. */
export interface AnyRecord {
  resourceType: string;
  id?: string;
}

type Stored<T> = T & { id: string };

/** Head and foot that every form has. */
export type Letterhead = {
  /** `BỆNH VIỆN MẪU` */
  name: string;
  code: string;
  address: string;
  phone: string;
  /** Prints of a demo or training facility say so on every page; empty in production. */
  warning: string;
  /** `24/11/2026 08:15` */
  printedAt: string;
  printedBy: string;
};

/** What a form is filled from: records as the reader may see them. Every record that it gives is audited as read. */
export interface PrintSource {
  readonly facility: { readonly code: string; readonly name: string; readonly mode: string };
  /** Instant of the print. */
  readonly now: string;
  readonly letterhead: Letterhead;
  /** @throws Problem 404 */
  read<T extends AnyRecord>(type: T['resourceType'], id: string): Promise<Stored<T>>;
  find<T extends AnyRecord>(type: T['resourceType'], id: string): Promise<Stored<T> | undefined>;
  /** Records that point at this one: `('Provenance.target', id)`. */
  referring<T extends AnyRecord>(param: string, id: string): Promise<Stored<T>[]>;
  /** Data of the edition of a rule pack that is in force on a day. */
  pack<T>(subject: string, day: string): T;
}

/** A filled form, and what the audit keeps of it. */
export interface Filled<D> {
  data: D;
  /** Id of the Patient it is about; null where it is about nobody. */
  patient: string | null;
  /** Name of the file without its ending: no name of a person in it. */
  file: string;
}

/** What a module offers to be printed: who may, and how the form is filled from the records. */
export interface Print<D extends object = Record<string, unknown>> {
  form: PrintForm<D>;
  /** Any one of these rights is enough. */
  permissions: readonly [string, ...string[]];
  fill(source: PrintSource, id: string): Promise<Filled<D>>;
}

/** Lets prints of any data stand in one list. */
export const definePrint = <D extends object>(print: Print<D>): Print => print as unknown as Print;
