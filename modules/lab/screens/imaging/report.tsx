import {
  AlertLine,
  Checkbox,
  Fact,
  Facts,
  FinishBar,
  formatDateTime,
  formatTime,
  type KeyImage,
  ScanField,
  Section,
  Segmented,
  scanSound,
  TextArea,
  toast,
  useCodes,
  useCommand,
  useDraft,
  useNow,
  usePick,
  useTexts,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useRef, useState } from 'react';
import { openPlaces } from '../../codes/templates.ts';
import {
  type ImagingRow,
  type ImagingSheetRow,
  type ReportImagingInput,
  type ReportResult,
  reportImaging,
  type StartImagingInput,
  type StartImagingResult,
  startImaging,
} from '../../contract.ts';
import { ageYearsOf } from '../../rules/person.ts';
import { askedOf, riskOf, SAFETY_TEXT } from '../../rules/safety.ts';
import { type Call, CallBack, callOf, NO_CALL } from '../call-back.tsx';
import { Issues } from '../issues.tsx';
import { verdict } from '../sheet.ts';
import { texts } from '../texts.ts';
import { EditImages, named } from './edit-images.tsx';

interface Draft {
  readonly findings: string;
  readonly conclusion: string;
  readonly recommendation: string;
  /** Missing of a draft that an earlier version kept. */
  readonly images?: readonly KeyImage[];
  readonly critical: boolean;
  readonly call: Call;
}
const EMPTY: Draft = { findings: '', conclusion: '', recommendation: '', images: [], critical: false, call: NO_CALL };

export interface ReportProps {
  readonly row: ImagingRow;
  readonly onDone: () => void;
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}

/** Before the picture: who lies here and what must be asked. After it: the report. */
export function ReportPage(props: ReportProps): ReactElement {
  const { row } = props;
  const answer = useCodes('imaging-sheet', row.service, { limit: 5 });
  const sheet = (answer.rows as unknown as ImagingSheetRow[]).find((one) => one.code === row.service);
  const begun = row.state !== 'signed' && row.state !== 'accepted';
  return begun ? <Report {...props} sheet={sheet} /> : <Start {...props} sheet={sheet} />;
}

type WithSheet = ReportProps & { readonly sheet: ImagingSheetRow | undefined };

function OrderFacts({ row }: { readonly row: ImagingRow }): ReactElement {
  const t = useTexts(texts);
  return (
    <Facts>
      <Fact label={t('technique')}>{row.name}</Fact>
      <Fact label={t('question')}>{row.question ?? '—'}</Fact>
      <Fact label={t('orderedAt')}>{row.orderedAt ? formatDateTime(row.orderedAt) : '—'}</Fact>
      <Fact label={t('accession')}>{row.accession ? <span className="m-code">{row.accession}</span> : '—'}</Fact>
    </Facts>
  );
}

function Start({ row, sheet, onDone, children }: WithSheet): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const [scan, setScan] = useState<string>();
  const [answers, setAnswers] = useState<Readonly<Record<string, 'no' | 'yes' | 'unknown'>>>({});
  const [reason, setReason] = useState('');
  const start = useCommand<StartImagingInput, StartImagingResult>(startImaging.name);
  const identity = verdict(scan, row);
  const safety = askedOf(sheet?.safety ?? [], {
    sex: row.gender ?? undefined,
    ageYears: ageYearsOf(row.birthDate ?? undefined, now),
  });
  const risks = safety.filter((q) => answers[q] !== undefined && riskOf(q, answers[q]));
  const missing = [
    ...(scan === undefined ? [{ text: t('missingScan') }] : []),
    ...(identity === 'wrong' ? [{ text: t('wrongPerson') }] : []),
    ...safety.filter((q) => answers[q] === undefined).map((q) => ({ text: pick(SAFETY_TEXT[q] ?? { vi: q, en: q }) })),
    ...(risks.length > 0 && reason.trim().length < 2 ? [{ text: t('missingRiskReason') }] : []),
  ];
  return children(
    <div className="lab-page">
      <Issues issues={start.issues} />
      <Section anchor={1} title={t('order')}>
        <OrderFacts row={row} />
      </Section>
      <Section anchor={2} title={t('identity')}>
        <div className="lab-stack">
          <ScanField
            label={t('personPaper')}
            placeholder={t('scanPerson')}
            autoFocus
            routes={[
              {
                label: { vi: texts.vi.personPaper, en: texts.en.personPaper },
                accepts: (code) => ['visit', 'patient', 'cccd', 'bhyt'].includes(scanRouter(code).kind),
                run: (code) => {
                  setScan(code.trim());
                  if (verdict(code, row) === 'wrong') scanSound(false);
                },
              },
            ]}
          />
          {identity === 'wrong' && <AlertLine level="stop" what={t('wrongPerson')} why={t('wrongPersonHint')} />}
          {scan !== undefined && identity !== 'wrong' && (
            <p className="lab-scanned" role="status">
              {t('scanTaken', { code: scan.split('|')[0]?.slice(-6) ?? '' })}
            </p>
          )}
          {safety.map((question) => (
            <Segmented<'no' | 'yes' | 'unknown'>
              key={question}
              label={pick(SAFETY_TEXT[question] ?? { vi: question, en: question })}
              required
              value={answers[question] ?? null}
              onChange={(answer) => setAnswers({ ...answers, [question]: answer })}
              options={[
                { value: 'no', label: t('answerNo') },
                { value: 'yes', label: t('answerYes') },
                { value: 'unknown', label: t('answerUnknown') },
              ]}
            />
          ))}
          {risks.length > 0 && (
            <>
              <AlertLine level="warn" what={t('risk')} why={t('riskHint')} />
              <TextArea label={t('riskReason')} required maxLength={500} value={reason} onChange={setReason} />
            </>
          )}
        </div>
      </Section>
    </div>,
    <FinishBar
      missing={missing}
      actions={[{ label: { vi: texts.vi.later, en: texts.en.later }, run: onDone }]}
      finish={{
        label: { vi: texts.vi.startImaging, en: texts.en.startImaging },
        patient: row.patientName ?? undefined,
        busy: start.running,
        disabled: missing.length > 0,
        run: () =>
          void start.run(
            {
              order: row.key,
              patient: scan ?? '',
              safety: safety.flatMap((question) =>
                answers[question] === undefined ? [] : [{ question, answer: answers[question] }],
              ),
            },
            risks.length > 0
              ? { overrides: risks.map((q) => ({ rule: `safety:${q}`, reason: reason.trim() })) }
              : undefined,
          ),
      }}
    />,
  );
}

function Report({ row, sheet, onDone, children }: WithSheet): ReactElement {
  const t = useTexts(texts);
  const draft = useDraft<Draft>(`imaging:${row.key}`, EMPTY);
  const { findings, conclusion, recommendation, images = [], critical, call } = draft.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const set = (change: Partial<Draft>): void => draft.set((old) => ({ ...old, ...change }));
  const report = useCommand<ReportImagingInput, ReportResult>(reportImaging.name, {
    onDone: () => {
      draft.discard();
      toast({ text: t('reportedNow', { name: row.patientName ?? '' }) });
      onDone();
    },
  });
  const template = sheet?.findings ? { findings: sheet.findings, conclusion: sheet.conclusion } : undefined;
  // A template never replaces words that somebody wrote.
  const written = findings.trim() !== '' || conclusion.trim() !== '';
  const places = openPlaces(findings) + openPlaces(conclusion);
  const callback = callOf(call);
  const missing = [
    ...(findings.trim() === '' ? [{ text: t('missingFindings'), go: () => field.current?.focus() }] : []),
    ...(conclusion.trim() === '' ? [{ text: t('missingConclusion') }] : []),
    ...(places > 0 ? [{ text: t('openPlaces', { n: places }), go: () => void nextPlace(field.current) }] : []),
    ...(critical && !callback ? [{ text: t('notCalled') }] : []),
  ];
  return children(
    <div className="lab-page">
      <Issues issues={report.issues.filter((i) => i.field !== 'callback')} />
      <Section anchor={1} title={t('order')}>
        <OrderFacts row={row} />
      </Section>
      <Section anchor={2} title={t('report')}>
        <div className="lab-report">
          <TextArea
            label={t('findings')}
            required
            rows={9}
            autoFocus
            value={findings}
            onChange={(text) => set({ findings: text })}
            inputRef={field}
            onKeyDown={(event) => {
              // Tab goes on to the next place that must be measured, as in the doctor's notes.
              if (event.key === 'Tab' && !event.shiftKey && nextPlace(field.current, true)) event.preventDefault();
            }}
            issues={report.issuesByField.findings}
          />
          <TextArea
            label={t('conclusion')}
            required
            rows={2}
            value={conclusion}
            onChange={(text) => set({ conclusion: text })}
            issues={report.issuesByField.conclusion}
          />
          <TextArea
            label={t('recommendation')}
            rows={1}
            value={recommendation}
            onChange={(text) => set({ recommendation: text })}
          />
          <EditImages
            row={row}
            images={images}
            onChange={(change) => draft.set((old) => ({ ...old, images: change(old.images ?? []) }))}
          />
          <Checkbox checked={critical} onChange={(on) => set({ critical: on })}>
            {t('criticalFinding')}
          </Checkbox>
        </div>
      </Section>
      {critical && (
        <CallBack
          lines={[conclusion || row.name]}
          call={call}
          onChange={(next) => set({ call: next })}
          doctor={row.requesterName}
          issues={report.issuesByField.callback}
        />
      )}
    </div>,
    <FinishBar
      missing={missing}
      saved={draft.savedAt && t('draftKept', { time: formatTime(draft.savedAt) })}
      actions={
        template
          ? [
              {
                label: { vi: texts.vi.normalTemplate, en: texts.en.normalTemplate },
                chord: 'Ctrl+D',
                disabled: written,
                run: () => {
                  set(template);
                  requestAnimationFrame(() => nextPlace(field.current));
                },
              },
            ]
          : []
      }
      finish={{
        label: { vi: texts.vi.sendReport, en: texts.en.sendReport },
        patient: row.patientName ?? undefined,
        busy: report.running,
        disabled: missing.length > 0,
        run: () =>
          void report.run({
            order: row.key,
            findings: findings.trim(),
            conclusion: conclusion.trim(),
            ...(recommendation.trim() === '' ? {} : { recommendation: recommendation.trim() }),
            ...(images.length === 0 ? {} : { images: named(images) }),
            ...(critical ? { critical: true, callback } : {}),
          }),
      }}
    />,
  );
}

/** Puts the caret on the next place that must be measured, from the caret or from the beginning. @returns whether there is one */
function nextPlace(field: HTMLTextAreaElement | null, onward = false): boolean {
  const at = field?.value.indexOf('…', onward ? field.selectionEnd : 0) ?? -1;
  if (!field || at < 0) return false;
  field.focus();
  field.setSelectionRange(at, at + 1);
  return true;
}
