import { commandRef } from '@mach/engine/command-ref.ts';

/** Row of the table `exchange.outbox`. */
export interface OutboxMessageRow {
  key: string;
  destination: string;
  kind: string;
  subject: string;
  patient: string | null;
  state: 'pending' | 'sending' | 'accepted' | 'refused' | 'superseded';
  attempts: number;
  createdAt: string;
  deadline: string;
  owner: string;
  receipt: unknown;
  lastError: {
    reason?: string;
    issues?: { code: string; text: { vi: string; en: string }; remedy?: { vi: string; en: string } }[];
  } | null;
}

/** Row of the table `jobs.list`. */
export interface JobRow {
  key: string;
  kind: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  total: number | null;
  startedAt: string | null;
  finishedAt: string | null;
  error: string | null;
}

export const retryMessage = commandRef<{ message: string }, { message: string }>('exchange.retry');

/**
 * Setting: whether the board of the waiting halls (`/tv`) is shown without sign-in. `true`, `false`, or `demo`: only
 * where the people are made up.
 */
export const BOARD_SETTING = 'operations.publicBoard';
