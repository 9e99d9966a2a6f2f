/** What the clinic keeps of itself in records. */
import { housePriceId } from '@mach/encounter/contract.ts';
import type { ChargeItemDefinition, List, Location, Organization } from '@mach/fhir/types.ts';
import { CS, EXT, FHIR_BASE, SID } from '@mach/vn/systems.ts';
import type { Priced, SetUpInput } from './inputs.ts';

type Stored<T> = T & { id: string };

/** On Organization: when the clinic was set up (instant). */
export const SET_UP = `${FHIR_BASE}/ext/clinic-set-up`;
/** Operating licence of a facility. */
export const LICENCE = `${FHIR_BASE}/sid/facility-licence`;
const PRICE_URL = `${FHIR_BASE}/ChargeItemDefinition`;

export const HOUSE = 'org';
export const roomCode = (index: number): string => `PK${index + 1}`;

export function houseRecord(
  of: SetUpInput['facility'],
  facility: string,
  at: string,
  before?: Stored<Organization>,
): Stored<Organization> {
  const own = new Set<string>([LICENCE, SID.facility]);
  const kept = (before?.identifier ?? []).filter((i) => !own.has(i.system ?? ''));
  return {
    ...before,
    resourceType: 'Organization',
    id: HOUSE,
    active: true,
    name: of.name,
    identifier: [...kept, { system: SID.facility, value: facility }, { system: LICENCE, value: of.licence }],
    address: [{ text: of.address }],
    ...(of.phone ? { telecom: [{ system: 'phone', value: of.phone }] } : {}),
    extension: [...(before?.extension ?? []).filter((e) => e.url !== SET_UP), { url: SET_UP, valueInstant: at }],
  };
}

export function roomRecord(room: SetUpInput['rooms'][number], index: number): Stored<Location> {
  const code = roomCode(index);
  return {
    resourceType: 'Location',
    id: `room-${code.toLowerCase()}`,
    status: 'active',
    mode: 'instance',
    name: room.name,
    identifier: [{ system: SID.location, value: code }],
    type: [{ coding: [{ system: CS.role, code: 'exam' }] }],
    managingOrganization: { reference: `Organization/${HOUSE}` },
    extension: [{ url: `${EXT.room}-exam-service`, valueString: room.examService }],
  };
}

export function priceRecord(of: Priced, kind: 'service' | 'drug', at: string): Stored<ChargeItemDefinition> {
  const system = kind === 'service' ? CS.service : CS.drug;
  const id = housePriceId(of.code);
  return {
    resourceType: 'ChargeItemDefinition',
    id,
    url: `${PRICE_URL}/${id}`,
    status: 'active',
    title: of.name,
    date: at,
    code: { coding: [{ system, code: of.code, display: of.name }], text: of.unit },
    propertyGroup: [{ priceComponent: [{ type: 'base', amount: { value: of.price, currency: 'VND' } }] }],
  };
}

/** The posted list: every price that holds, in the order in which it hangs on the wall. */
export const PRICE_LIST = 'clinic-prices';

export const priceList = (ids: readonly string[], at: string): Stored<List> => ({
  resourceType: 'List',
  id: PRICE_LIST,
  status: 'current',
  mode: 'working',
  title: 'Bảng giá',
  date: at,
  entry: ids.map((id) => ({ item: { reference: `ChargeItemDefinition/${id}` } })),
});

export const listedIds = (list: List): string[] =>
  (list.entry ?? []).flatMap((entry) => entry.item.reference?.split('/')[1] ?? []);
