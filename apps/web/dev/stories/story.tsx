import { type DataState, Stated, Unreachable } from '@mach/ui';
import type { ReactElement } from 'react';

/** The states that every component must have, and the words under which the workbench shows them. */
export const STATES = {
  full: 'Đủ',
  empty: 'Rỗng',
  loading: 'Đang tải',
  stale: 'Số liệu cũ',
  offline: 'Mất mạng',
  readOnly: 'Chỉ đọc',
  error: 'Lỗi',
  worst: 'Chữ xấu nhất',
} as const;

export type StateName = keyof typeof STATES;

export interface Story {
  /** As in the inventory of the design language, §9. */
  readonly name: string;
  /** The keys of the component, and what each does. */
  readonly keys: readonly (readonly [chord: string, what: string])[];
  readonly states: Readonly<Record<StateName, () => ReactElement>>;
  /** Further looks: "Trẻ em", "Đã mất". */
  readonly more?: Readonly<Record<string, () => ReactElement>>;
  /** Covers the page when it is open: drawn only when the workbench is asked for this story alone. */
  readonly over?: boolean;
}

export const LIST_KEYS = [
  ['↑ ↓', 'đi từng dòng'],
  ['Enter', 'mở'],
  ['Space', 'xem nhanh'],
] as const;
export const GRID_KEYS = [
  ['↑ ↓ ← →', 'đi từng ô'],
  ['Home End', 'đầu, cuối dòng'],
  ['Enter', 'mở ô'],
] as const;

const unreachable = new Unreachable('workbench');
export const nothing = (): void => undefined;

/** The states of a component that carries them itself (`DataState`). */
export function dataStates(
  render: (state: DataState, how: { readonly nothing: boolean; readonly readOnly: boolean }) => ReactElement,
  worst: () => ReactElement,
): Story['states'] {
  const shown = { nothing: false, readOnly: false };
  return {
    full: () => render({}, shown),
    empty: () => render({}, { ...shown, nothing: true }),
    loading: () => render({ state: 'loading' }, { ...shown, nothing: true }),
    stale: () => render({ staleAt: '06:52', onRetry: nothing }, shown),
    offline: () => render({ offline: true }, shown),
    readOnly: () => render({}, { ...shown, readOnly: true }),
    error: () => render({ state: 'error', error: unreachable, onRetry: nothing }, { ...shown, nothing: true }),
    worst,
  };
}

/** The states of a component that shows one thing it is given: they are drawn around it, as screens draw them. */
export function around(parts: {
  readonly full: () => ReactElement;
  readonly empty: () => ReactElement;
  readonly readOnly: () => ReactElement;
  readonly worst: () => ReactElement;
  readonly shape?: 'rows' | 'lines' | 'table' | 'card';
}): Story['states'] {
  const { full, empty, readOnly, worst, shape = 'lines' } = parts;
  const wrapped = (state: DataState, none: boolean) => (
    <Stated {...state} shape={shape} nothing={none} nothingTitle="—">
      {full()}
    </Stated>
  );
  return {
    full,
    empty,
    readOnly,
    worst,
    loading: () => wrapped({ state: 'loading' }, true),
    stale: () => wrapped({ staleAt: '06:52', onRetry: nothing }, false),
    offline: () => wrapped({ offline: true }, false),
    error: () => wrapped({ state: 'error', error: unreachable, onRetry: nothing }, true),
  };
}
