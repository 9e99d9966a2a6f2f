/** What the store needs to know of a FHIR resource; the rest is the validator's and the modules' business. */
export interface AnyResource {
  resourceType: string;
  id?: string;
  meta?: { versionId?: string; lastUpdated?: string; security?: { system?: string; code?: string }[] };
}

/** A resource that has been given its id. */
export type IdentifiedResource<T extends AnyResource = AnyResource> = T & { id: string };

/** A record as read: its parsed content, and the row's own facts. */
export interface StoredRecord<T extends AnyResource = AnyResource> {
  readonly type: string;
  readonly id: string;
  readonly rid: string;
  readonly version: number;
  readonly updated: string;
  readonly deleted: boolean;
  readonly sealed: boolean;
  readonly patient: string | null;
  /** The stored bytes; null when deleted. */
  readonly text: string | null;
  readonly resource: T;
}

/** `Patient/123` → `{ type, id }`; undefined for anything that is not a local, literal reference. */
export function parseReference(reference: string | undefined): { type: string; id: string } | undefined {
  const match = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(reference ?? '');
  return match ? { type: match[1] ?? '', id: match[2] ?? '' } : undefined;
}
