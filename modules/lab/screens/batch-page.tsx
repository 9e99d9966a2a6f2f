import '@mach/ui/list/table.css';
import {
  AlertLine,
  Empty,
  FinishBar,
  type Flag,
  flagOf,
  formatTime,
  ResultValue,
  ScanField,
  type ScanRoute,
  Section,
  Skeleton,
  scanSound,
  toast,
  useCommand,
  useDraft,
  useNow,
  usePick,
  useScan,
  useTexts,
} from '@mach/ui';
import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import { type EnterResultsInput, type EnterResultsResult, enterResults, type LabRow } from '../contract.ts';
import { parseLabelCode } from '../rules/label-code.ts';
import { ageDaysOf, ageYearsOf } from '../rules/person.ts';
import { itemsOf } from '../rules/tests.ts';
import { Question } from './grid.tsx';
import { faultyItems, type ReadLine, readLines } from './lines.ts';
import { texts } from './texts.ts';
import { useSheets } from './use-sheets.ts';

/** More columns than a rack is written in: those tests are entered one sheet at a time. */
const MOST_ITEMS = 4;

interface Draft {
  /** Order → item → what was typed. */
  readonly typed: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Orders whose tube was scanned here. */
  readonly scanned: readonly string[];
}
const EMPTY: Draft = { typed: {}, scanned: [] };

const inputOf = (order: string): HTMLInputElement | null =>
  document.querySelector<HTMLInputElement>(`input.lab-value[data-order="${CSS.escape(order)}"]`);

/**
 * One test of many people: scan a tube, type its value, scan the next. Saved together, as preliminary results: each is
 * validated on its own sheet, where the last value, the change and the call of a critical one stand.
 */
export function BatchPage(props: {
  readonly service: string;
  /** Orders of this test that lie on the bench. */
  readonly rows: readonly LabRow[];
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}): ReactElement {
  const { service, rows, children } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const draft = useDraft<Draft>(`lab-batch:${service}`, EMPTY);
  const { pack } = useSheets([service]);
  const [strange, setStrange] = useState<string>();
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [saving, setSaving] = useState(false);
  const scanField = useRef<HTMLInputElement>(null);
  const enter = useCommand<EnterResultsInput, EnterResultsResult>(enterResults.name);

  function takeTube(code: string): void {
    const label = parseLabelCode(code.trim());
    const row = rows.find((one) => one.specimen !== null && one.specimen === label);
    setStrange(row ? undefined : label);
    if (!row) {
      scanSound(false);
      return;
    }
    draft.set((old) => (old.scanned.includes(row.key) ? old : { ...old, scanned: [...old.scanned, row.key] }));
    inputOf(row.key)?.focus();
  }
  const routes: ScanRoute[] = [
    {
      label: { vi: texts.vi.label, en: texts.en.label },
      accepts: (code) => parseLabelCode(code) !== undefined,
      run: takeTube,
    },
  ];
  useScan(routes);

  if (!pack) return children(<Skeleton shape="table" count={6} />);
  const name = rows[0]?.name ?? service;
  const items = itemsOf(pack, service, name).filter((item) => !item.computed);
  if (items.length > MOST_ITEMS)
    return children(<Empty icon="flask" title={t('batchTooWide', { test: name })} hint={t('batchTooWideHint')} />);

  const bench = rows.map((row) => {
    const at = row.collectedAt ?? now;
    const ageDays = ageDaysOf(row.birthDate ?? undefined, at);
    const sex = row.gender === 'male' || row.gender === 'female' ? row.gender : undefined;
    const lines = readLines(items, draft.value.typed[row.key] ?? {}, new Map(), {
      pack,
      person: ageDays === undefined ? undefined : { ageDays, sex },
      ageYears: ageYearsOf(row.birthDate ?? undefined, at),
      at,
    });
    const filled = lines.filter((line) => line.typed.trim() !== '');
    return { row, lines, filled, scanned: draft.value.scanned.includes(row.key) };
  });
  const filled = bench.filter((one) => one.filled.length > 0);
  const unnamed = filled.filter((one) => !one.scanned);
  const faulty = filled.filter((one) => faultyItems(one.lines).length > 0);
  const critical = filled.filter((one) => one.lines.some((line) => line.judged?.critical));

  async function save(): Promise<void> {
    if (saving || filled.length === 0 || unnamed.length > 0 || faulty.length > 0) return;
    setSaving(true);
    const wrong: Record<string, string> = {};
    let saved = 0;
    for (const { row, filled: values } of filled) {
      const done = await enter.run({
        order: row.key,
        patient: row.patient,
        ...(row.specimen === null ? {} : { specimen: row.specimen }),
        values: values.map((line) => ({ item: line.item.code, value: line.typed })),
      });
      if (!done) {
        wrong[row.key] = t('batchRefused');
        continue;
      }
      saved++;
      draft.set((old) => ({
        typed: Object.fromEntries(Object.entries(old.typed).filter(([order]) => order !== row.key)),
        scanned: old.scanned.filter((order) => order !== row.key),
      }));
    }
    setRefused(wrong);
    setSaving(false);
    if (saved > 0) toast({ text: t('batchSaved', { n: saved }) });
    scanField.current?.focus();
  }

  function type(order: string, item: string, text: string): void {
    draft.set((old) => ({
      ...old,
      typed: { ...old.typed, [order]: { ...old.typed[order], [item]: text } },
    }));
  }
  function move(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey) return;
    const step = event.key === 'Enter' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const inputs = [...document.querySelectorAll<HTMLInputElement>('.lab-batch input.lab-value')];
    inputs[inputs.indexOf(event.currentTarget) + step]?.focus();
  }

  const page = (
    <div className="lab-page">
      <Section anchor={1} title={t('batchOf', { test: name })}>
        <ScanField label={t('scanSample')} placeholder={t('scanSample')} inputRef={scanField} routes={routes} />
        {strange !== undefined && (
          <AlertLine level="stop" what={t('batchStrange', { code: strange })} why={t('batchStrangeHint')} />
        )}
        {critical.length > 0 && (
          <AlertLine
            level="warn"
            what={t('batchCritical', { names: critical.map((one) => one.row.patientName ?? '').join(', ') })}
            why={t('batchCriticalHint')}
          />
        )}
        <div className="lab-gridbox">
          <table className="m-table lab-grid lab-batch">
            <thead>
              <tr>
                <th scope="col">{t('batchPerson')}</th>
                <th scope="col">{t('label')}</th>
                {items.map((item) => (
                  <th key={item.code} scope="col">
                    {pick(item.analyte.name)} {item.analyte.unit && <small>{item.analyte.unit}</small>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {bench.map(({ row, lines, scanned }) => (
                <tr key={row.key} className={lines.some((one) => one.judged?.critical) ? 'm-tr m-tr-critical' : 'm-tr'}>
                  <th scope="row">
                    {row.patientName} <span className="lab-item-code">{row.birthDate?.slice(0, 4)}</span>
                    {refused[row.key] && (
                      <span className="lab-fault" role="alert">
                        {refused[row.key]}
                      </span>
                    )}
                  </th>
                  <td className="lab-batch-tube" data-scanned={scanned || undefined}>
                    <span className="m-code">{row.specimen ?? '—'}</span>
                    <small>{t(scanned ? 'batchScanned' : row.resultsEntered > 0 ? 'toValidate' : 'batchToScan')}</small>
                  </td>
                  {lines.map((line) => (
                    <Value key={line.item.code} {...{ row, line, move, type }} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
    </div>
  );
  const missing = [
    ...unnamed.map(({ row }) => ({
      text: t('batchUnnamed', { name: row.patientName ?? '' }),
      go: () => scanField.current?.focus(),
    })),
    ...faulty.map(({ row }) => ({
      text: t('notUnderstood', { item: row.patientName ?? '' }),
      go: () => inputOf(row.key)?.focus(),
    })),
  ];
  return children(
    page,
    <FinishBar
      missing={missing}
      saved={draft.savedAt && t('draftKept', { time: formatTime(draft.savedAt) })}
      finish={{
        label: { vi: texts.vi.batchSave, en: texts.en.batchSave },
        busy: saving,
        disabled: filled.length === 0 || missing.length > 0,
        run: () => void save(),
      }}
    />,
  );
}

function Value(props: {
  readonly row: LabRow;
  readonly line: ReadLine;
  readonly move: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly type: (order: string, item: string, text: string) => void;
}): ReactElement {
  const { row, line, move, type } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [typing, setTyping] = useState(false);
  const { item, reading, judged } = line;
  const flag: Flag = judged?.flag ? flagOf(judged.flag) : 'normal';
  const bad = reading !== undefined && !reading.ok && !typing;
  return (
    <td className="lab-grid-value">
      <input
        className={bad ? 'm-input lab-value lab-value-bad' : 'm-input lab-value'}
        aria-label={t('batchValueOf', { name: row.patientName ?? '', item: pick(item.analyte.name) })}
        aria-invalid={bad || undefined}
        inputMode={item.analyte.kind === 'quantity' ? 'decimal' : 'text'}
        autoComplete="off"
        spellCheck={false}
        value={line.typed}
        onChange={(event) => type(row.key, item.code, event.target.value)}
        onFocus={(event) => {
          setTyping(true);
          event.target.select();
        }}
        onBlur={() => setTyping(false)}
        onKeyDown={move}
        data-order={row.key}
      />{' '}
      {judged && <ResultValue value={judged.text} flag={flag} />}
      <Question line={line} typing={typing} onChoose={(text) => type(row.key, item.code, text)} refused={[]} />
    </td>
  );
}
