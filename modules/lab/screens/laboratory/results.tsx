import {
  AlertLine,
  Button,
  Chip,
  FinishBar,
  formatTime,
  type Missing,
  Section,
  TextField,
  toast,
  useCommand,
  useDraft,
  useNow,
  usePick,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, type ReactNode, useRef, useState } from 'react';
import {
  type EnterResultsInput,
  type EnterResultsResult,
  enterResults,
  type LabRow,
  type ResultRow,
  type ValidateResultsInput,
  type ValidateResultsResult,
  validateResults,
} from '../../contract.ts';
import { type Call, CallBack, callOf, NO_CALL } from '../call-back.tsx';
import { texts } from '../texts.ts';
import { type Cell, type Sheet, sheetFor, type Typed } from './cell.ts';
import { Reject } from './reject.tsx';
import { ResultLine } from './result-line.tsx';
import { type Sheets, stageOf } from './work.ts';

/** Rows of results of one person that are looked at for the last value, newest first. */
const LOOK_BACK = 400;

/** Nhập kết quả, duyệt (journeys a9): one grid for the open orders of a visit. */
export function Results(props: {
  readonly rows: readonly LabRow[];
  readonly sheets: Sheets;
  readonly name: string;
  readonly ident: string;
  readonly identOk: boolean;
  /** Labels of tubes that were scanned on this page: they name their orders. */
  readonly tubes: ReadonlySet<string>;
  readonly identity: ReactNode;
  readonly toIdentity: () => void;
  readonly onAllDone: () => void;
  readonly children: (page: ReactElement, finish: ReactElement) => ReactElement;
}): ReactElement {
  const { rows, sheets, name, ident, identOk, tubes, identity, toIdentity, onAllDone, children } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const patient = rows[0]?.patient ?? '';
  const encounter = rows[0]?.encounter ?? '';
  const results = useView<ResultRow>('lab.results', { patientId: patient }, { sort: '-at', limit: LOOK_BACK });
  const draft = useDraft<Typed>(`lab:${encounter}`, {});
  const [call, setCall] = useState<Call>(NO_CALL);
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const [rejecting, setRejecting] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const callTo = useRef<HTMLInputElement>(null);
  const enter = useCommand<EnterResultsInput, EnterResultsResult>(enterResults.name);
  const validate = useCommand<ValidateResultsInput, ValidateResultsResult>(validateResults.name);

  const all = rows.map((row) => sheetFor(row, sheets, draft.value, results.rows, now));
  const open = all.filter((sheet) => stageOf(sheet.row) !== 'done');
  const done = all.filter((sheet) => stageOf(sheet.row) === 'done');
  const dirty = open.filter((sheet) => sheet.dirty.length > 0);
  const bad = open.flatMap((sheet) => sheet.bad);
  const named = ({ row }: Sheet): boolean => identOk || (row.specimen !== null && tubes.has(row.specimen));
  const reasonOf = ({ row }: Sheet): string => (reasons[row.key] ?? '').trim();
  const entered = open.filter((sheet) => stageOf(sheet.row) === 'validate');
  const ready = entered.filter((sheet) => sheet.missing.length === 0 || reasonOf(sheet).length >= 2);
  const criticals = open.flatMap((sheet) => sheet.cells).filter((cell) => cell.critical);
  const mustCall = ready.some((sheet) => sheet.cells.some((cell) => cell.critical));
  const saving = dirty.length > 0;
  const callback = callOf(call);

  const focus = (cell: Cell | undefined): void => {
    if (cell) grid.current?.querySelector<HTMLElement>(`[data-lab-cell="${CSS.escape(cell.key)}"]`)?.focus();
  };
  function move(from: Cell, by: 1 | -1): void {
    const inputs = [...(grid.current?.querySelectorAll<HTMLElement>('[data-lab-cell]') ?? [])];
    const at = inputs.findIndex((one) => one.dataset.labCell === from.key);
    inputs[at + by]?.focus();
  }
  function type(cell: Cell, text: string): void {
    draft.set((before) => ({ ...before, [cell.key]: text }));
  }

  async function save(): Promise<void> {
    if (bad.length > 0) return focus(bad[0]);
    setFailed(null);
    for (const sheet of dirty) {
      if (!named(sheet)) return toIdentity();
      const { row } = sheet;
      const scanned = row.specimen !== null && tubes.has(row.specimen) ? row.specimen : undefined;
      const kept = await enter.run({
        order: row.key,
        // The label of the tube stands for the person: the server checks that it is this order's own.
        patient: identOk ? ident.trim() : row.patient,
        ...(scanned === undefined ? {} : { specimen: scanned }),
        values: sheet.dirty.map((cell) => ({ item: cell.item.code, value: cell.text.trim() })),
      });
      if (!kept) return setFailed(row.key);
      const sent = new Set(sheet.dirty.map((cell) => cell.key));
      draft.set((before) => Object.fromEntries(Object.entries(before).filter(([key]) => !sent.has(key))));
      results.reload();
    }
  }

  async function release(): Promise<void> {
    if (mustCall && !callback) return callTo.current?.focus();
    setFailed(null);
    for (const sheet of ready) {
      const critical = sheet.cells.some((cell) => cell.critical);
      const released = await validate.run({
        order: sheet.row.key,
        ...(critical && callback ? { callback } : {}),
        ...(sheet.missing.length > 0 ? { incompleteReason: reasonOf(sheet) } : {}),
      });
      if (!released) return setFailed(sheet.row.key);
    }
    toast({ text: t('validated', { n: ready.length, name }) });
    if (ready.length === open.length) {
      draft.discard();
      onAllDone();
    }
  }

  const missing: Missing[] = [
    ...bad.map((cell) => ({ text: t('unreadable', { item: pick(cell.item.analyte.name) }), go: () => focus(cell) })),
    ...(saving && dirty.some((sheet) => !named(sheet)) ? [{ text: t('missingSample'), go: toIdentity }] : []),
    ...(!saving && mustCall && !callback ? [{ text: t('missingCall'), go: () => callTo.current?.focus() }] : []),
    ...open
      .filter((sheet) => sheet.missing.length > 0 && !ready.includes(sheet))
      .map((sheet) => {
        const empty = sheet.missing.filter((cell) => !cell.dirty);
        return { sheet, empty };
      })
      .filter(({ empty }) => empty.length > 0)
      .map(({ sheet, empty }) => ({
        text: t('missingItems', { n: empty.length, test: sheet.row.name }),
        go: () => focus(empty[0]),
      })),
  ];
  const label = saving || ready.length === 0 ? 'saveResults' : 'validate';
  const disabled = saving
    ? bad.length > 0 || dirty.some((sheet) => !named(sheet))
    : ready.length === 0 || bad.length > 0 || (mustCall && !callback);

  const page = (
    <div className="lab-page" ref={grid}>
      {open.length > 0 && identity}
      {[...enter.issues, ...validate.issues].map((issue) => (
        <AlertLine
          key={`${issue.code}${issue.field ?? ''}`}
          level="stop"
          what={`${rows.find((row) => row.key === failed)?.name ?? ''}: ${pick(issue.text)}`}
          why={issue.remedy && pick(issue.remedy)}
        />
      ))}
      {criticals.length > 0 && (
        <CallBack
          lines={criticals.map((cell) => `${pick(cell.item.analyte.name)}: ${cell.shown} ${cell.item.analyte.unit}`)}
          doctor={rows[0]?.requesterName ?? null}
          call={call}
          onChange={setCall}
          fieldRef={callTo}
        />
      )}
      {[...open, ...done].map((sheet, i) => {
        const { row } = sheet;
        const stage = stageOf(row);
        return (
          <Section
            key={row.key}
            anchor={i < 9 ? i + 1 : undefined}
            title={row.name}
            side={
              <>
                {row.specimen && <span className="m-code lab-muted">{row.specimen}</span>}
                {row.receivedAt && (
                  <span className="lab-muted">{t('received', { time: formatTime(row.receivedAt) })}</span>
                )}
                {stage === 'done' ? <Chip tone="ok">{t('stageDone')}</Chip> : <Chip>{t(stage)}</Chip>}
                {stage !== 'done' && (
                  <Button
                    size="small"
                    look="quiet"
                    onClick={() => setRejecting(rejecting === row.key ? null : row.key)}
                  >
                    {t('reject')}
                  </Button>
                )}
              </>
            }
          >
            {rejecting === row.key && <Reject row={row} onClose={() => setRejecting(null)} />}
            <Grid sheet={sheet} readOnly={stage === 'done'} onType={type} onMove={move} />
            {stage === 'validate' && sheet.missing.length > 0 && sheet.dirty.length === 0 && (
              <TextField
                label={t('incompleteReason', { n: sheet.missing.length })}
                maxLength={500}
                value={reasons[row.key] ?? ''}
                onChange={(text) => setReasons({ ...reasons, [row.key]: text })}
              />
            )}
          </Section>
        );
      })}
    </div>
  );

  return children(
    page,
    <FinishBar
      missing={open.length > 0 ? missing : undefined}
      saved={draft.savedAt && saving ? t('draftKept', { time: formatTime(draft.savedAt) }) : undefined}
      finish={
        open.length === 0
          ? { label: { vi: texts.vi.nextPerson, en: texts.en.nextPerson }, icon: 'right', run: onAllDone }
          : {
              label: { vi: texts.vi[label], en: texts.en[label] },
              patient: name,
              icon: 'check',
              busy: enter.running || validate.running,
              disabled,
              run: () => void (saving ? save() : release()),
            }
      }
    />,
  );
}

function Grid(props: {
  readonly sheet: Sheet;
  readonly readOnly: boolean;
  readonly onType: (cell: Cell, text: string) => void;
  readonly onMove: (cell: Cell, by: 1 | -1) => void;
}): ReactElement {
  const { sheet, readOnly, onType, onMove } = props;
  const t = useTexts(texts);
  return (
    <table className="lab-grid">
      <thead>
        <tr>
          <th scope="col">{t('item')}</th>
          <th scope="col">{t('result')}</th>
          <th scope="col">{t('flag')}</th>
          <th scope="col">{t('range')}</th>
          <th scope="col" className="lab-td-before">
            {t('before')}
          </th>
        </tr>
      </thead>
      <tbody>
        {sheet.cells.map((cell) => (
          <ResultLine
            key={cell.key}
            cell={cell}
            readOnly={readOnly}
            onType={(text) => onType(cell, text)}
            onMove={(by) => onMove(cell, by)}
          />
        ))}
      </tbody>
    </table>
  );
}
