import type { ReactElement } from 'react';
import { nameParts } from '../format/name.ts';
import './person-name.css';

/**
 * A person's name with the given name emphasised (family names repeat; the given name tells people
 * apart). The text itself keeps its case, for screen readers and copying.
 */
export function PersonName({ name }: { readonly name: string }): ReactElement {
  const { lead, given, split } = nameParts(name);
  // Of somebody unidentified: the code is read as one, so it never breaks over two lines.
  const [, words, code] = split ? [] : (/^(.*\s)(\S+-\S+)$/.exec(given) ?? []);
  return (
    <span className="m-person">
      {split && `${lead} `}
      <b className={split ? 'm-person-given' : 'm-person-whole'}>
        {code === undefined ? (
          given
        ) : (
          <>
            {words}
            <span className="m-person-code">{code}</span>
          </>
        )}
      </b>
    </span>
  );
}
