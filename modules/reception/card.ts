/** Between an insurance card's fields and the Coverage record. Pure. */
import { extension } from '@mach/encounter/contract.ts';
import type { Coverage, Extension, Patient, Reference } from '@mach/fhir/types.ts';
import { readBhytNumber, registeredFacility } from '@mach/vn/bhyt-card.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import type { CardSummary } from './contract.ts';
import type { CardFields } from './inputs.ts';
import { cardCheckOf, cardNumberOf } from './read.ts';

/** The record of a card. What `base` carries beyond the card (the portal's answer) is kept. */
export function coverageFrom(card: CardFields, beneficiary: Reference<Patient>, base?: Coverage): Coverage {
  const read = readBhytNumber(card.number);
  const digit = card.benefitDigit ?? (read?.form === 'card' ? String(read.benefitDigit) : undefined);
  const own = new Set<string>([EXT.benefit, EXT.registeredFacility, EXT.livingArea, EXT.fiveYears, EXT.copayExempt]);
  const extensions: Extension[] = (base?.extension ?? []).filter((e) => !own.has(e.url));
  if (digit !== undefined) extensions.push({ url: EXT.benefit, extension: [{ url: 'digit', valueString: digit }] });
  const facility = registeredFacility(card.registeredFacility);
  if (facility !== undefined)
    extensions.push({ url: EXT.registeredFacility, valueIdentifier: { system: SID.facility, value: facility } });
  if (card.livingArea) extensions.push({ url: EXT.livingArea, valueCode: card.livingArea });
  if (card.fiveYearsFrom) extensions.push({ url: EXT.fiveYears, valueDate: card.fiveYearsFrom });
  if (card.exemptFrom) extensions.push({ url: EXT.copayExempt, valueDate: card.exemptFrom });
  return {
    ...base,
    resourceType: 'Coverage',
    extension: extensions,
    identifier: [{ system: SID.bhyt, value: read?.number ?? card.number.toUpperCase() }],
    status: 'active',
    beneficiary,
    payor: [{ display: 'BHXH Việt Nam' }],
    period: { start: card.validFrom, end: card.validTo },
  };
}

export function cardSummary(coverage: Coverage & { id: string }): CardSummary {
  const portal = cardCheckOf(coverage);
  return {
    coverage: coverage.id,
    number: cardNumberOf(coverage) ?? '',
    validFrom: coverage.period?.start?.slice(0, 10) ?? null,
    validTo: coverage.period?.end?.slice(0, 10) ?? null,
    registeredFacility: extension(coverage, EXT.registeredFacility)?.valueIdentifier?.value ?? null,
    benefitDigit: extension(extension(coverage, EXT.benefit), 'digit')?.valueString ?? null,
    livingArea: extension(coverage, EXT.livingArea)?.valueCode ?? null,
    fiveYearsFrom: extension(coverage, EXT.fiveYears)?.valueDate ?? null,
    exemptFrom: extension(coverage, EXT.copayExempt)?.valueDate ?? null,
    portal: portal === undefined ? null : { status: portal.status, at: portal.at },
  };
}

/** The card to use on a day: one in force, the one that lasts longest, of those the last to begin. */
export function cardOn<T extends Coverage>(day: string, cards: readonly T[]): T | undefined {
  const inForce = cards.filter(
    (c) =>
      c.status === 'active' &&
      (c.period?.start ?? '') <= day &&
      (c.period?.end === undefined || c.period.end.slice(0, 10) >= day),
  );
  const rank = (c: T): string => `${c.period?.end?.slice(0, 10) ?? '9999-12-31'} ${c.period?.start ?? ''}`;
  return inForce.sort((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0))[0];
}
