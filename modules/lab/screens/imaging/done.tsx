import type { DiagnosticReport } from '@mach/fhir/types.ts';
import {
  Button,
  Drawer,
  Fact,
  Facts,
  formatDateTime,
  KEY_LEVEL,
  type KeyImage,
  KeyImages,
  ReadOnlyNote,
  Section,
  TextArea,
  toast,
  useCan,
  useCommand,
  useDraft,
  useDrawer,
  useKeys,
  usePrint,
  useRecord,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import {
  type CorrectReportInput,
  correctReport,
  type ImagingRow,
  imagesOf,
  type ReportResult,
  recommendationOf,
} from '../../contract.ts';
import { Corrections } from '../corrections.tsx';
import { Issues } from '../issues.tsx';
import { texts } from '../texts.ts';
import { EditImages, named } from './edit-images.tsx';

const CORRECT = 'imaging-correct';

/** A report that went out: to read, and to correct with a reason. */
export function DoneReport({ row }: { readonly row: ImagingRow }): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const drawer = useDrawer(CORRECT);
  const { record } = useRecord<DiagnosticReport>('DiagnosticReport', row.report ?? undefined);
  const recommendation = record && recommendationOf(record);
  const images = record ? imagesOf(record) : [];
  const { print, printing } = usePrint();
  const by = record?.performer?.[0]?.display;
  return (
    <div className="lab-page">
      <ReadOnlyNote onAmend={can('lab.correct-report') ? drawer.open : undefined}>
        {t('reportedNote', { time: row.reportedAt ? formatDateTime(row.reportedAt) : '—' })}
        {by && ` · ${by}`}
        {row.reportStatus === 'corrected' && ` · ${t('correctedMark')}`}
      </ReadOnlyNote>
      <div className="lab-tools">
        <Button icon="print" chord="F8" busy={printing} onClick={() => void print('lab.imaging', row.key)}>
          {t('printReport')}
        </Button>
      </div>
      <Section anchor={1} title={row.name}>
        <div className="lab-report">
          <Facts>
            <Fact label={t('accession')}>{row.accession ? <span className="m-code">{row.accession}</span> : '—'}</Fact>
            <Fact label={t('question')}>{row.question ?? '—'}</Fact>
          </Facts>
          <div>
            <h3 className="lab-report-head">{t('findings')}</h3>
            <p className="lab-report-text">{row.findings}</p>
          </div>
          <div>
            <h3 className="lab-report-head">{t('conclusion')}</h3>
            <p className="lab-report-text">
              <strong>{row.conclusion}</strong>
            </p>
          </div>
          {images.length > 0 && (
            <div className="lab-stack">
              <h3 className="lab-report-head">{t('images')}</h3>
              <KeyImages images={images} />
            </div>
          )}
          {recommendation && (
            <div>
              <h3 className="lab-report-head">{t('recommendation')}</h3>
              <p className="lab-report-text">{recommendation}</p>
            </div>
          )}
          {row.report && row.reportStatus === 'corrected' && (
            <Corrections type="DiagnosticReport" id={row.report} version={row.reportedAt} />
          )}
        </div>
      </Section>
      {recommendation !== undefined && (
        <CorrectDrawer key={row.reportedAt ?? row.key} row={row} before={recommendation} stood={images} />
      )}
    </div>
  );
}

function CorrectDrawer(props: {
  readonly row: ImagingRow;
  /** The recommendation that stands. */
  readonly before: string;
  /** The pictures that stand. */
  readonly stood: readonly KeyImage[];
}): ReactElement {
  const { row, before, stood } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(CORRECT);
  const draft = useDraft(`imaging-correct:${row.key}:${row.reportedAt ?? ''}`, {
    findings: row.findings ?? '',
    conclusion: row.conclusion ?? '',
    recommendation: before,
    images: stood,
    reason: '',
  });
  const { findings, conclusion, recommendation, images, reason } = draft.value;
  const correct = useCommand<CorrectReportInput, ReportResult>(correctReport.name, {
    onDone: () => {
      draft.discard();
      toast({ text: t('reportCorrected') });
      drawer.close();
    },
  });
  const set = (change: Partial<typeof draft.value>): void => draft.set((old) => ({ ...old, ...change }));
  const samePictures = JSON.stringify(named(images)) === JSON.stringify(named(stood));
  const same =
    findings.trim() === row.findings &&
    conclusion.trim() === row.conclusion &&
    recommendation.trim() === before &&
    samePictures;
  const ready = !same && findings.trim() !== '' && conclusion.trim() !== '' && reason.trim().length >= 2;
  function send(): void {
    if (!ready || correct.running) return;
    void correct.run({
      order: row.key,
      findings: findings.trim(),
      conclusion: conclusion.trim(),
      recommendation: recommendation.trim(),
      ...(samePictures ? {} : { images: named(images) }),
      reason: reason.trim(),
    });
  }
  useKeys(
    drawer.isOpen ? [{ chord: 'Ctrl+Enter', label: { vi: texts.vi.correct, en: texts.en.correct }, run: send }] : [],
    KEY_LEVEL.drawer,
  );
  return (
    <Drawer
      id={CORRECT}
      title={t('correctReport')}
      patient={row.patientName ?? undefined}
      foot={
        <Button look="primary" chord="Ctrl+Enter" busy={correct.running} disabled={!ready} onClick={send}>
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
          label={t('recommendation')}
          value={recommendation}
          onChange={(text) => set({ recommendation: text })}
        />
        <EditImages
          row={row}
          images={images}
          onChange={(change) => draft.set((old) => ({ ...old, images: change(old.images) }))}
        />
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
