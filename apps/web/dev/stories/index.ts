import { boards } from './boards.tsx';
import { clinical } from './clinical.tsx';
import { fields } from './fields.tsx';
import { parts } from './parts.tsx';
import type { Story } from './story.tsx';
import { values } from './values.tsx';
import { ward } from './ward.tsx';
import { work } from './work.tsx';

/** Every component of the design language, §9, and the small ones that they are made of. */
export const stories: readonly Story[] = [...clinical, ...parts, ...ward, ...boards, ...work, ...fields, ...values];
