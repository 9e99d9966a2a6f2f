import type { Hit } from '@mach/vn/codes/search.ts';

export const matchedRanges = (hit: Hit): [number, number][] => hit.matched.map(([from, to]) => [from, to]);
