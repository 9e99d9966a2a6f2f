import { type News2Data, type News2Pack, readNews2 } from '@mach/vn/clinical/news2.ts';
import { readVitals, type VitalsData, type VitalsPack } from '@mach/vn/clinical/vitals.ts';
import { type MeowsData, type MeowsPack, readMeows } from './meows.ts';
import { type PewsData, type PewsPack, readPews } from './pews.ts';

/** Subjects of the packs that a set of vital signs is checked and scored with. */
export const VITAL_PACKS = ['vitals', 'news2', 'pews', 'meows'] as const;

export interface VitalPacks {
  vitals: VitalsPack;
  news2: News2Pack;
  pews: PewsPack;
  meows: MeowsPack;
}

/** The packs read from their data; undefined while one of them is not there. */
export function readVitalPacks(data: (subject: (typeof VITAL_PACKS)[number]) => unknown): VitalPacks | undefined {
  const [vitals, news2, pews, meows] = VITAL_PACKS.map(data);
  if (!vitals || !news2 || !pews || !meows) return undefined;
  return {
    vitals: readVitals(vitals as VitalsData),
    news2: readNews2(news2 as News2Data),
    pews: readPews(pews as PewsData),
    meows: readMeows(meows as MeowsData),
  };
}
