import type { ReactElement, ReactNode } from 'react';
import { Chip } from '../base/chip.tsx';
import type { View } from '../data/use-view.ts';
import { Worklist, type WorklistProps } from '../list/worklist.tsx';
import { WorkspaceFrame } from './frame.tsx';
import './list-frame.css';
import type { WorkspaceFrameProps } from './types.ts';

/** One way to look at the list. With a count it asks for attention while there is something. */
export interface ListChoice {
  readonly key: string;
  readonly label: string;
  readonly count?: number;
}

export interface ListFrameProps<R> extends Omit<WorkspaceFrameProps, 'list' | 'listTools' | 'listCount'> {
  readonly view: View<R>;
  /** The rows in the order and choice of the screen; default: those of the view. */
  readonly rows?: readonly R[];
  readonly worklist: Omit<
    WorklistProps<R>,
    'rows' | 'state' | 'error' | 'stale' | 'loadedAt' | 'onRetry' | 'hasMore' | 'onMore'
  >;
  readonly choices?: readonly ListChoice[];
  readonly choice?: string;
  readonly onChoice?: (key: string) => void;
  /** Buttons behind the choices. */
  readonly tools?: ReactNode;
  /** Another list in the place of this one, with its count. */
  readonly instead?: { readonly list: ReactNode; readonly count: number } | undefined;
}

/** A desk that works off a list: choices and tools over the rows of one view, the open one beside them. */
export function ListFrame<R>(props: ListFrameProps<R>): ReactElement {
  const { view, rows = view.rows, worklist, choices = [], choice, onChoice, tools, instead, ...frame } = props;
  return (
    <WorkspaceFrame
      {...frame}
      listCount={instead ? instead.count : rows.length}
      listTools={
        <div className="m-list-tools">
          {choices.map(({ key, label, count }) => (
            <Chip key={key} pressed={choice === key} tone={count ? 'warn' : 'neutral'} onClick={() => onChoice?.(key)}>
              {label} {count ? count : false}
            </Chip>
          ))}
          {tools}
        </div>
      }
      list={
        instead ? (
          instead.list
        ) : (
          <Worklist
            {...worklist}
            rows={rows}
            state={view.state}
            error={view.error}
            stale={view.stale}
            loadedAt={view.loadedAt}
            onRetry={view.reload}
            hasMore={view.hasMore}
            onMore={view.loadMore}
          />
        )
      }
    />
  );
}
