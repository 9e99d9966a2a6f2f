import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTransport } from './provider.tsx';

export interface RecordState<T> {
  readonly record: T | undefined;
  readonly state: 'loading' | 'ready' | 'error' | 'none';
  readonly error: unknown;
  readonly reload: () => void;
}

/** Reads one FHIR record; `undefined` as id means "none chosen yet". */
export function useRecord<T = unknown>(type: string, id: string | undefined): RecordState<T> {
  const transport = useTransport();
  const query = useQuery({
    queryKey: ['record', type, id ?? ''],
    queryFn: ({ signal }) => transport.record<T>(type, id ?? '', signal),
    enabled: id !== undefined,
    staleTime: 15_000,
  });
  return {
    record: query.data,
    state: id === undefined ? 'none' : query.data !== undefined ? 'ready' : query.isError ? 'error' : 'loading',
    error: query.error,
    reload: () => void query.refetch(),
  };
}

/** Tells the cache that records changed by a command of this screen: `refresh('Patient', id)`. */
export function useRefreshRecords(): (type: string, id?: string) => void {
  const client = useQueryClient();
  return (type, id) => void client.invalidateQueries({ queryKey: id ? ['record', type, id] : ['record', type] });
}
