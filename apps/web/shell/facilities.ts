import { issuesOf, request, toast, usePick, useSession } from '@mach/ui';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Told to the other tabs of this browser: they have one session with this one. */
const MARK = 'mach.facility';

interface Place {
  readonly code: string;
  readonly name: string;
  readonly here: boolean;
}

/**
 * The other facilities where this person works, each with the way there: the page is begun anew, so that nothing of one
 * facility (rows, drafts, open patients) stands on a screen of the other; also in the other tabs.
 */
export function useFacilities(): readonly { readonly code: string; readonly name: string; readonly go: () => void }[] {
  const { user, facility } = useSession();
  const pick = usePick();
  const { data } = useQuery({
    queryKey: ['facilities', facility.code, user.account],
    queryFn: ({ signal }) => request<{ facilities: readonly Place[] }>('/api/session/facilities', { signal }),
  });
  useEffect(() => {
    const changed = ({ key, newValue }: StorageEvent): void => {
      if (key === MARK && newValue !== null && newValue !== facility.code) location.assign('/');
    };
    addEventListener('storage', changed);
    return () => removeEventListener('storage', changed);
  }, [facility.code]);

  async function go(code: string): Promise<void> {
    try {
      await request('/api/session/facility', { method: 'POST', body: { facility: code } });
    } catch (error) {
      const [first] = issuesOf(error);
      if (first)
        toast({ text: [first.text, first.remedy].flatMap((one) => (one ? [pick(one)] : [])).join('. '), tone: 'warn' });
      return;
    }
    try {
      localStorage.setItem(MARK, code);
    } catch {
      // Without storage the other tabs find out with their next request.
    }
    location.assign('/');
  }
  return (data?.facilities ?? [])
    .filter((one) => !one.here)
    .map(({ code, name }) => ({ code, name, go: () => void go(code) }));
}
