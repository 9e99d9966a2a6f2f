import { extension } from '@mach/encounter/contract.ts';
import type { Coverage, Extension } from '@mach/fhir/types.ts';
import { EXT } from '@mach/vn/systems.ts';

const scalar = (of: Extension | undefined): string | undefined => of?.valueCode ?? of?.valueString;

/** What the insurer's portal said of the card at the last look-up; unverified while it has not been heard. */
export function cardCheck(coverage: Coverage): { status: 'verified' | 'refused' | 'unverified'; code?: string } {
  const check = extension(coverage, EXT.portalCheck);
  const status = scalar(extension(check, 'status'));
  if (status !== 'verified' && status !== 'refused') return { status: 'unverified' };
  return { status, code: scalar(extension(check, 'code')) };
}

export const isVerified = (coverage: Coverage): boolean => cardCheck(coverage).status === 'verified';
