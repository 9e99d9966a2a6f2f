import type { Issue } from '@mach/base';
import type { Observation } from '@mach/fhir/types.ts';
import {
  AlertLine,
  Button,
  Empty,
  Fact,
  Facts,
  FinishBar,
  formatDateTime,
  formatTime,
  ScanField,
  Section,
  Skeleton,
  scanSound,
  TextField,
  toast,
  useCan,
  useCommand,
  useDraft,
  useLanguage,
  useNow,
  usePick,
  useRecord,
  useRoute,
  useTexts,
  useTransport,
  useView,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  type EnterResultsInput,
  type EnterResultsResult,
  enterResults,
  type LabRow,
  type ReceiveSpecimenInput,
  type ReceiveSpecimenResult,
  type ResultRow,
  receiveSpecimen,
  type ValidateResultsInput,
  type ValidateResultsResult,
  validateResults,
} from '../contract.ts';
import { parseLabelCode } from '../rules/label-code.ts';
import { ageDaysOf, ageYearsOf } from '../rules/person.ts';
import { itemsOf, testOf } from '../rules/tests.ts';
import { type Call, CallBack, callOf, NO_CALL } from './call-back.tsx';
import { Grid, ValueSets } from './grid.tsx';
import { Issues } from './issues.tsx';
import { criticalLines, criticalText, faultyItems, openItems, readLines } from './lines.ts';
import { asTyped, lastValues, standing, verdict } from './sheet.ts';
import { SpecimenTools } from './specimen-tools.tsx';
import { texts } from './texts.ts';
import { useSheets } from './use-sheets.ts';

export interface ResultPageProps {
  readonly row: LabRow;
  /** Label by which the tube was opened. */
  readonly specimen: string | undefined;
  /** The next piece of work; with the label that was scanned, since its tube may hold another test. */
  readonly onDone: (label?: string) => void;
  readonly onRejected: () => void;
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}

interface Draft {
  readonly typed: Readonly<Record<string, string>>;
  readonly call: Call;
  readonly incomplete: string;
}
const EMPTY: Draft = { typed: {}, call: NO_CALL, incomplete: '' };

/** The bench: type, look at the flags, validate (journeys a9). */
export function ResultPage({ row, specimen, onDone, onRejected, children }: ResultPageProps): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const transport = useTransport();
  const { go } = useRoute();
  const language = useLanguage();
  const now = useNow();
  const draft = useDraft<Draft>(`lab:${row.key}`, EMPTY);
  const called = useRef<HTMLInputElement>(null);
  const { pack } = useSheets([row.service]);
  const own = useView<ResultRow>('lab.results', { order: row.key }, { sort: 'at', limit: 200 });
  const before = useView<ResultRow>(
    'lab.results',
    { patientId: row.patient, status: ['final', 'corrected'] },
    { sort: '-at', limit: 500 },
  );
  const [scan, setScan] = useState(specimen);
  const scanField = useRef<HTMLInputElement>(null);
  // What the server has answered stands here until the live rows have caught up: a kept value never vanishes for a moment.
  const [answered, setAnswered] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    const live = standing(own.rows);
    setAnswered((old) => {
      const rest = Object.entries(old).filter(([item, text]) => live.get(item)?.text !== text);
      return rest.length === Object.keys(old).length ? old : Object.fromEntries(rest);
    });
  }, [own.rows]);
  // Whose tube was scanned, where it was not this order's.
  const [other, setOther] = useState<LabRow>();
  const receive = useCommand<ReceiveSpecimenInput, ReceiveSpecimenResult>(receiveSpecimen.name);
  const enter = useCommand<EnterResultsInput, EnterResultsResult>(enterResults.name);
  const validate = useCommand<ValidateResultsInput, ValidateResultsResult>(validateResults.name);
  // Whoever validates sees who made the values: they may be two people.
  const made = useRecord<Observation>('Observation', own.rows.find((one) => one.status === 'preliminary')?.key);
  const enteredBy = made.record?.performer?.[0]?.display;
  const opened = useRef(false);
  const ready = pack !== undefined && own.state !== 'loading';
  useEffect(() => {
    if (!ready || opened.current) return;
    opened.current = true;
    // Opened by its label: the caret waits for the first value. Opened from the list: for the label.
    if (specimen === undefined) scanField.current?.focus();
    else document.querySelector<HTMLInputElement>('input.lab-value')?.focus();
  }, [ready, specimen]);
  if (!pack || own.state === 'loading') return children(<Skeleton shape="table" count={6} />);

  if (row.specimen === null && testOf(pack, row.service)?.tube !== undefined)
    return children(<NoSpecimen row={row} onCollect={() => go(['sample', row.encounter])} />);

  const at = row.collectedAt ?? now;
  const ageDays = ageDaysOf(row.birthDate ?? undefined, at);
  const sex = row.gender === 'male' || row.gender === 'female' ? row.gender : undefined;
  const items = itemsOf(pack, row.service, row.name);
  const kept = standing(own.rows);
  const keptText = (item: string): string | null | undefined => answered[item] ?? kept.get(item)?.text;
  const typed = Object.fromEntries(
    items.map((item) => [item.code, draft.value.typed[item.code] ?? asTyped(keptText(item.code) ?? null)]),
  );
  const previous = lastValues(before.rows, row.key);
  const lines = readLines(items, typed, previous, {
    pack,
    person: ageDays === undefined ? undefined : { ageDays, sex },
    ageYears: ageYearsOf(row.birthDate ?? undefined, at),
    at,
    isKept: (item) => draft.value.typed[item] === undefined,
  });
  const open = openItems(lines);
  const faulty = faultyItems(lines);
  const critical = criticalLines(lines);
  const jumps = lines.filter((line) => line.change?.exceeds);
  const changed = lines.filter(
    (line) =>
      draft.value.typed[line.item.code] !== undefined &&
      line.reading?.ok &&
      line.reading.value.text !== keptText(line.item.code),
  );
  const label = scan === undefined ? undefined : parseLabelCode(scan);
  const sample: 'none' | 'right' | 'wrong' | 'unknown' =
    label === undefined ? verdict(scan, row) : label === row.specimen ? 'right' : 'wrong';
  const named = sample === 'right' || sample === 'unknown';
  const canValidate = can('lab.validate');
  const call = callOf(draft.value.call);
  const incomplete = draft.value.incomplete.trim();

  function takeSample(code: string): void {
    const text = code.trim();
    const tube = parseLabelCode(text);
    setScan(tube ?? text);
    setOther(undefined);
    receive.reset();
    if (tube === undefined ? verdict(text, row) === 'wrong' : tube !== row.specimen) {
      scanSound(false);
      if (tube !== undefined) void whose(tube);
      return;
    }
    // A tube that is scanned here has arrived.
    if (tube !== undefined && row.receivedAt === null && can('lab.receive')) void receive.run({ specimen: tube });
    focus(items.find((item) => !item.computed)?.code ?? '');
  }
  /** The order of a tube that is not this one's; for a rejected tube the server says why nothing hangs on it. */
  async function whose(tube: string): Promise<void> {
    const found = await transport.view<LabRow>('lab.worklist', {
      filters: { specimen: [tube] },
      sort: 'rank',
      limit: 1,
    });
    if (found.rows[0]) setOther(found.rows[0]);
    else if (can('lab.receive')) void receive.run({ specimen: tube });
  }
  function set(change: Partial<Draft>): void {
    draft.set((old) => ({ ...old, ...change }));
  }
  function type(item: string, text: string): void {
    draft.set((old) => ({ ...old, typed: { ...old.typed, [item]: text } }));
  }
  async function save(): Promise<boolean> {
    if (changed.length === 0) return true;
    if (!named) {
      scanField.current?.focus();
      return false;
    }
    const done = await enter.run({
      order: row.key,
      // A label of this order's own tube stands for the person; the server compares tube, order and person.
      patient: label === undefined ? (scan ?? '') : row.patient,
      ...(label === undefined ? {} : { specimen: label }),
      values: changed.map((line) => ({ item: line.item.code, value: line.typed })),
    });
    if (done) {
      setAnswered((old) => ({ ...old, ...Object.fromEntries(done.results.map((one) => [one.item, one.text])) }));
      draft.set((old) => ({ ...old, typed: {} }));
      own.reload();
    }
    return done !== undefined;
  }
  async function finish(): Promise<void> {
    if (!(await save())) return;
    const done = await validate.run({
      order: row.key,
      ...(critical.length > 0 && call ? { callback: call } : {}),
      ...(open.length > 0 && incomplete ? { incompleteReason: incomplete } : {}),
    });
    if (!done) return;
    draft.discard();
    toast({ text: t('validated', { test: row.name, name: row.patientName ?? '' }) });
    onDone(label);
  }

  const all = [...enter.issues, ...validate.issues];
  const byItem = new Map<string, Issue[]>();
  for (const issue of enter.issues) {
    const index = /^values\.(\d+)\./.exec(issue.field ?? '')?.[1];
    const code = index === undefined ? undefined : changed[Number(index)]?.item.code;
    if (code !== undefined) byItem.set(code, [...(byItem.get(code) ?? []), issue]);
  }
  const loose = all.filter((i) => !/^values\./.test(i.field ?? '') && i.field !== 'callback');
  const missing = [
    ...(changed.length > 0 && !named
      ? [{ text: t(sample === 'wrong' ? 'wrongSample' : 'missingSample'), go: () => scanField.current?.focus() }]
      : []),
    ...faulty.map((line) => ({
      text: line.fault ? pick(line.fault.text) : t('notUnderstood', { item: pick(line.item.analyte.name) }),
      go: () => focus(line.item.code),
    })),
    ...(open.length > 0 && incomplete.length < 2
      ? [{ text: t('itemsOpen', { n: open.length }), go: () => focus(open[0]?.item.code ?? '') }]
      : []),
    ...(critical.length > 0 && !call ? [{ text: t('notCalled'), go: () => called.current?.focus() }] : []),
  ];
  const page = (
    <div className="lab-page">
      <Issues issues={loose} />
      <Section anchor={1} title={t('specimen')} side={<SpecimenTools row={row} onRejected={onRejected} />}>
        <Facts>
          <Fact label={t('test')}>{row.name}</Fact>
          <Fact label={t('label')}>{row.specimen ? <span className="m-code">{row.specimen}</span> : '—'}</Fact>
          <Fact label={t('takenAt')}>{row.collectedAt ? formatDateTime(row.collectedAt) : '—'}</Fact>
          <Fact label={t('receivedAt')}>{row.receivedAt ? formatTime(row.receivedAt) : '—'}</Fact>
          {enteredBy && <Fact label={t('enteredBy')}>{enteredBy}</Fact>}
          {row.question && <Fact label={t('question')}>{row.question}</Fact>}
        </Facts>
        <ScanField
          label={t('scanSample')}
          placeholder={t('scanSample')}
          inputRef={scanField}
          routes={[
            {
              label: { vi: texts.vi.label, en: texts.en.label },
              accepts: (code) => parseLabelCode(code) !== undefined,
              run: (code) => takeSample(code),
            },
            {
              label: { vi: texts.vi.personPaper, en: texts.en.personPaper },
              accepts: (code) => ['visit', 'patient', 'cccd', 'bhyt'].includes(scanRouter(code).kind),
              run: (code) => takeSample(code),
            },
          ]}
        />
        {sample === 'wrong' && receive.issues.length === 0 && (
          <AlertLine
            level="stop"
            what={t(label === undefined ? 'wrongPerson' : 'wrongSample')}
            why={
              other
                ? t('tubeOf', { name: other.patientName ?? '', test: other.name })
                : t(label === undefined ? 'wrongPaperHint' : 'wrongSampleHint')
            }
            instead={
              other && label !== undefined
                ? { label: t('openTube'), run: () => go(['order', other.key], { query: { scan: label } }) }
                : undefined
            }
          />
        )}
        <Issues issues={receive.issues} />
        {named && (
          <p className="lab-scanned" role="status">
            {t(sample === 'right' ? 'scanRight' : 'scanTaken', { code: scan?.split('|')[0]?.slice(-13) ?? '' })}
          </p>
        )}
      </Section>
      <Section anchor={2} title={t('results')}>
        <ValueSets pack={pack} items={items} />
        <Grid
          pack={pack}
          lines={lines}
          onType={type}
          previous={previous}
          issues={byItem}
          onEnd={() => {
            if (critical.length > 0 && canValidate && !call) called.current?.focus();
            else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          }}
        />
        {open.length > 0 && open.length < items.length && (
          <TextField
            className="lab-reason"
            label={t('incompleteReason')}
            maxLength={500}
            value={draft.value.incomplete}
            onChange={(text) => set({ incomplete: text })}
            hint={t('incompleteHint')}
          />
        )}
      </Section>
      {critical.length > 0 && canValidate && (
        <CallBack
          lines={critical.map((line) => criticalText(line, language))}
          call={draft.value.call}
          onChange={(next) => set({ call: next })}
          doctor={row.requesterName}
          issues={validate.issuesByField.callback}
          fieldRef={called}
        />
      )}
    </div>
  );
  const bar = (
    <FinishBar
      notice={
        jumps.length > 0
          ? { text: t('bigChange', { items: jumps.map((line) => pick(line.item.analyte.name)).join(', ') }) }
          : undefined
      }
      missing={canValidate ? missing : faulty.length > 0 ? missing : []}
      saved={draft.savedAt && t('draftKept', { time: formatTime(draft.savedAt) })}
      actions={[
        {
          label: { vi: texts.vi.savePreliminary, en: texts.en.savePreliminary },
          chord: 'Ctrl+S',
          icon: 'check',
          busy: enter.running,
          disabled: changed.length === 0 || faulty.length > 0 || !named,
          run: () => void save().then((ok) => ok && toast({ text: t('saved') })),
        },
      ]}
      finish={
        canValidate
          ? {
              label: { vi: texts.vi.validate, en: texts.en.validate },
              patient: row.patientName ?? undefined,
              busy: enter.running || validate.running,
              disabled: missing.length > 0 || open.length === items.length,
              run: () => void finish(),
            }
          : undefined
      }
    />
  );
  return children(page, bar);
}

const focus = (item: string): void =>
  document.querySelector<HTMLInputElement>(`input.lab-value[data-item="${CSS.escape(item)}"]`)?.focus();

/** Nothing lies on the bench for this order: not taken yet, or rejected and to be taken again. */
function NoSpecimen({ row, onCollect }: { readonly row: LabRow; readonly onCollect: () => void }): ReactElement {
  const t = useTexts(texts);
  return (
    <Empty
      icon="flask"
      title={row.rejected === null ? t('notTaken') : t('rejectedBefore', { reason: row.rejected })}
      hint={row.name}
      action={
        <Button look="primary" onClick={onCollect}>
          {t('takeNow')}
        </Button>
      }
    />
  );
}
