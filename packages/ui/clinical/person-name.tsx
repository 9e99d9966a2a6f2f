import type { ReactElement } from 'react';
import { nameParts } from '../format/name.ts';
import './person-name.css';

/**
 * A person's name with the given name emphasised (family names repeat; the given name tells people
 * apart). The text itself keeps its case, for screen readers and copying.
 */
export function PersonName({ name }: { readonly name: string }): ReactElement {
  const { lead, given, split } = nameParts(name);
  return (
    <span className="m-person">
      {split && `${lead} `}
      <b className={split ? 'm-person-given' : 'm-person-whole'}>{given}</b>
    </span>
  );
}
