import '@mach/ui/list/table.css';
import type { Observation } from '@mach/fhir/types.ts';
import {
  FinishBar,
  flagOf,
  formatDateTime,
  PrinterLine,
  ReadOnlyNote,
  ResultTable,
  Section,
  Skeleton,
  type ResultRow as TableRow,
  useCan,
  useDrawer,
  usePick,
  usePrint,
  useRecord,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { LabRow, ResultRow } from '../contract.ts';
import { CORRECT, CorrectDrawer } from './correct-drawer.tsx';
import { Corrections } from './corrections.tsx';
import { standing } from './sheet.ts';
import { texts } from './texts.ts';
import { useSheets } from './use-sheets.ts';

const tableRow = (one: ResultRow, name: string): TableRow => ({
  key: one.key,
  test: name,
  value: one.text ?? '',
  flag: one.flag ? flagOf(one.flag) : undefined,
  unit: one.unit ?? undefined,
  reference: one.range ?? undefined,
  previous: one.previous ?? undefined,
  at: one.at ?? undefined,
  corrected: one.correctedFrom && one.issued ? { value: one.correctedFrom, at: one.issued } : undefined,
});

export interface DonePageProps {
  readonly row: LabRow;
  readonly onNext: () => void;
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}

/** Validated results: to read, to print, and to correct with a reason. */
export function DonePage({ row, onNext, children }: DonePageProps): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const drawer = useDrawer(CORRECT);
  const [item, setItem] = useState<string | null>(null);
  const { pack } = useSheets([row.service]);
  const { print, printing } = usePrint();
  const own = useView<ResultRow>('lab.results', { order: row.key }, { sort: 'at', limit: 200 });
  const first = useRecord<Observation>('Observation', own.rows[0]?.key);
  if (own.state === 'loading') return children(<Skeleton shape="table" />);
  const rows = [...standing(own.rows).values()];
  const nameOf = (one: ResultRow): string => {
    const known = pack?.analytes.get(one.item ?? '');
    return known ? pick(known.name) : (one.name ?? one.item ?? '');
  };
  const chosen = rows.find((one) => one.item === item && !one.computed);
  const mayCorrect = can('lab.correct');
  const people = (first.record?.performer ?? []).flatMap((one) => one.display ?? []);
  const page = (
    <div className="lab-page">
      <ReadOnlyNote>
        {[t('validatedNote', { time: rows[0]?.issued ? formatDateTime(rows[0].issued) : '—' }), people.at(-1)]
          .filter((part) => part !== undefined)
          .join(' · ')}
      </ReadOnlyNote>
      <Section anchor={1} title={row.name}>
        <ResultTable
          rows={rows.map((one) => tableRow(one, nameOf(one)))}
          onOpen={
            mayCorrect
              ? (one) => {
                  const found = rows.find((r) => r.key === one.key);
                  if (!found || found.computed) return;
                  setItem(found.item);
                  drawer.open();
                }
              : undefined
          }
        />
        {rows
          .filter((one) => one.correctedFrom !== null)
          .map((one) => (
            <Corrections key={one.key} type="Observation" id={one.key} version={one.issued} name={nameOf(one)} />
          ))}
        {mayCorrect && <p className="lab-muted">{t('correctHint')}</p>}
      </Section>
      {chosen && <CorrectDrawer key={`${chosen.key}/${chosen.issued}`} row={row} result={chosen} pack={pack} />}
    </div>
  );
  return children(
    page,
    <FinishBar
      actions={[
        {
          label: { vi: texts.vi.printSheet, en: texts.en.printSheet },
          chord: 'F8',
          icon: 'print',
          busy: printing,
          run: () => void print('lab.sheet', row.encounter),
        },
      ]}
      left={<PrinterLine form="lab.sheet" />}
      finish={{ label: { vi: texts.vi.next, en: texts.en.next }, icon: 'right', run: onNext }}
    />,
  );
}
