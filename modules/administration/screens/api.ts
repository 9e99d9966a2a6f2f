import { type Issue, issuesOf, request } from '@mach/ui';
import { useCallback, useEffect, useRef, useState } from 'react';

/** A table of a large house takes its time to be tried, ms. */
const PATIENCE_MS = 120_000;

type Method = 'GET' | 'POST' | 'DELETE';

/** One request beside commands and views: of one's own account, of the administration. */
export const call = <T = undefined>(method: Method, path: string, body?: object): Promise<T> =>
  request<T>(path, { method, body, timeoutMs: PATIENCE_MS });

export interface Remote<T> {
  readonly data: T | undefined;
  readonly issues: readonly Issue[];
  readonly loading: boolean;
  readonly reload: () => Promise<void>;
}

/** What a path answers, and again when asked. Null: nothing is asked. */
export function useRemote<T>(path: string | null): Remote<T> {
  const [state, setState] = useState<{ path: string | null; data?: T; issues: readonly Issue[] }>({
    path: null,
    issues: [],
  });
  const asked = useRef(0);
  const reload = useCallback(async () => {
    if (path === null) return;
    const turn = ++asked.current;
    try {
      const data = await call<T>('GET', path);
      if (turn === asked.current) setState({ path, data, issues: [] });
    } catch (error) {
      if (turn === asked.current) setState((now) => ({ ...now, path, issues: issuesOf(error) }));
    }
  }, [path]);
  useEffect(() => {
    void reload();
    return () => {
      asked.current++;
    };
  }, [reload]);
  const mine = state.path === path;
  return {
    data: mine ? state.data : undefined,
    issues: mine ? state.issues : [],
    loading: path !== null && !mine,
    reload,
  };
}

export interface Act {
  readonly busy: boolean;
  readonly issues: readonly Issue[];
  readonly of: (field: string) => readonly Issue[];
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** One deed at a time, with what the server said of it. */
export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  async function run(work: () => Promise<void>): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setIssues([]);
    try {
      await work();
      return true;
    } catch (error) {
      setIssues(issuesOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, issues, of: (field) => issues.filter((issue) => issue.field === field), run };
}
