import { QueryClient } from '@tanstack/react-query';
import { NotKept, Unreachable } from './transport.ts';

/**
 * The one cache. Views are kept true by the live stream, so nothing is fetched again on focus; a
 * refusal of the server is an answer and is not retried.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      // The device may say that it has no network while its own server answers, and has kept rows to show when it does not.
      networkMode: 'always',
      refetchOnReconnect: false,
      retry: (count, error) => error instanceof Unreachable && !(error instanceof NotKept) && count < 3,
      retryDelay: (count) => Math.min(500 * 2 ** count, 4000),
    },
  },
});
