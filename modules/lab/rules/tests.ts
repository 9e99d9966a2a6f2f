import type { RulePack } from '@mach/engine/rule-packs.ts';
import { type Analyte, type LabData, type LabPack, type LabTest, readLab } from '@mach/vn/clinical/lab-pack.ts';

export const labPack = (pack: RulePack): LabPack => readLab(pack.data as LabData);

/** Items that the house computes itself, never typed. */
export const COMPUTED: ReadonlySet<string> = new Set(['EGFR']);

/** One line of a result sheet. */
export interface Item {
  code: string;
  analyte: Analyte;
  computed: boolean;
}

/** The test behind an ordered service: by its own code, or by the insurer's code of the technique. */
export function testOf(pack: LabPack, service: string, claimCode?: string): LabTest | undefined {
  const own = pack.tests.get(service);
  if (own) return own;
  for (const test of pack.tests.values())
    if (test.serviceCode !== undefined && (test.serviceCode === service || test.serviceCode === claimCode)) return test;
  return undefined;
}

/**
 * The items of an ordered service. A service that the pack does not describe has one item of free text under its own
 * code, so that no order is without a place for its result.
 */
export function itemsOf(pack: LabPack, service: string, name: string, claimCode?: string): Item[] {
  const test = testOf(pack, service, claimCode);
  if (!test) {
    const analyte: Analyte = {
      code: service,
      name: { vi: name, en: name },
      group: '',
      kind: 'text',
      unit: '',
      decimals: 0,
    };
    return [{ code: service, analyte, computed: false }];
  }
  return test.analytes.flatMap((code): Item[] => {
    const analyte = pack.analytes.get(code);
    return analyte ? [{ code, analyte, computed: COMPUTED.has(code) }] : [];
  });
}

/** Name of the set of values that a coded item may take. */
export function valueSetOf(analyte: Pick<Analyte, 'code' | 'normal'>): string {
  if (analyte.code === 'ABO') return 'abo';
  if (analyte.code === 'RHD') return 'rhd';
  return analyte.normal === 'normal' || analyte.normal === 'compatible' ? analyte.normal : 'neg';
}
