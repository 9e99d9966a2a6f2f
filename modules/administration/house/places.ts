/** Departments, rooms and beds as records. Pure. */
import { CLOSED_FROM } from '@mach/encounter/contract.ts';
import type { Extension, Location, Organization } from '@mach/fhir/types.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';

/** What a room is for. */
export const ROOM_KINDS = [
  'exam',
  'emergency',
  'triage',
  'reception',
  'cashier',
  'pharmacy',
  'specimen',
  'lab',
  'imaging',
  'functional',
  'endoscopy',
  'procedure',
  'ward',
  'office',
] as const;
export type RoomKind = (typeof ROOM_KINDS)[number];

type Stored<T> = T & { id: string };

export const departmentId = (code: string): string => `dep-${code.toLowerCase()}`;
export const roomId = (code: string): string => `room-${code.toLowerCase()}`;
export const bedId = (code: string): string => `bed-${code.toLowerCase()}`;

export interface DepartmentFields {
  code: string;
  name: string;
}
export interface RoomFields {
  code: string;
  name: string;
  kind: RoomKind;
  /** Id of the Organization. */
  department: string;
  specialty?: string | undefined;
  /** Exam that a visit here is charged with. */
  examService?: string | undefined;
}
export interface BedFields {
  code: string;
  name: string;
  /** Id of the Location that it stands in. */
  room: string;
}

const others = (list: Extension[] | undefined, url: string): Extension[] => (list ?? []).filter((e) => e.url !== url);
const SERVICE = `${EXT.room}-exam-service`;

export function departmentRecord(of: DepartmentFields, before?: Stored<Organization>): Stored<Organization> {
  return {
    ...before,
    resourceType: 'Organization',
    id: before?.id ?? departmentId(of.code),
    active: before?.active ?? true,
    name: of.name,
    identifier: before?.identifier ?? [{ system: SID.department, value: of.code }],
    partOf: before?.partOf ?? { reference: 'Organization/org' },
  };
}

export function roomRecord(of: RoomFields, before?: Stored<Location>): Stored<Location> {
  const extension = [
    ...others(before?.extension, SERVICE),
    ...(of.examService ? [{ url: SERVICE, valueString: of.examService }] : []),
  ];
  const { extension: _former, ...rest } = before ?? {};
  return {
    ...rest,
    resourceType: 'Location',
    id: before?.id ?? roomId(of.code),
    status: before?.status ?? 'active',
    mode: 'instance',
    name: of.name,
    identifier: before?.identifier ?? [{ system: SID.location, value: of.code }],
    type: [{ coding: [{ system: CS.role, code: of.kind }], ...(of.specialty ? { text: of.specialty } : {}) }],
    managingOrganization: { reference: `Organization/${of.department}` },
    ...(extension.length > 0 ? { extension } : {}),
  };
}

export function bedRecord(of: BedFields, room: Stored<Location>, before?: Stored<Location>): Stored<Location> {
  return {
    ...before,
    resourceType: 'Location',
    id: before?.id ?? bedId(of.code),
    status: before?.status ?? 'active',
    mode: 'instance',
    name: of.name,
    identifier: before?.identifier ?? [{ system: SID.location, value: of.code }],
    physicalType: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'bd', display: 'Bed' }],
    },
    partOf: { reference: `Location/${room.id}` },
    ...(room.managingOrganization ? { managingOrganization: room.managingOrganization } : {}),
  };
}

/** Closed from a day on; null: open again. */
export function withClosing<T extends Stored<Location> | Stored<Organization>>(place: T, from: string | null): T {
  const extension = [
    ...others(place.extension, CLOSED_FROM),
    ...(from === null ? [] : [{ url: CLOSED_FROM, valueDate: from }]),
  ];
  const { extension: _former, ...rest } = place;
  return { ...rest, ...(extension.length > 0 ? { extension } : {}) } as T;
}
