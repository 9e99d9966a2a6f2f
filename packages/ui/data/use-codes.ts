import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTransport } from './provider.tsx';
import type { CodeRow } from './transport.ts';

export interface CodesOptions {
  /** The date on which the codes must be in force. */
  readonly date?: string;
  readonly limit?: number;
  readonly enabled?: boolean;
}

export interface Codes {
  readonly rows: readonly CodeRow[];
  readonly searching: boolean;
  readonly error: unknown;
}

/** Searches a code list (`icd10`, `service`, `drug`, `unit`) as people type; best first. */
export function useCodes(list: string, q: string, options: CodesOptions = {}): Codes {
  const { date, limit = 20, enabled = true } = options;
  const transport = useTransport();
  const query = useQuery({
    queryKey: ['codes', list, q.trim(), date ?? '', limit],
    queryFn: ({ signal }) => transport.codes(list, { q: q.trim(), date, limit }, signal),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
  });
  return { rows: query.data ?? [], searching: query.isFetching, error: query.error };
}
