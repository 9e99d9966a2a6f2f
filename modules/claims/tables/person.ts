/** Fields of a person and a card, shared by tables 0, 1 and 14. */
import { extension } from '@mach/encounter/contract.ts';
import type { Coverage, Patient } from '@mach/fhir/types.ts';
import { birthTimeOf, cardNumberOf, isNewborn } from '@mach/reception/contract.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import type { XmlValue } from '@mach/vn/xml/format.ts';
import type { FindingSource } from '../contract.ts';
import { type ClaimFacts, identifier, source } from './facts.ts';
import { birth, day, minute } from './text.ts';

const SEX: Readonly<Record<string, string>> = { male: '1', female: '2' };

/** SO_CCCD: citizen number, old identity card, passport, in this order. */
const idNumber = (patient: Patient): string =>
  [SID.cccd, SID.cmnd, SID.passport].map((system) => identifier(patient, system)).find((n) => n !== '') ?? '';

/** NGAY_SINH as on the card; up to 28 days of age it carries the hour and minute. @param at when the visit began */
function born(patient: Patient, at: string | undefined): string {
  const time = birthTimeOf(patient);
  return time !== undefined && at !== undefined && isNewborn(time, at) ? minute(time) : birth(patient.birthDate);
}

export function personFields(patient: Patient, at: string | undefined): Record<string, XmlValue> {
  return {
    MA_BN: identifier(patient, SID.patientCode),
    HO_TEN: patient.name?.[0]?.text ?? '',
    SO_CCCD: idNumber(patient),
    NGAY_SINH: born(patient, at),
    GIOI_TINH: SEX[patient.gender ?? ''] ?? '3',
  };
}

/** MA_QUOCTICH of the police list, as far as this house knows it: Viet Nam. */
const nationality = (patient: Patient): string => {
  const code = extension(patient, EXT.nationality)?.valueCode ?? 'VN';
  return code === 'VN' ? '000' : '';
};

export function residenceFields(patient: Patient): Record<string, XmlValue> {
  const address = patient.address?.[0];
  const code = (url: string): string => extension(address, url)?.valueCoding?.code ?? '';
  return {
    MA_QUOCTICH: nationality(patient),
    // 99: not known. 00: occupation not determined.
    MA_DANTOC: extension(patient, EXT.ethnic)?.valueCoding?.code ?? '99',
    MA_NGHE_NGHIEP: extension(patient, EXT.occupation)?.valueCoding?.code ?? '00',
    DIA_CHI: address?.text ?? '',
    MATINH_CU_TRU: code(EXT.province),
    MAXA_CU_TRU: code(EXT.ward),
    DIEN_THOAI: patient.telecom?.find((t) => t.system === 'phone')?.value?.replaceAll(/\D/g, '') ?? '',
  };
}

export function cardFields(coverage: Coverage): Record<string, XmlValue> {
  return {
    MA_THE_BHYT: cardNumberOf(coverage) ?? '',
    MA_DKBD: extension(coverage, EXT.registeredFacility)?.valueIdentifier?.value ?? '',
    GT_THE_TU: day(coverage.period?.start),
    GT_THE_DEN: day(coverage.period?.end),
  };
}

/** Where findings on these fields are mended. */
export function personSources(facts: Pick<ClaimFacts, 'patient' | 'coverage'>): Record<string, FindingSource> {
  const at = (field: string): FindingSource => source(`Patient/${facts.patient.id}`, field, 'reception');
  const card = (field: string): FindingSource => source(`Coverage/${facts.coverage.id}`, field, 'reception');
  return {
    MA_BN: at('identifier'),
    HO_TEN: at('name'),
    SO_CCCD: at('identifier'),
    NGAY_SINH: at('birthDate'),
    GIOI_TINH: at('gender'),
    MA_QUOCTICH: at('nationality'),
    MA_DANTOC: at('ethnic'),
    MA_NGHE_NGHIEP: at('occupation'),
    DIA_CHI: at('address'),
    MATINH_CU_TRU: at('address.province'),
    MAXA_CU_TRU: at('address.ward'),
    DIEN_THOAI: at('telecom'),
    MA_THE_BHYT: card('identifier'),
    MA_DKBD: card('registeredFacility'),
    GT_THE_TU: card('period'),
    GT_THE_DEN: card('period'),
    NAM_NAM_LIEN_TUC: card('fiveYears'),
    MA_KHUVUC: card('livingArea'),
    NGAY_MIEN_CCT: card('copayExempt'),
  };
}
