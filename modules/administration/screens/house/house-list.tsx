import { localDate } from '@mach/base';
import {
  Button,
  type Column,
  DateField,
  Empty,
  type Issue,
  SearchField,
  Table,
  useKeys,
  useNow,
  usePick,
  useTexts,
} from '@mach/ui';
import { Fragment, type ReactElement, type ReactNode, useState } from 'react';
import { useRemote } from '../api.ts';
import { Issues } from '../issues.tsx';
import { useFreshDrawer } from '../use-fresh-drawer.ts';
import { texts } from './texts.ts';

export interface HouseListProps<R> {
  readonly label: string;
  /** Id of the drawer in which one row is written. */
  readonly drawer: string;
  /** F10: the form without a row. */
  readonly add: { readonly vi: string; readonly en: string };
  readonly rows: readonly R[];
  readonly loading: boolean;
  readonly keyOf: (row: R) => string;
  readonly textOf: (row: R) => string;
  readonly tone?: (row: R) => 'muted' | undefined;
  readonly columns: readonly Column<R>[];
  /** What narrows the list; the button that adds comes after it. */
  readonly tools?: ReactNode;
  readonly issues?: readonly Issue[];
  /** The drawer, made anew each time it is opened. */
  readonly form: (row: R | undefined) => ReactElement;
}

/** One list of the house: what narrows it, F10 for a new row, and a drawer for the row that is open. */
export function HouseList<R>(props: HouseListProps<R>): ReactElement {
  const { add, rows, keyOf, form } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [open, setOpen] = useState<string | null>(null);
  const drawer = useFreshDrawer(props.drawer);
  function show(key: string | null): void {
    setOpen(key);
    drawer.show();
  }
  useKeys([{ chord: 'F10', label: add, run: () => show(null) }]);
  return (
    <>
      <div className="adm-tools">
        {props.tools}
        <Button look="primary" icon="plus" chord="F10" onClick={() => show(null)}>
          {pick(add)}
        </Button>
      </div>
      {props.issues && <Issues of={props.issues} />}
      <Table<R>
        label={props.label}
        rows={rows}
        keyOf={keyOf}
        state={props.loading ? 'loading' : 'ready'}
        selected={drawer.isOpen ? open : null}
        onOpen={(row) => show(keyOf(row))}
        textOf={props.textOf}
        tone={props.tone}
        empty={
          props.tools ? (
            <Empty title={t('nothing')} hint={t('nothingHint')} />
          ) : (
            <Empty title={t('noneYet')} hint={t('noneYetHint')} />
          )
        }
        columns={props.columns}
      />
      <Fragment key={`${drawer.round}/${open ?? 'new'}`}>{form(rows.find((row) => keyOf(row) === open))}</Fragment>
    </>
  );
}

interface DayList<R> {
  readonly today: string;
  readonly rows: readonly R[];
  readonly loading: boolean;
  readonly issues: readonly Issue[];
  readonly tools: ReactElement;
  readonly reload: () => void;
}

/** A code list of the house as it holds on a day, narrowed by what is typed; with the two fields that say so. */
export function useDayList<R>(list: string): DayList<R> {
  const t = useTexts(texts);
  const today = localDate(useNow());
  const [day, setDay] = useState(today);
  const [query, setQuery] = useState('');
  const remote = useRemote<{ rows: readonly R[] }>(
    day === '' ? null : `/api/codes/${list}?q=${encodeURIComponent(query)}&date=${day}&limit=200`,
  );
  return {
    today,
    rows: remote.data?.rows ?? [],
    loading: remote.loading && !remote.data,
    issues: remote.issues,
    reload: () => void remote.reload(),
    tools: (
      <>
        <SearchField label={t('find')} value={query} onChange={setQuery} autoFocus />
        <DateField label={t('onDay')} value={day} onChange={setDay} />
      </>
    ),
  };
}
