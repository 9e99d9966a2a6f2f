import type { Issue } from '@mach/base';
import { useMemo, useRef, useState } from 'react';
import { type IssuesByField, issuesByField, issuesOf } from './issues.ts';
import type { Envelope, KeepRequest } from './kept.ts';
import { useTransport } from './provider.tsx';
import { RequestProblem, Unreachable } from './transport.ts';

export interface CommandOptions<T> {
  readonly onDone?: (result: T) => void;
  /**
   * For what has happened and may be told later: how the act is kept on the device when the server does not answer. It
   * keeps its idempotency key and its time, so it is done once, whatever became of the first attempt.
   */
  readonly keep?: (input: never) => Omit<KeepRequest, 'command' | 'input' | 'key' | 'envelope'> | undefined;
  /** The act waits on this device. */
  readonly onKept?: () => void;
  /** Called after a refusal or a failure; the issues also stand in the answer of the hook. */
  readonly onFailed?: (issues: readonly Issue[]) => void;
}

export interface Command<I, T> {
  /** Sends the command. Answers its result, or `undefined` when it was refused or not confirmed. */
  readonly run: (input: I, envelope?: Envelope) => Promise<T | undefined>;
  readonly running: boolean;
  readonly result: T | undefined;
  readonly issues: readonly Issue[];
  /** Issues by dotted field path (`lines.2.dose`); `''` holds those of the whole. */
  readonly issuesByField: IssuesByField;
  /** The server did not answer: sending the same input again repeats the same deed, not a second one. */
  readonly unconfirmed: boolean;
  readonly reset: () => void;
}

interface State<T> {
  readonly running: boolean;
  readonly result?: T;
  readonly error?: unknown;
}

/**
 * A command of the server. One intent keeps one idempotency key: while the same input is retried
 * after an unanswered attempt the key stays, so that a prescription is never sent twice.
 *
 * `const sign = useCommand<SignInput, SignResult>('encounter.sign', { onDone: () => next() })`
 */
export function useCommand<I = unknown, T = unknown>(name: string, options: CommandOptions<T> = {}): Command<I, T> {
  const transport = useTransport();
  const [state, setState] = useState<State<T>>({ running: false });
  const attempt = useRef<{ input: string; key: string } | null>(null);
  const latest = useRef(options);
  latest.current = options;

  const issues = useMemo(() => (state.error === undefined ? [] : issuesOf(state.error)), [state.error]);
  const byField = useMemo(() => issuesByField(issues), [issues]);

  async function run(input: I, envelope?: Envelope): Promise<T | undefined> {
    const text = JSON.stringify([input, envelope]);
    if (attempt.current?.input !== text) attempt.current = { input: text, key: crypto.randomUUID() };
    const { key } = attempt.current;
    setState({ running: true });
    const since = new Date().toISOString();
    const kept = transport.away && latest.current.keep?.(input as never);
    try {
      const { result } = await transport.command<T>(name, input, key, envelope, kept !== undefined);
      attempt.current = null;
      if (kept)
        transport.away?.told({
          ...kept,
          command: name,
          input: input as object,
          key,
          envelope: { performedAt: since, ...envelope },
        });
      setState({ running: false, result });
      latest.current.onDone?.(result);
      return result;
    } catch (failure) {
      let error: unknown = failure;
      if (error instanceof Unreachable && kept && transport.away) {
        try {
          const at: Envelope = { performedAt: since, ...envelope };
          await transport.away.keep({ ...kept, command: name, input: input as object, key, envelope: at });
          attempt.current = null;
          setState({ running: false });
          latest.current.onKept?.();
          return undefined;
        } catch (full) {
          error = full;
        }
      }
      // A refusal is an answer: the next attempt is a new intent. No answer: keep the key.
      if (error instanceof RequestProblem && error.status < 500) attempt.current = null;
      setState({ running: false, error });
      latest.current.onFailed?.(issuesOf(error));
      return undefined;
    }
  }

  return {
    run,
    running: state.running,
    result: state.result,
    issues,
    issuesByField: byField,
    unconfirmed: state.error instanceof Unreachable,
    reset: () => setState({ running: false }),
  };
}
