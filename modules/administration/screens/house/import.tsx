import { localDate } from '@mach/base';
import {
  AlertLine,
  Button,
  Checkbox,
  Chip,
  DateField,
  type Issue,
  issuesOf,
  request,
  Segmented,
  Select,
  Table,
  TextField,
  toast,
  useCommand,
  useKeys,
  useNow,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useRef, useState } from 'react';
import type { ImportResult } from '../../contract.ts';
import { NUMBER_STYLES, type NumberStyle } from '../../sheets/cells.ts';
import { FIELDS, SHEET_KINDS, type SheetKind } from '../../sheets/fields.ts';
import type { RowReport, RowState } from '../../sheets/plan.ts';
import { call } from '../api.ts';
import { Issues } from '../issues.tsx';
import { texts } from './texts.ts';

interface Uploaded {
  readonly sheet: string;
  readonly columns: readonly string[];
  readonly mapping: readonly (string | null)[];
  readonly sample: readonly (readonly (string | number)[])[];
  readonly rows: number;
}
interface DryRun {
  readonly counts: Record<RowState, number>;
  readonly missing: readonly string[];
  readonly rows: readonly RowReport[];
  readonly total: number;
}
/** A price list of a large house over a slow line, ms. */
const UPLOAD_MS = 120_000;
const TONES = { new: 'ok', change: 'warn', same: undefined, fault: 'critical' } as const;

const upload = (kind: SheetKind, file: File): Promise<Uploaded> =>
  request<Uploaded>(`/api/administration/sheets?kind=${kind}&name=${encodeURIComponent(file.name.slice(0, 200))}`, {
    method: 'POST',
    body: file,
    timeoutMs: UPLOAD_MS,
  });

/** A file is read, its columns are named, it is tried, and then it is imported, all of it or nothing. */
export function ImportPage(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const today = localDate(useNow());
  const [kind, setKind] = useState<SheetKind>('services');
  const [file, setFile] = useState<Uploaded>();
  const [mapping, setMapping] = useState<readonly (string | null)[]>([]);
  const [style, setStyle] = useState<NumberStyle>('ask');
  const [from, setFrom] = useState(today);
  const [document, setDocument] = useState('');
  const [leaveOut, setLeaveOut] = useState(false);
  const [report, setReport] = useState<DryRun>();
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const [busy, setBusy] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const run = useCommand<object, ImportResult>('administration.import', {
    onDone: (done) => {
      toast({ text: t('imported', { n: done.imported }) });
      setFile(undefined);
      setReport(undefined);
    },
  });
  const isList = kind === 'services' || kind === 'drugs';
  const options = { kind, mapping, style, from };
  async function work(deed: () => Promise<void>): Promise<void> {
    setBusy(true);
    setIssues([]);
    try {
      await deed();
    } catch (error) {
      setIssues(issuesOf(error));
    } finally {
      setBusy(false);
    }
  }
  const take = (chosen: File): Promise<void> =>
    work(async () => {
      setReport(undefined);
      setFile(undefined);
      const answer = await upload(kind, chosen);
      setFile(answer);
      setMapping(answer.mapping);
    });
  const dryRun = (): Promise<void> =>
    work(async () => {
      if (file) setReport(await call<DryRun>('POST', `/api/administration/sheets/${file.sheet}/dry-run`, options));
    });
  const choose = (): void => picker.current?.click();
  useKeys([{ chord: 'F10', label: { vi: texts.vi.file, en: texts.en.file }, run: choose }]);
  const ready = report ? report.counts.new + report.counts.change : 0;
  const forget = (): void => setReport(undefined);
  const titleOf = (name: string): string => {
    const found = FIELDS[kind].find((one) => one.name === name);
    return found ? pick(found.title) : name;
  };
  return (
    <div className="hou-steps">
      <Segmented
        label={t('what')}
        value={kind}
        onChange={(value) => {
          setKind(value);
          setFile(undefined);
          forget();
        }}
        options={SHEET_KINDS.map((value) => ({ value, label: t(value) }))}
      />
      <div>
        <input
          ref={picker}
          className="m-sr"
          type="file"
          tabIndex={-1}
          aria-label={t('file')}
          accept=".xlsx,.csv,.txt"
          disabled={busy}
          onChange={(event) => {
            const chosen = event.target.files?.[0];
            event.target.value = '';
            if (chosen) void take(chosen);
          }}
        />
        <Button look={file ? 'secondary' : 'primary'} icon="plus" chord="F10" busy={busy} onClick={choose}>
          {t('file')}
        </Button>
        <span className="adm-two hou-below">{t(kind === 'staff' ? 'staffHint' : 'fileHint')}</span>
      </div>
      {!file && !busy && (
        <section aria-label={t('columnsRead')}>
          <h3 className="hou-heading">{t('columnsRead')}</h3>
          <p className="adm-chips">
            {FIELDS[kind].map((one) => (
              <Chip key={one.name} tone={one.required ? 'info' : undefined}>
                {one.required ? `${pick(one.title)} *` : pick(one.title)}
              </Chip>
            ))}
          </p>
        </section>
      )}
      {busy && <p role="status">{t('reading')}</p>}
      <Issues of={issues} />
      {file && (
        <>
          <h3>{t('mapping')}</h3>
          <div className="hou-map">
            {file.columns.map((column, i) => (
              <Select
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; headings may repeat
                key={i}
                label={column || `(${i + 1})`}
                hint={`${t('sample')}: ${String(file.sample[0]?.[i] ?? '')}`.slice(0, 60)}
                value={mapping[i] ?? ''}
                empty={t('leaveOut')}
                onChange={(value) => {
                  setMapping(mapping.map((one, at) => (at === i ? value || null : one === value ? null : one)));
                  forget();
                }}
                options={FIELDS[kind].map((one) => ({ value: one.name, label: pick(one.title) }))}
              />
            ))}
          </div>
          <Segmented
            label={t('numbers')}
            value={style}
            onChange={(value) => {
              setStyle(value);
              forget();
            }}
            options={NUMBER_STYLES.map((value) => ({ value, label: t(`numbers.${value}`) }))}
          />
          {isList && (
            <div className="hou-pair">
              <DateField
                label={t('from')}
                required
                min={today}
                value={from}
                onChange={(day) => {
                  setFrom(day);
                  forget();
                }}
              />
              <TextField
                label={t('document')}
                required
                value={document}
                onChange={setDocument}
                issues={run.issuesByField.document}
              />
            </div>
          )}
          <div className="hou-acts">
            <Button look={report ? 'secondary' : 'primary'} busy={busy} onClick={() => void dryRun()}>
              {t('tryIt')}
            </Button>
            {report && report.missing.length === 0 && (
              <Button
                look="primary"
                busy={run.running}
                disabled={ready === 0 || (report.counts.fault > 0 && !leaveOut)}
                onClick={() =>
                  void run.run({
                    ...options,
                    sheet: file.sheet,
                    leaveOutFaulty: leaveOut,
                    ...(isList && document !== '' ? { document } : {}),
                  })
                }
              >
                {t('doIt', { n: ready })}
              </Button>
            )}
          </div>
          <Issues of={run.issues} />
        </>
      )}
      {report && (
        <>
          {report.missing.length > 0 ? (
            <AlertLine level="warn" what={t('missing', { names: report.missing.map(titleOf).join(', ') })} />
          ) : (
            <p role="status" className="hou-number">
              {t('counts', report.counts)}
            </p>
          )}
          {report.counts.fault > 0 && (
            <Checkbox checked={leaveOut} onChange={setLeaveOut}>
              {t('leaveOutFaulty')}
            </Checkbox>
          )}
          <Table<RowReport>
            label={t('result')}
            rows={report.rows}
            keyOf={(row) => String(row.row)}
            state="ready"
            columns={[
              {
                key: 'row',
                head: t('row'),
                width: '70px',
                align: 'right',
                cell: (row) => <span className="hou-number">{row.row}</span>,
              },
              {
                key: 'code',
                head: t('code'),
                rowHead: true,
                cell: (row) => (
                  <>
                    <span className="m-code">{row.code}</span>
                    <span className="adm-two">{row.name}</span>
                  </>
                ),
              },
              {
                key: 'state',
                head: t('result'),
                width: '100px',
                cell: (row) => <Chip tone={TONES[row.state]}>{t(`state.${row.state}`)}</Chip>,
              },
              {
                key: 'what',
                head: t('titleOf'),
                cell: (row) => (
                  <>
                    {row.faults.map((fault) => (
                      <span className="hou-fault" key={`${fault.field}/${fault.code}`}>
                        {titleOf(fault.field)}: {pick(fault.text)}
                        {fault.remedy && <span className="adm-two">{pick(fault.remedy)}</span>}
                      </span>
                    ))}
                    {row.faults.length === 0 &&
                      row.changes.map((change) => (
                        <span className="hou-fault hou-number" key={change.field}>
                          {`${titleOf(change.field)}: ${change.from || '—'} → ${change.to || '—'}`}
                        </span>
                      ))}
                  </>
                ),
              },
            ]}
          />
          {report.total > report.rows.length && (
            <p className="adm-note">{t('moreRows', { n: report.total - report.rows.length })}</p>
          )}
        </>
      )}
    </div>
  );
}
