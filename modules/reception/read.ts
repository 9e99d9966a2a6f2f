/** Reading cards and rights from records: for the bill, the claim and the desk alike. */
import { localDate } from '@mach/base/time.ts';
import { benefitOf, extension } from '@mach/encounter/contract.ts';
import type { Coverage, Encounter } from '@mach/fhir/types.ts';
import type { BenefitFacility, BenefitInput } from '@mach/vn/bhyt/benefit.ts';
import type { BenefitCard } from '@mach/vn/bhyt/card.ts';
import { readBhytNumber } from '@mach/vn/bhyt-card.ts';
import { EXT, SID } from '@mach/vn/systems.ts';

/** SNOMED CT "no known allergy": asked, none known. */
export const NO_KNOWN_ALLERGY = '716186003';

/** Setting that says what kind of facility this is to the insurer: level, points, former tier. */
export const FACILITY_SETTING = 'reception.facility';
export const FACILITY_DEFAULT: Omit<BenefitFacility, 'code'> = { level: 'basic', points: 46 };

/** `benefitFacility(ctx.facility.code, ctx.setting(FACILITY_SETTING, FACILITY_DEFAULT))` */
export const benefitFacility = (code: string, facts: Omit<BenefitFacility, 'code'>): BenefitFacility => ({
  ...facts,
  code,
});

export const cardNumberOf = (coverage: Coverage): string | undefined =>
  coverage.identifier?.find((i) => i.system === SID.bhyt)?.value;

/** What the insurer's portal has said of a card. */
export interface CardCheck {
  status: 'verified' | 'refused' | 'unverified';
  /** Instant of the answer, or of the question that waits for one. */
  at: string;
  /** maKetQua. */
  code?: string;
}

/** The last word of the portal on a card; undefined when it was never asked. */
export function cardCheckOf(coverage: Coverage): CardCheck | undefined {
  const check = extension(coverage, EXT.portalCheck);
  if (check === undefined) return undefined;
  const scalar = (url: string): string | undefined => {
    const part = extension(check, url);
    return part?.valueCode ?? part?.valueString ?? part?.valueInstant ?? part?.valueDateTime;
  };
  const status = scalar('status');
  const code = scalar('code');
  return {
    status: status === 'verified' || status === 'refused' ? status : 'unverified',
    at: scalar('at') ?? '',
    ...(code === undefined ? {} : { code }),
  };
}

/**
 * What the portal says of a card for a visit that began on a local day. A card is asked about at every visit: it may have
 * been stopped since the last one, so an older answer says nothing.
 */
export function cardCheckSince(coverage: Coverage, day: string): CardCheck {
  const check = cardCheckOf(coverage);
  if (check && check.at !== '' && localDate(check.at) >= day) return check;
  return { status: 'unverified', at: check?.at ?? '' };
}

/** The card in the form that the benefit rules take; undefined while digit or registered facility are unknown. */
export function benefitCardOf(coverage: Coverage): BenefitCard | undefined {
  const number = cardNumberOf(coverage) ?? '';
  const read = readBhytNumber(number);
  const benefit = extension(coverage, EXT.benefit);
  const digit =
    extension(benefit, 'digit')?.valueString ?? (read?.form === 'card' ? String(read.benefitDigit) : undefined);
  const registeredFacility = extension(coverage, EXT.registeredFacility)?.valueIdentifier?.value;
  const validFrom = coverage.period?.start?.slice(0, 10);
  if (digit === undefined || registeredFacility === undefined || validFrom === undefined) return undefined;
  const area = extension(coverage, EXT.livingArea)?.valueCode;
  return {
    group: read?.form === 'card' ? read.group : undefined,
    digit,
    validFrom,
    validTo: coverage.period?.end?.slice(0, 10),
    registeredFacility,
    area: area === 'K1' || area === 'K2' || area === 'K3' ? area : undefined,
    fiveYearsFrom: extension(coverage, EXT.fiveYears)?.valueDate,
    exemptFrom: extension(coverage, EXT.copayExempt)?.valueDate,
    revoked: coverage.status === 'cancelled' ? true : undefined,
  };
}

/** Everything by which the right of a visit was decided at the desk: what the bill decides it from again. */
export function visitBenefitInput(
  encounter: Encounter,
  coverage: Coverage,
  facility: BenefitFacility,
  day: { start: string; end?: string },
  yearCoPayment?: string,
): BenefitInput {
  const decided = benefitOf(encounter);
  return {
    card: benefitCardOf(coverage),
    facility,
    yearCoPayment,
    visit: {
      date: day.start,
      end: day.end,
      careClass: 'outpatient',
      route: decided?.route ?? 'self',
      papers: decided?.papers,
      listedDisease: decided?.listedDisease,
    },
  };
}

/**
 * Account of the entitlement ledger that holds what a card has co-paid in a year: what it reaches decides the yearly
 * exemption. Written by the cashier, read at the desk.
 */
export const copayAccount = (cardNumber: string, year: string): string => `copay:${cardNumber}:${year}`;
export const ENTITLEMENT_LEDGER = 'entitlement';
