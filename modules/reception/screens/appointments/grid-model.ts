/** The grid of appointments: days or rooms across, times down. Pure. */
import type { SlotRow } from '@mach/appointment/contract.ts';
import { addDays, formatTime, localDate } from '@mach/base/time.ts';

export interface GridColumn {
  key: string;
  /** "T3 24/11" or "305". */
  head: string;
  /** Second line: the doctor. */
  sub: string | null;
}
export interface GridCell {
  slot: SlotRow;
  free: number;
  closed: boolean;
  past: boolean;
}
export interface Grid {
  columns: GridColumn[];
  /** Times of day, "07:30". */
  times: string[];
  /** `time/column` → cell. */
  cells: ReadonlyMap<string, GridCell>;
}

export const cellKey = (time: string, column: string): string => `${time}/${column}`;

/** Monday of the week of a local day. */
export function mondayOf(day: string): string {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -weekday);
}

export const weekOf = (day: string): string[] => Array.from({ length: 7 }, (_, n) => addDays(mondayOf(day), n));

/** `columnOf` says where a slot stands: its day, or its room. */
export function gridOf(
  slots: readonly SlotRow[],
  columns: readonly GridColumn[],
  columnOf: (slot: SlotRow) => string,
  now: string,
): Grid {
  const known = new Set(columns.map((column) => column.key));
  const cells = new Map<string, GridCell>();
  const times = new Set<string>();
  for (const slot of slots) {
    const column = columnOf(slot);
    if (!known.has(column)) continue;
    const time = formatTime(slot.startAt);
    const key = cellKey(time, column);
    const closed = slot.status === 'busy-unavailable';
    const before = cells.get(key);
    // Two rosters of one room at one time: the open one is shown.
    if (before && (closed || (!before.closed && before.free >= slot.places - slot.booked))) continue;
    times.add(time);
    cells.set(key, { slot, free: Math.max(0, slot.places - slot.booked), closed, past: slot.endAt <= now });
  }
  return { columns: [...columns], times: [...times].sort(), cells };
}

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

/** Where an arrow leads from a cell: the next one in that direction that exists. */
export function step(grid: Grid, from: string, arrow: Arrow): string | undefined {
  const [time = '', column = ''] = from.split('/');
  const row = grid.times.indexOf(time);
  const at = grid.columns.findIndex((one) => one.key === column);
  const [down, right] = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, 0],
    End: [0, 0],
  }[arrow] as [number, number];
  if (arrow === 'Home' || arrow === 'End') {
    const rows = arrow === 'Home' ? grid.times : grid.times.toReversed();
    const found = rows.find((one) => grid.cells.has(cellKey(one, column)));
    return found && cellKey(found, column);
  }
  for (
    let [r, c] = [row + down, at + right];
    grid.times[r] !== undefined && grid.columns[c] !== undefined;
    r += down, c += right
  ) {
    const key = cellKey(grid.times[r] ?? '', grid.columns[c]?.key ?? '');
    if (grid.cells.has(key)) return key;
  }
  return undefined;
}

/** The cell that a grid opens with: the first one that can still be booked. */
export function firstOpen(grid: Grid): string | undefined {
  for (const column of grid.columns)
    for (const time of grid.times) {
      const cell = grid.cells.get(cellKey(time, column.key));
      if (cell && cell.free > 0 && !cell.closed && !cell.past) return cellKey(time, column.key);
    }
  return grid.cells.keys().next().value;
}

export const dayOfSlot = (slot: SlotRow): string => localDate(slot.startAt);
