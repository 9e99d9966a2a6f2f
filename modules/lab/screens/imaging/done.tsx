import {
  Button,
  Drawer,
  Fact,
  Facts,
  formatDateTime,
  ReadOnlyNote,
  Section,
  TextArea,
  toast,
  useCan,
  useCommand,
  useDraft,
  useDrawer,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { type CorrectReportInput, correctReport, type ImagingRow, type ReportResult } from '../../contract.ts';
import { Issues } from '../issues.tsx';
import { texts } from '../texts.ts';

const CORRECT = 'imaging-correct';

/** A report that went out: to read, and to correct with a reason. */
export function DoneReport({ row }: { readonly row: ImagingRow }): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const drawer = useDrawer(CORRECT);
  return (
    <div className="lab-page">
      <ReadOnlyNote onAmend={can('lab.correct-report') ? drawer.open : undefined}>
        {t('reportedNote', { time: row.reportedAt ? formatDateTime(row.reportedAt) : '—' })}
        {row.reportStatus === 'corrected' && ` · ${t('correctedMark')}`}
      </ReadOnlyNote>
      <Section anchor={1} title={row.name}>
        <div className="lab-report">
          <Facts>
            <Fact label={t('accession')}>{row.accession ? <span className="m-code">{row.accession}</span> : '—'}</Fact>
            <Fact label={t('question')}>{row.question ?? '—'}</Fact>
          </Facts>
          <p className="lab-report-text">{row.findings}</p>
          <p className="lab-report-text">
            <strong>{row.conclusion}</strong>
          </p>
        </div>
      </Section>
      <CorrectDrawer key={row.reportedAt ?? row.key} row={row} />
    </div>
  );
}

function CorrectDrawer({ row }: { readonly row: ImagingRow }): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer(CORRECT);
  const draft = useDraft(`imaging-correct:${row.key}:${row.reportedAt ?? ''}`, {
    findings: row.findings ?? '',
    conclusion: row.conclusion ?? '',
    reason: '',
  });
  const { findings, conclusion, reason } = draft.value;
  const correct = useCommand<CorrectReportInput, ReportResult>(correctReport.name, {
    onDone: () => {
      draft.discard();
      toast({ text: t('reportCorrected') });
      drawer.close();
    },
  });
  const set = (change: Partial<typeof draft.value>): void => draft.set((old) => ({ ...old, ...change }));
  const same = findings.trim() === row.findings && conclusion.trim() === row.conclusion;
  return (
    <Drawer
      id={CORRECT}
      title={t('correctReport')}
      patient={row.patientName ?? undefined}
      foot={
        <Button
          look="primary"
          busy={correct.running}
          disabled={same || findings.trim() === '' || conclusion.trim() === '' || reason.trim().length < 2}
          onClick={() =>
            void correct.run({
              order: row.key,
              findings: findings.trim(),
              conclusion: conclusion.trim(),
              reason: reason.trim(),
            })
          }
        >
          {t('correct')}
        </Button>
      }
    >
      <div className="lab-stack">
        <TextArea
          label={t('findings')}
          required
          rows={8}
          value={findings}
          onChange={(text) => set({ findings: text })}
        />
        <TextArea label={t('conclusion')} required value={conclusion} onChange={(text) => set({ conclusion: text })} />
        <TextArea
          label={t('reason')}
          required
          maxLength={500}
          value={reason}
          onChange={(text) => set({ reason: text })}
          issues={correct.issuesByField.reason}
        />
        <p className="lab-muted">{t('oldStays')}</p>
        <Issues issues={correct.issues.filter((i) => i.field !== 'reason')} />
      </div>
    </Drawer>
  );
}
