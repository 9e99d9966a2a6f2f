/** What a scanned card says about a person. Pure. */
import type { Issue } from '@mach/base/problem.ts';
import type { Result } from '@mach/base/result.ts';
import { readBhytNumber } from '@mach/vn/bhyt-card.ts';
import { type BhytQr, parseBhytQr } from '@mach/vn/bhyt-qr.ts';
import { type CccdQr, parseCccdQr } from '@mach/vn/cccd-qr.ts';
import { properName } from '@mach/vn/names.ts';
import type { CardFields, PersonFields } from './inputs.ts';
import { type PlacedAddress, placeAddress, type Units } from './units.ts';

export interface CardReading {
  person: Partial<PersonFields>;
  address: PlacedAddress;
  /** Insurance fields of an insurance card. */
  card?: CardFields & { number: string };
  notices: Issue[];
}

function place(text: string, units: Units): { address: PlacedAddress; fields: Partial<PersonFields> } {
  const address = placeAddress(text, units);
  const { provinceCode, wardCode, addressLine } = address;
  const fields = Object.entries({ provinceCode, wardCode, addressLine }).filter(([, v]) => v !== undefined);
  return { address, fields: Object.fromEntries(fields) };
}

export function readCccd(card: CccdQr, units: Units): CardReading {
  const { address, fields } = place(card.address, units);
  return {
    person: {
      name: properName(card.name),
      birthDate: card.birthDate,
      sex: card.sex,
      idPaper: 'cccd',
      idNumber: card.number,
      nationality: 'VN',
      ...fields,
    },
    address,
    notices: card.warnings,
  };
}

export function readBhyt(card: BhytQr, units: Units): CardReading {
  const { address, fields } = place(card.address, units);
  const read = readBhytNumber(card.cardNumber);
  const person: Partial<PersonFields> = {
    name: properName(card.name),
    birthDate: card.birthDate,
    sex: card.sex,
    nationality: 'VN',
    ...fields,
  };
  // A card on the personal number says who it is; the other forms do not.
  if (read?.form === 'personal') Object.assign(person, { idPaper: 'cccd', idNumber: read.number });
  if (card.parentName) person.guardian = { name: properName(card.parentName) };
  const { validFrom, registeredFacility } = card;
  return {
    person,
    address,
    card:
      validFrom === undefined || registeredFacility === undefined
        ? undefined
        : {
            number: card.cardNumber,
            validFrom,
            validTo: card.validTo,
            registeredFacility,
            livingArea: card.livingArea,
            fiveYearsFrom: card.fiveYearsFrom,
          },
    notices: card.warnings,
  };
}

const mapped = <T>(read: Result<T, Issue[]>, to: (card: T) => CardReading): Result<CardReading, Issue[]> =>
  read.ok ? { ok: true, value: to(read.value) } : read;

export const readCccdQr = (text: string, units: Units): Result<CardReading, Issue[]> =>
  mapped(parseCccdQr(text), (card) => readCccd(card, units));
export const readBhytQr = (text: string, units: Units): Result<CardReading, Issue[]> =>
  mapped(parseBhytQr(text), (card) => readBhyt(card, units));
