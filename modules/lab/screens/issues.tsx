import type { Issue } from '@mach/base';
import { AlertLine, usePick } from '@mach/ui';
import type { ReactElement } from 'react';

/** Refusals that keep a result from the wrong person. */
const STOPS: readonly string[] = ['wrong-patient', 'wrong-specimen', 'specimen-rejected'];

/** What the server refused and belongs to no field of the page. */
export function Issues({ issues }: { readonly issues: readonly Issue[] }): ReactElement {
  const pick = usePick();
  return (
    <>
      {issues.map((issue) => (
        <AlertLine
          key={`${issue.code}/${issue.field ?? ''}`}
          level={STOPS.includes(issue.code) ? 'stop' : 'warn'}
          what={pick(issue.text)}
          why={issue.remedy ? pick(issue.remedy) : undefined}
        />
      ))}
    </>
  );
}
