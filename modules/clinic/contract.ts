import { commandRef } from '@mach/engine/command-ref.ts';
import type { SetUpInput } from './inputs.ts';

export type { Priced, SetUpInput } from './inputs.ts';

export interface SetUpResult {
  rooms: string[];
  services: number;
  drugs: number;
}

/** Who the clinic is, its rooms, what it does for which price. Sent again, it replaces what was said before. */
export const setUp = commandRef<SetUpInput, SetUpResult>('clinic.setUp');

/** Row of `clinic.house`, base Organization: the clinic itself, once it is set up. */
export interface HouseRow {
  key: string;
  name: string;
  address: string | null;
  phone: string | null;
  licence: string | null;
  setUpAt: string;
}

/** Row of `clinic.prices`, base ChargeItemDefinition. */
export interface PriceRow {
  key: string;
  code: string;
  kind: 'service' | 'drug';
  name: string;
  unit: string | null;
  price: number;
  status: 'active' | 'retired';
}
