import { AlertLine, type Issue, usePick } from '@mach/ui';
import type { ReactElement } from 'react';

/** Refusals that belong to no field. */
export function Issues({ of }: { readonly of: readonly Issue[] }): ReactElement | null {
  const pick = usePick();
  const [first] = of;
  if (!first) return null;
  return <AlertLine level="warn" what={pick(first.text)} why={first.remedy && pick(first.remedy)} />;
}
