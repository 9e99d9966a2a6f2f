import { type CallRow, type QueueEntry, type QueueRules, roomQueue, type TodayRow } from '@mach/reception/contract.ts';
import { localDate, useCodes, useView } from '@mach/ui';
import { useMemo } from 'react';
import type { QueueRow } from '../../../contract.ts';
import { isUrgent } from './order.ts';

/** Place, wait and absences of everybody who waits in a room, in the order of the board; undefined until it is known. */
export type Line = ReadonlyMap<string, Pick<QueueEntry<TodayRow>, 'ahead' | 'wait' | 'absent'>>;

/** The fair order of one room, by the very rules by which the board calls. */
export function useLine(room: string | null, day: string, rows: readonly QueueRow[]): Line | undefined {
  const enabled = room !== null;
  const codes = useCodes('queue-rules', 'queue', { date: localDate(day), enabled });
  const rules = codes.rows.find((row) => row.code === 'queue')?.data as QueueRules | undefined;
  const today = useView<TodayRow>(
    'reception.today',
    { 'arrivedAt.from': day, room: room ?? '' },
    { sort: '-arrivedAt', limit: 500, enabled },
  );
  const calls = useView<CallRow>(
    'reception.calls',
    { 'at.from': day, room: room ?? '' },
    { sort: '-at', limit: 500, enabled },
  );
  return useMemo(() => {
    if (!rules || !enabled || today.state !== 'ready') return undefined;
    const urgent = new Set(rows.filter(isUrgent).map((row) => row.key));
    const line = roomQueue(today.rows, calls.rows, rules, (row) => row.state === 'waiting' && urgent.has(row.key));
    return new Map(line.map(({ row, ahead, wait, absent }) => [row.key, { ahead, wait, absent }]));
  }, [rules, enabled, today.state, today.rows, calls.rows, rows]);
}
