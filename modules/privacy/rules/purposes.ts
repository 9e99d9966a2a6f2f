import type { Text } from '@mach/base/problem.ts';

/* Who decides on each purpose of use, from the pack `privacy-processing`. Pure. */

export const PROCESSING_PACK = 'privacy-processing';

/** v3-PurposeOfUse, and on what ground the records are used for it. */
export interface Purpose {
  readonly purpose: string;
  /**
   * `law`: nobody is asked. `refusal`: law is the ground, and who objects is left out. `agreement`: nothing is used before
   * the person has said yes to this very purpose.
   */
  readonly decides: 'law' | 'refusal' | 'agreement';
  /** Key among the bases of the pack. */
  readonly basis: string;
  readonly text: Text;
  /** What the person is told before he decides. */
  readonly told?: Text;
}

export interface PurposePack {
  readonly bases: Readonly<Record<string, Text>>;
  readonly purposes: readonly Purpose[];
}

export type AskedPurpose = Purpose & { readonly decides: 'refusal' | 'agreement'; readonly told: Text };

/** The purposes on which people decide, one by one. */
export const askedPurposes = (pack: PurposePack): AskedPurpose[] =>
  pack.purposes.filter((one): one is AskedPurpose => one.decides !== 'law' && one.told !== undefined);
