import type { IcdCodeRow } from '@mach/outpatient/contract.ts';
import {
  AlertLine,
  Button,
  CodeSearch,
  DateField,
  Drawer,
  Segmented,
  TextArea,
  TextField,
  toast,
  useCommand,
  useDraft,
  useDrawer,
  useKeys,
  useNow,
  usePick,
  useRoute,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { type BoardRow, type DisposeInput, type DisposeResult, type Disposition, dispose } from '../contract.ts';
import { texts } from './texts.ts';

export const DISPOSE_DRAWER = 'emergency-dispose';

const OUTCOMES: readonly Disposition[] = ['home', 'admitted', 'transferred', 'died'];

interface Form {
  outcome: Disposition;
  diagnosis: IcdCodeRow | null;
  history: string;
  exam: string;
  plan: string;
  revisit: string;
  department: string;
  destination: string;
  reason: string;
  handover: string;
  handedTo: string;
  /** Local time of today, `HH:mm`. */
  diedAt: string;
  family: string;
  pendingReason: string;
}

const EMPTY: Form = {
  outcome: 'home',
  diagnosis: null,
  history: '',
  exam: '',
  plan: '',
  revisit: '',
  department: '',
  destination: '',
  reason: '',
  handover: '',
  handedTo: '',
  diedAt: '',
  family: '',
  pendingReason: '',
};

/** Fields of each way out, in the order in which they are asked. */
const FIELDS: Readonly<Record<Disposition, readonly (keyof Form & string)[]>> = {
  home: [],
  admitted: ['department', 'reason', 'handover', 'handedTo'],
  transferred: ['destination', 'reason', 'handover', 'handedTo'],
  died: ['family'],
};
const LONG: readonly string[] = ['handover'];

/** "07:18" of the Vietnamese day of `now` as an instant; undefined when it is no time. */
function instantOf(time: string, now: string): string | undefined {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return undefined;
  const day = new Date(Date.parse(now) + 7 * 3_600_000).toISOString().slice(0, 10);
  return new Date(`${day}T${time}:00+07:00`).toISOString();
}

function inputOf(row: BoardRow, form: Form, now: string): DisposeInput {
  const said = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());
  const note = { history: said(form.history), exam: said(form.exam), plan: said(form.plan) };
  const input: Record<string, unknown> = {
    encounter: row.key,
    outcome: form.outcome,
    pendingReason: said(form.pendingReason),
    ...(Object.values(note).some(Boolean) ? { note } : {}),
    ...(form.diagnosis ? { diagnoses: [{ code: form.diagnosis.code, principal: true }] } : {}),
    ...(form.outcome === 'home' ? { revisit: said(form.revisit) } : {}),
    ...(form.outcome === 'died' ? { diedAt: instantOf(form.diedAt, now) } : {}),
  };
  for (const field of FIELDS[form.outcome]) input[field] = said(String(form[field]));
  // Absent, never undefined: the door takes JSON.
  return JSON.parse(JSON.stringify(input)) as DisposeInput;
}

/** The way out: what is said depends on where to; one signature closes note, diagnosis and outcome. */
export function DisposeDrawer({ row }: { readonly row: BoardRow }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const { go } = useRoute();
  const drawer = useDrawer(DISPOSE_DRAWER);
  const draft = useDraft<Form>(`dispose:${row.key}`, EMPTY);
  const form = draft.value;
  const set = (change: Partial<Form>): void => draft.set((before) => ({ ...before, ...change }));
  const command = useCommand<DisposeInput, DisposeResult>(dispose.name, {
    onDone: () => {
      draft.discard();
      drawer.close();
      toast({ text: t('disposed', { name: row.name ?? '' }) });
      go([]);
    },
  });
  const run = (): void => void command.run(inputOf(row, form, now));
  useKeys(drawer.isOpen ? [{ chord: 'Ctrl+Enter', label: { vi: texts.vi.sign, en: texts.en.sign }, run }] : []);
  return (
    <Drawer
      id={DISPOSE_DRAWER}
      title={t('dispose')}
      patient={row.name ?? undefined}
      chord="F9"
      foot={
        <Button look="primary" icon="sign" chord="Ctrl+Enter" busy={command.running} onClick={run}>
          {t('sign')}
        </Button>
      }
    >
      <div className="em-drawer">
        {command.issues.map((issue) => (
          <AlertLine
            key={`${issue.code}${issue.field}`}
            level="warn"
            what={pick(issue.text)}
            why={issue.remedy && pick(issue.remedy)}
          />
        ))}
        <Segmented
          label={t('outcome')}
          value={form.outcome}
          onChange={(outcome) => set({ outcome })}
          options={OUTCOMES.map((value) => ({ value, label: t(`outcome_${value}`) }))}
        />
        <CodeSearch
          list="icd10"
          label={t('diagnosis')}
          value={form.diagnosis as never}
          onChange={(found) => set({ diagnosis: found as IcdCodeRow | null })}
          hint={row.principalDiagnosis ?? undefined}
        />
        <TextArea label={t('history')} value={form.history} onChange={(history) => set({ history })} />
        <TextArea label={t('exam')} value={form.exam} onChange={(exam) => set({ exam })} />
        <TextArea label={t('plan')} value={form.plan} onChange={(plan) => set({ plan })} />
        {form.outcome === 'home' && (
          <DateField
            label={t('revisit')}
            value={form.revisit}
            onChange={(revisit) => set({ revisit: revisit ?? '' })}
          />
        )}
        {form.outcome === 'died' && (
          <TextField
            label={t('diedAt')}
            required
            value={form.diedAt}
            onChange={(diedAt) => set({ diedAt })}
            hint={t('timeHint')}
            maxLength={5}
          />
        )}
        {FIELDS[form.outcome].map((field) => {
          const common = {
            label: t(`field_${field}` as 'field_reason'),
            value: String(form[field]),
            onChange: (value: string) => set({ [field]: value }),
            required: field !== 'handedTo',
          };
          return LONG.includes(field) ? <TextArea key={field} {...common} /> : <TextField key={field} {...common} />;
        })}
        {row.ordersTotal > row.ordersDone && (
          <TextField
            label={t('pendingReason')}
            value={form.pendingReason}
            onChange={(pendingReason) => set({ pendingReason })}
            hint={t('pendingHint', { n: row.ordersTotal - row.ordersDone })}
          />
        )}
      </div>
    </Drawer>
  );
}
