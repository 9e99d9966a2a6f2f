import { parseJson } from '@mach/fhir/written-numbers.ts';
import type { Row } from './database.ts';
import type { AnyResource, StoredRecord } from './resource.ts';
import { typeName } from './types.ts';

/** A row of a record with instants as PostgreSQL writes them. `deleted` is missing where only live ones are read. */
export interface LeanRow extends Row {
  type: number;
  id: string;
  rid: string;
  version: number;
  updated: string;
  sealed: boolean;
  patient: string | null;
  deleted?: boolean;
  content: string | null;
}

const SMALLINT = 21;
const INTEGER = 23;
const BOOLEAN = 16;

/** Whole numbers and booleans are read, everything else stays text: most instants of a page are never asked for. */
export const PLAIN_TYPES = {
  getTypeParser: (oid: number): ((text: string) => unknown) => {
    if (oid === SMALLINT || oid === INTEGER) return Number;
    return oid === BOOLEAN ? (text) => text === 't' : (text) => text;
  },
};

/** A record as it was found; what costs time is worked out when it is asked for. */
export class FoundRecord implements StoredRecord {
  private parsed: AnyResource | undefined;
  private readonly row: LeanRow;
  constructor(row: LeanRow) {
    this.row = row;
  }
  get type(): string {
    return typeName(this.row.type);
  }
  get id(): string {
    return this.row.id;
  }
  get rid(): string {
    return this.row.rid;
  }
  get version(): number {
    return this.row.version;
  }
  get sealed(): boolean {
    return this.row.sealed;
  }
  get patient(): string | null {
    return this.row.patient;
  }
  get deleted(): boolean {
    return this.row.deleted ?? false;
  }
  get text(): string | null {
    return this.row.content;
  }
  get updated(): string {
    // `2026-11-22 07:44:21.12+00`, the session being in UTC.
    return new Date(`${this.row.updated.replace(' ', 'T')}:00`).toISOString();
  }
  get resource(): AnyResource {
    const { content } = this.row;
    this.parsed ??= content === null ? { resourceType: this.type, id: this.id } : (parseJson(content) as AnyResource);
    return this.parsed;
  }
}
