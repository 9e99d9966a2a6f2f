import { boards } from './boards.tsx';
import { clinical } from './clinical.tsx';
import type { Story } from './story.tsx';
import { work } from './work.tsx';

/** Every component of the design language, §9, and the small ones that they are made of. */
export const stories: readonly Story[] = [...clinical, ...boards, ...work];
