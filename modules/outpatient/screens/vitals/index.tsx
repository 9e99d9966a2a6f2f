import { startOfLocalDay } from '@mach/base';
import {
  AlertLine,
  type BannerPatient,
  Chip,
  Empty,
  ErrorState,
  FinishBar,
  formatTime,
  openPatient,
  PatientBanner,
  Skeleton,
  toast,
  useAway,
  useCommand,
  useDraft,
  useDrawer,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  Worklist,
  type Workspace,
  WorkspaceFrame,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import {
  type AllergyRow,
  type QueueRow,
  type RecordVitalsInput,
  type RecordVitalsResult,
  recordVitals,
} from '../../contract.ts';
import { ageDays, ageMonths, ageYears } from '../../rules/age.ts';
import { assessVitals, itemOf } from '../../rules/vitals.ts';
import { ALLERGY_DRAWER, AllergyDrawer } from './allergy-drawer.tsx';
import { Form } from './form.tsx';
import { EMPTY, isEmpty, nextPerson, open, toInput, type VitalsForm, worklist } from './form-state.ts';
import { isPaper, PAPER, PaperPerson, paperRow } from './paper-person.tsx';
import { PersonRow } from './row.tsx';
import { SCALE_NAMES } from './score-tile.tsx';
import { type ItemLabel, texts } from './texts.ts';
import { useVitalRules, type VitalRules } from './use-rules.ts';
import './vitals.css';

const PRESENT = ['arrived', 'waiting', 'in-exam', 'awaiting-results', 'results-ready'];
const TO_MEASURE = ['arrived', 'waiting'];

/** The nurse before the doctor's door: who is next, measure, Ctrl+Enter, next. */
function Home(): ReactElement {
  const t = useTexts(texts);
  const { path, go } = useRoute();
  const day = startOfLocalDay(useNow());
  const [all, setAll] = useState(false);
  const queue = useView<QueueRow>(
    'outpatient.queue',
    { 'arrivedAt.from': day, state: PRESENT },
    { sort: 'arrivedAt', limit: 1000 },
  );
  const waiting = useMemo(() => worklist(queue.rows.filter((r) => TO_MEASURE.includes(r.state))), [queue.rows]);
  const list = all ? worklist(queue.rows) : waiting.filter((r) => r.vitalsAt === null);
  const { down } = useAway();
  const row = queue.rows.find((one) => one.key === path[0]) ?? paperRow(path);
  const { rules, error } = useVitalRules();

  function openRow(one: QueueRow | undefined): void {
    go(one ? [one.key] : []);
  }
  useEffect(() => {
    if (row)
      openPatient({
        key: row.key,
        name: row.name ?? '',
        place: row.queueNumber ?? undefined,
        workspace: 'vitals',
        path: [row.key],
      });
  }, [row]);

  const scans = [
    {
      label: { vi: texts.vi.scan, en: texts.en.scan },
      accepts: (code: string) => scanRouter(code).kind === 'visit',
      run: (code: string) => {
        const found = queue.rows.find((one) => one.visitCode === code.trim());
        if (found) openRow(found);
        else toast({ text: t('mismatch') });
      },
    },
  ];
  const page = {
    row,
    rules,
    error,
    asking: path[0] === PAPER && !row,
    onDone: () => openRow(row && nextPerson(waiting, row.key)),
  };
  return (
    <Patient {...page}>
      {(parts) => (
        <WorkspaceFrame
          listTitle={t('list')}
          listCount={waiting.filter((r) => r.vitalsAt === null).length}
          listTools={
            <div className="vit-filter">
              <Chip pressed={!all} onClick={() => setAll(false)}>
                {t('waitingOnly')}
              </Chip>
              <Chip pressed={all} onClick={() => setAll(true)}>
                {t('showAll')}
              </Chip>
              {down && (
                <Chip pressed={path[0] === PAPER} onClick={() => go([PAPER])}>
                  {t('paperPerson')}
                </Chip>
              )}
            </div>
          }
          list={
            <Worklist
              label={t('list')}
              rows={list}
              state={queue.state}
              error={queue.error}
              stale={queue.stale}
              loadedAt={queue.loadedAt}
              onRetry={queue.reload}
              keyOf={(one) => one.key}
              textOf={(one) => one.name ?? ''}
              selected={row?.key ?? null}
              onOpen={openRow}
              empty={<Empty title={t('noOne')} hint={t('noOneHint')} />}
              render={(one) => <PersonRow row={one} />}
              autoFocus={row === undefined}
            />
          }
          open={row !== undefined || path[0] === PAPER}
          onBack={() => go([])}
          banner={parts.banner}
          finish={parts.finish}
          scans={scans}
          keys={[
            {
              chord: 'F2',
              label: { vi: texts.vi.next, en: texts.en.next },
              run: () => openRow(list.find((one) => one.key !== row?.key)),
            },
          ]}
        >
          {parts.body}
        </WorkspaceFrame>
      )}
    </Patient>
  );
}

interface PatientProps {
  readonly row: QueueRow | undefined;
  readonly rules: VitalRules | undefined;
  readonly error: unknown;
  /** Who holds a paper ticket is named first. */
  readonly asking: boolean;
  readonly onDone: () => void;
  readonly children: (parts: { banner?: ReactElement; finish?: ReactElement; body: ReactElement }) => ReactElement;
}

/** What belongs to the open person; an empty page without one. */
function Patient({ row, rules, error, asking, onDone, children }: PatientProps): ReactElement {
  const t = useTexts(texts);
  if (asking) return children({ body: <PaperPerson /> });
  if (!row) return children({ body: <Empty title={t('choose')} hint={t('chooseHint')} /> });
  if (!rules) return children({ body: error ? <ErrorState error={error} /> : <Skeleton shape="lines" /> });
  return <Measure key={row.key} row={row} rules={rules} onDone={onDone} frame={children} />;
}

interface MeasureProps {
  readonly row: QueueRow;
  readonly rules: VitalRules;
  readonly onDone: () => void;
  readonly frame: PatientProps['children'];
}

function Measure({ row, rules, onDone, frame }: MeasureProps): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const drawer = useDrawer(ALLERGY_DRAWER);
  const draft = useDraft<VitalsForm>(`vitals:${row.key}`, EMPTY);
  const form = draft.value;
  // A paper ticket names nobody whom the house knows: an empty filter would find the allergies of everybody.
  const known = useView<AllergyRow>(
    'outpatient.allergies',
    { patientId: row.patient },
    { sort: '-recordedAt', enabled: row.patient !== '' },
  );
  const age = { days: ageDays(row.birthDate ?? undefined, now), years: ageYears(row.birthDate ?? undefined, now) };
  const input = toInput(row.key, form);
  const found = assessVitals(input, {
    ageDays: age.days,
    ageYears: age.years,
    ageMonths: ageMonths(row.birthDate ?? undefined, now),
    ...rules,
  });
  const save = useCommand<RecordVitalsInput, RecordVitalsResult>(recordVitals.name, {
    onDone: (result) => {
      const score = result.warning;
      const said = score
        ? ` · ${SCALE_NAMES[score.scale]} ${pick(score.text)}${score.complete ? '' : ` (${score.recorded})`}`
        : '';
      toast({ text: `${t('saved', { name: row.name ?? '' })}${said}` });
      draft.discard();
      onDone();
    },
    keep: () => {
      const ticket = row.queueNumber ?? '';
      return {
        title: { vi: texts.vi.vitals, en: texts.en.vitals },
        name: row.name ?? '',
        ...(row.birthDate ? { born: row.birthDate } : {}),
        ...(ticket ? { ticket, detail: ticket } : {}),
        ...(isPaper(row) ? { lane: `ticket:${ticket}`, encounterOf: ticket } : { lane: `visit:${row.key}` }),
      };
    },
    onKept: () => {
      toast({ text: t('kept', { name: row.name ?? '' }), tone: 'warn' });
      draft.discard();
      onDone();
    },
  });
  const errors = found.errors.filter((issue) => issue.code !== 'vitals-empty');
  const missing = isEmpty(form)
    ? [{ text: t('nothing') }]
    : [
        ...errors.map((issue) => ({ text: pick(issue.text) })),
        ...open(form, found).map((issue) => ({
          text: t('notConfirmed', { name: t(itemOf(issue) as ItemLabel) }),
        })),
      ];
  // A set may be saved without a full score; that it is not full is said, and never called complete.
  const score = found.warning;
  const named = (parameter: string): string => {
    const name = score?.parts.find((p) => p.parameter === parameter)?.name;
    return name ? pick(name) : parameter;
  };
  const partial =
    score && !score.complete
      ? {
          text: t('news2Partial', {
            scale: SCALE_NAMES[score.scale],
            recorded: score.recorded,
            names: score.missing.map(named).join(', '),
          }),
        }
      : score === undefined && age.years === undefined
        ? { text: t('ageUnknown') }
        : undefined;
  return frame({
    banner: (
      <PatientBanner
        patient={bannerOf(row, known.rows, t('allergyUnread'))}
        onAllergy={row.patient ? drawer.open : undefined}
      />
    ),
    finish: (
      <FinishBar
        missing={missing}
        notice={partial}
        saved={draft.savedAt && formatTime(draft.savedAt)}
        finish={{
          label: { vi: texts.vi.save, en: texts.en.save },
          icon: 'check',
          busy: save.running,
          disabled: missing.length > 0,
          run: () => void save.run(input),
        }}
      />
    ),
    body: (
      <div className="vit-page">
        {(save.issuesByField[''] ?? []).map((issue) => (
          <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        ))}
        <Form
          form={form}
          set={draft.set}
          found={found}
          rules={rules}
          age={age}
          woman={row.gender === 'female' && age.years !== undefined && age.years >= 10 && age.years < 60}
          command={save}
        />
        {row.patient && <AllergyDrawer patient={row.patient} encounter={row.key} name={row.name ?? ''} />}
      </div>
    ),
  });
}

const SEXES: Readonly<Record<string, BannerPatient['sex']>> = { male: 'male', female: 'female', other: 'other' };

function bannerOf(row: QueueRow, rows: readonly AllergyRow[], unread: string): BannerPatient {
  const items: readonly Pick<AllergyRow, 'substance' | 'reaction' | 'since'>[] =
    // The queue knows that there are some; which ones could not be read. That is never shown as "not asked".
    rows.length === 0 && row.allergyState === 'known'
      ? [{ substance: unread, reaction: null, since: null }]
      : rows.filter((one) => !one.noneKnown);
  const none = rows.find((one) => one.noneKnown);
  return {
    patient: row.patient ?? undefined,
    name: row.name ?? '',
    sex: SEXES[row.gender ?? ''] ?? 'unknown',
    birth: row.birthDate ?? undefined,
    code: row.patientCode ?? undefined,
    place: [row.roomName, row.queueNumber].filter(Boolean).join(' · '),
    allergy:
      items.length > 0
        ? {
            state: 'known',
            items: items.map((one) => ({
              substance: one.substance ?? '',
              reaction: one.reaction ?? undefined,
              year: one.since?.slice(0, 4),
            })),
          }
        : none
          ? { state: 'none', at: none.recordedAt ?? undefined, by: none.recordedBy ?? undefined }
          : { state: 'unasked' },
    facts: row.reason ? [{ label: '', value: row.reason }] : [],
  };
}

export default { Home } satisfies Workspace;
