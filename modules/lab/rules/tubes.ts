import type { LabPack, LabTest } from '@mach/vn/clinical/lab-pack.ts';

/** One tube to fill, and the orders that it serves. */
export interface TubeNeed {
  /** Code of the tube in the pack; null: the test is made at the person, nothing is kept. */
  tube: string | null;
  name: string;
  color: string;
  additive: string;
  volumeMl: string;
  /** Place in the order of draw. */
  drawOrder: number;
  specimen: string;
  orders: string[];
}

/** Tubes of other material than blood (order of draw from here on) are kept apart by what is in them. */
const NOT_BLOOD = 20;
const ICED = 'đá lạnh';

/** Tubes for a set of orders, in the order of draw. Tests that use the same kind of blood tube share it. */
export function tubesFor(pack: LabPack, orders: readonly { id: string; test: LabTest | undefined }[]): TubeNeed[] {
  const needs = new Map<string, TubeNeed>();
  for (const { id, test } of orders) {
    const tube = test?.tube === undefined ? undefined : pack.tubes.get(test.tube);
    const specimen = test?.specimen ?? '';
    const apart = !tube || tube.drawOrder >= NOT_BLOOD || specimen.includes(ICED);
    const key = `${tube?.code ?? ''}/${apart ? specimen : ''}`;
    const need = needs.get(key) ?? {
      tube: tube?.code ?? null,
      name: tube?.vi ?? '',
      color: tube?.color ?? '',
      additive: tube?.additive ?? '',
      volumeMl: tube?.volumeMl ?? '',
      drawOrder: tube?.drawOrder ?? 99,
      specimen,
      orders: [],
    };
    need.orders.push(id);
    needs.set(key, need);
  }
  return [...needs.values()].sort((a, b) => a.drawOrder - b.drawOrder || (a.specimen < b.specimen ? -1 : 1));
}

/** Difference between the tubes that were scanned and those that the tests need; empty lists: they agree. */
export function compareTubes(
  needed: readonly TubeNeed[],
  scanned: readonly string[],
): { missing: string[]; wrong: string[] } {
  const rest = [...scanned];
  const missing: string[] = [];
  for (const { tube } of needed) {
    if (tube === null) continue;
    const at = rest.indexOf(tube);
    if (at < 0) missing.push(tube);
    else rest.splice(at, 1);
  }
  return { missing, wrong: rest };
}
