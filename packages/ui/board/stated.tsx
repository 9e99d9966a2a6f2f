import type { ReactElement, ReactNode } from 'react';
import { Empty, ErrorState, OfflineNote, Skeleton, type SkeletonProps, StaleNote } from '../base/states.tsx';

/** The states that everything which shows data has (design language §10); `useView` answers most of them. */
export interface DataState {
  readonly state?: 'loading' | 'error' | 'ready';
  readonly error?: unknown;
  readonly onRetry?: () => void;
  /** Time of what is shown ("06:52") while nothing newer can be had. */
  readonly staleAt?: string;
  readonly offline?: boolean;
  /** Replaces the component's own words for "nothing here". */
  readonly empty?: ReactNode;
}

interface StatedProps extends DataState {
  readonly shape?: SkeletonProps['shape'];
  readonly nothing: boolean;
  /** What belongs here. */
  readonly nothingTitle: string;
  readonly children: ReactNode;
}

/** Draws the state instead of, or above, what it is the state of: old data stay on the screen, an error never hides them. */
export function Stated(props: StatedProps): ReactElement {
  const { state = 'ready', error, onRetry, staleAt, offline, empty, shape = 'rows', nothing, nothingTitle } = props;
  if (state === 'loading' && nothing) return <Skeleton shape={shape} />;
  return (
    <>
      {offline && <OfflineNote />}
      {staleAt !== undefined && <StaleNote at={staleAt} onReload={onRetry} />}
      {state === 'error' && <ErrorState error={error} onRetry={onRetry} />}
      {nothing ? state !== 'error' && (empty ?? <Empty title={nothingTitle} />) : props.children}
    </>
  );
}
