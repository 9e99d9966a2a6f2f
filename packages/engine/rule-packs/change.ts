import type { Extension, Library } from '@mach/fhir/types.ts';
import { FHIR_BASE } from '@mach/vn/systems.ts';
import type { Overlay, OverlayPart, OverlaySource } from './overlay.ts';

/** System and code of Library.type: a facility's own word on a rule pack. */
export const CHANGE_SYSTEM = `${FHIR_BASE}/cs/library`;
export const CHANGE_CODE = 'pack-change';

const CHANGE = `${FHIR_BASE}/ext/pack-change`;
const ENDED = `${FHIR_BASE}/ext/pack-change-ended`;
/** For the columns of views. */
export const CHANGE_EXT = { change: CHANGE, ended: ENDED } as const;

/** `list`: the facility's own prices and items. `correction`: an entry of a pack is wrong, and two people say so. */
export type ChangeKind = 'list' | 'correction';

interface Person {
  id: string;
  name: string;
}

/** A decision of the facility about rule packs, as its record keeps it. */
export interface PackChange {
  id: string;
  kind: ChangeKind;
  status: 'proposed' | 'active' | 'rejected';
  title: string;
  reason: string;
  source: OverlaySource;
  parts: readonly OverlayPart[];
  proposedBy: Person;
  proposedAt: string;
  decidedBy?: Person;
  decidedAt?: string;
  /** Why it was rejected. */
  note?: string;
  ended: readonly { from: string; at: string; by: string; reason: string }[];
}

const STATUS = { proposed: 'draft', active: 'active', rejected: 'retired' } as const;

export function changeRecord(change: PackChange): Library & { id: string } {
  const { decidedBy, decidedAt, note } = change;
  const starts = change.parts.map((part) => part.validFrom).toSorted();
  const ends = change.parts.map((part) => part.validTo);
  const last = ends.includes(null) ? undefined : ends.toSorted().at(-1);
  const entries = change.parts.flatMap((part) => part.entries);
  const parts: Extension[] = [
    { url: 'kind', valueCode: change.kind },
    { url: 'subjects', valueString: [...new Set(entries.map((entry) => entry.subject))].sort().join(' ') },
    { url: 'entries', valueInteger: entries.length },
    { url: 'certainty', valueCode: change.source.certainty },
    { url: 'proposedBy', valueString: change.proposedBy.id },
    { url: 'proposedByName', valueString: change.proposedBy.name },
    ...(decidedBy
      ? [
          { url: 'decidedBy', valueString: decidedBy.id },
          { url: 'decidedByName', valueString: decidedBy.name },
        ]
      : []),
    ...(decidedAt ? [{ url: 'decidedAt', valueInstant: decidedAt }] : []),
    ...(note ? [{ url: 'note', valueString: note }] : []),
  ];
  return {
    resourceType: 'Library',
    id: change.id,
    status: STATUS[change.status],
    type: { coding: [{ system: CHANGE_SYSTEM, code: CHANGE_CODE }] },
    title: change.title,
    purpose: change.reason,
    date: change.proposedAt,
    effectivePeriod: { start: starts[0], ...(last ? { end: last } : {}) },
    relatedArtifact: [
      {
        type: 'citation',
        citation: change.source.document,
        ...(change.source.article ? { label: change.source.article } : {}),
      },
    ],
    content: [{ contentType: 'application/json', data: toBase64(JSON.stringify(change.parts)) }],
    extension: [
      { url: CHANGE, extension: parts },
      ...change.ended.map((end) => ({
        url: ENDED,
        extension: [
          { url: 'from', valueDate: end.from },
          { url: 'at', valueInstant: end.at },
          { url: 'by', valueString: end.by },
          { url: 'reason', valueString: end.reason },
        ],
      })),
    ],
  };
}

export const isChange = (record: { type?: unknown }): boolean => {
  const coding = (record.type as Library['type'] | undefined)?.coding;
  return Array.isArray(coding) && coding.some((c) => c.system === CHANGE_SYSTEM && c.code === CHANGE_CODE);
};

/** @throws RangeError for a Library that is something else */
export function changeOf(record: Library & { id: string }): PackChange {
  const own = record.extension?.find((e) => e.url === CHANGE);
  if (!own || !isChange(record)) throw new RangeError(`Library/${record.id} is no change of rule packs`);
  const part = (url: string): Extension | undefined => own.extension?.find((e) => e.url === url);
  const text = (url: string): string => part(url)?.valueString ?? '';
  const article = record.relatedArtifact?.[0]?.label;
  const decidedAt = part('decidedAt')?.valueInstant;
  const note = part('note')?.valueString;
  return {
    id: record.id,
    kind: part('kind')?.valueCode === 'correction' ? 'correction' : 'list',
    status: record.status === 'active' ? 'active' : record.status === 'draft' ? 'proposed' : 'rejected',
    title: record.title ?? '',
    reason: record.purpose ?? '',
    source: {
      document: record.relatedArtifact?.[0]?.citation ?? '',
      ...(article ? { article } : {}),
      certainty: (part('certainty')?.valueCode ?? 'L') as OverlaySource['certainty'],
    },
    parts: JSON.parse(fromBase64(record.content?.[0]?.data ?? toBase64('[]'))) as OverlayPart[],
    proposedBy: { id: text('proposedBy'), name: text('proposedByName') },
    proposedAt: record.date ?? '',
    ...(part('decidedBy') ? { decidedBy: { id: text('decidedBy'), name: text('decidedByName') } } : {}),
    ...(decidedAt ? { decidedAt } : {}),
    ...(note ? { note } : {}),
    ended: (record.extension ?? [])
      .filter((e) => e.url === ENDED)
      .map((e) => {
        const of = (url: string): Extension | undefined => e.extension?.find((one) => one.url === url);
        return {
          from: of('from')?.valueDate ?? '',
          at: of('at')?.valueInstant ?? '',
          by: of('by')?.valueString ?? '',
          reason: of('reason')?.valueString ?? '',
        };
      }),
  };
}

/** What an approved change lays over the packs; undefined for one that is not. */
export function overlayOf(change: PackChange): Overlay | undefined {
  if (change.status !== 'active' || change.decidedAt === undefined) return undefined;
  const { id, source, parts, ended } = change;
  return { id, source, parts, ended, knownFrom: change.decidedAt };
}

/** Works in the browser as well. */
function toBase64(text: string): string {
  let binary = '';
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += 8_192) binary += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  return btoa(binary);
}

function fromBase64(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
}
