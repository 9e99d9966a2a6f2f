import { extension } from '@mach/encounter/contract.ts';
import type { Coverage, Extension } from '@mach/fhir/types.ts';
import { EXT } from '@mach/vn/systems.ts';

const scalar = (of: Extension | undefined): string | undefined => of?.valueCode ?? of?.valueString;

/** The insurer's portal has confirmed the card: what the last look-up said. */
export const isVerified = (coverage: Coverage): boolean =>
  scalar(extension(extension(coverage, EXT.portalCheck), 'status')) === 'verified';
