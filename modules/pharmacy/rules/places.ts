import { refuse, type Text } from '@mach/base/problem.ts';

export interface Place {
  code: string;
  name: Text;
  kind: 'store' | 'dispensing' | 'retail' | 'cabinet' | 'quarantine';
}

/** Shelves of a hospital of middle size: default of setting `pharmacy.places`. */
export const PLACES: readonly Place[] = [
  { code: 'KHO-CHAN', name: { vi: 'Kho chẵn', en: 'Bulk store' }, kind: 'store' },
  { code: 'KHO-LE', name: { vi: 'Kho lẻ ngoại trú', en: 'Outpatient dispensing store' }, kind: 'dispensing' },
  { code: 'KHO-NT', name: { vi: 'Nhà thuốc bệnh viện', en: 'Hospital retail pharmacy' }, kind: 'retail' },
  { code: 'TU-CC', name: { vi: 'Tủ trực Cấp cứu', en: 'Emergency cabinet' }, kind: 'cabinet' },
  { code: 'TU-NOI', name: { vi: 'Tủ trực Nội', en: 'Internal medicine cabinet' }, kind: 'cabinet' },
  { code: 'BIET-TRU', name: { vi: 'Kho biệt trữ', en: 'Quarantine' }, kind: 'quarantine' },
];

/** @throws Problem 422 for a shelf that the house does not have. */
export function placeIn(places: readonly Place[], code: string, field: string): Place {
  const found = places.find((p) => p.code === code);
  if (found) return found;
  throw refuse(
    422,
    'place-unknown',
    { vi: `Không có kho "${code}"`, en: `There is no store "${code}"` },
    {
      field,
      remedy: {
        vi: `Các kho: ${places.map((p) => `${p.code} (${p.name.vi})`).join(', ')}`,
        en: `Stores: ${places.map((p) => `${p.code} (${p.name.en})`).join(', ')}`,
      },
    },
  );
}

/** @throws Problem 409: what is held in quarantine is not handed over or sent back to a shelf by these deeds. */
export function refuseQuarantine(place: Place, field: string): void {
  if (place.kind !== 'quarantine') return;
  throw refuse(
    409,
    'quarantine',
    { vi: `${place.name.vi}: không phát thuốc từ đây`, en: `${place.name.en}: nothing is handed over from here` },
    { field, remedy: { vi: 'Chọn kho phát thuốc', en: 'Choose a dispensing store' } },
  );
}
