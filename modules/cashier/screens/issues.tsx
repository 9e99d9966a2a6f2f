import { AlertLine, type Issue, usePick } from '@mach/ui';
import type { ReactElement } from 'react';

/** What a command refused and no field shows. */
export function Refusals({
  issues,
  except = [],
}: {
  readonly issues: readonly Issue[];
  readonly except?: readonly string[];
}): ReactElement {
  const pick = usePick();
  return (
    <>
      {issues
        .filter((issue) => !except.includes(issue.field ?? ''))
        .map((issue) => (
          <AlertLine
            key={`${issue.code}${issue.field ?? ''}`}
            level="stop"
            what={pick(issue.text)}
            why={issue.remedy ? pick(issue.remedy) : undefined}
          />
        ))}
    </>
  );
}
