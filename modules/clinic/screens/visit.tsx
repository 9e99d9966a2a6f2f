import type { CashierQueueRow, SettleInput } from '@mach/cashier/contract.ts';
import {
  AlertLine,
  Allergy,
  type AllergyState,
  Checkbox,
  Chip,
  CodeSearch,
  clinicalNumber,
  type FinishAction,
  FinishBar,
  IconButton,
  type Issue,
  MoneyField,
  money,
  NumberField,
  PrintButton,
  Section,
  Segmented,
  TextArea,
  TextField,
  useDraft,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  confirmation,
  type DrugLine,
  EMPTY_FORM,
  missing,
  steps,
  VITALS,
  type VisitForm,
  type VitalField,
} from '../rules/visit.ts';
import { ShiftNeeded, useMyShift } from './shift.tsx';
import { texts } from './texts.ts';
import { useSteps } from './use-steps.ts';
import { type OpenVisit, useVisit } from './use-visit.ts';

type Method = Exclude<SettleInput['payments'][number]['method'], 'deposit'>;
const OPEN = ['waiting', 'in-exam', 'awaiting-results', 'results-ready'];
/** What is known, in three states: nobody prescribes past an allergy that stands in another screen. */
function allergyOf({ allergies }: OpenVisit): AllergyState {
  const items = allergies.flatMap((one) =>
    one.noneKnown || one.substance === null ? [] : [{ substance: one.substance, reaction: one.reaction ?? undefined }],
  );
  if (items.length > 0) return { state: 'known', items };
  const none = allergies.find((one) => one.noneKnown);
  return none ? { state: 'none', at: none.recordedAt ?? undefined } : { state: 'unasked' };
}

/** The vital sign that an issue is about. */
const itemOf = (issue: Issue): VitalField | undefined => VITALS.find((item) => issue.field === `values.${item}`);

/** A whole visit on one page and one key: signs the exam, then takes the money and hands the drugs over. */
export function Visit({
  row,
  onDone,
  children,
}: {
  readonly row: CashierQueueRow;
  readonly onDone: () => void;
  readonly children: (page: ReactElement, finish: ReactElement) => ReactElement;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const draft = useDraft<VisitForm>(`clinic:${row.key}`, EMPTY_FORM);
  // A draft of an earlier version of the app may lack what was added since.
  const refusals = useRef<HTMLDivElement>(null);
  const form = { ...EMPTY_FORM, ...draft.value };
  const put = (next: Partial<VisitForm>): void => draft.set({ ...form, ...next });
  const visit = useVisit(row);
  const shift = useMyShift();
  const [method, setMethod] = useState<Method>('cash');
  const [given, setGiven] = useState('');
  const [keep, setKeep] = useState('');
  const stepping = useSteps(row.key, row.patient, visit, form);
  const examining = OPEN.includes(row.state);
  const paying = row.rank === 1;
  const due = visit.bill?.patientTotal ?? 0;
  const cash = method === 'cash' ? Number(given || due) : due;
  const needsShift = paying && due > 0 && method === 'cash' && shift.row === null;
  const lacking = examining ? missing(form, visit.facts.allergiesKnown) : [];
  const names = {
    history: t('history'),
    exam: t('exam'),
    diagnosis: t('diagnosis'),
    line: t('prescription'),
    allergies: t('allergies'),
  };
  const refused = stepping.stopped?.issues ?? [];
  const passable = refused.every((issue) => issue.severity !== 'error');
  const warned = ['prescribe', 'dispense'].includes(stepping.stopped?.step ?? '') && passable;
  const unusual =
    stepping.stopped?.step === 'vitals' && passable ? refused.flatMap((issue) => itemOf(issue) ?? []) : [];
  const sure = (item: VitalField): string => confirmation(item, form.vitals[item] ?? '');
  const left = steps(visit.facts, form, new Set());

  // Whoever pressed the key looks at the bottom of the page: what stopped it comes before their eyes, its answer under the hand.
  useEffect(() => {
    if (!stepping.stopped) return;
    refusals.current?.scrollIntoView({ block: 'start' });
    refusals.current?.querySelector('input')?.focus({ preventScroll: true });
  }, [stepping.stopped]);

  async function run(): Promise<void> {
    const overrides =
      warned && keep.trim().length > 1
        ? refused.map((issue) => ({ rule: issue.code, reason: keep.trim() }))
        : undefined;
    await stepping.run({ total: due, payments: due > 0 ? [{ method, amount: cash }] : [] }, overrides);
  }

  const page = (
    <div className="m-page clinic-page">
      {!visit.loading && (
        <div className="clinic-row">
          <Allergy allergy={allergyOf(visit)} />
        </div>
      )}
      <div ref={refusals} className="clinic-form">
        {refused.map((issue) => (
          <AlertLine
            key={`${issue.code}${issue.field ?? ''}`}
            level={issue.severity === 'error' ? 'stop' : 'warn'}
            what={pick(issue.text)}
            why={issue.remedy ? pick(issue.remedy) : undefined}
          />
        ))}
        {unusual.map((item) => (
          <Checkbox
            key={item}
            checked={form.confirmed.includes(sure(item))}
            onChange={(yes) =>
              put({
                confirmed: yes ? [...form.confirmed, sure(item)] : form.confirmed.filter((one) => one !== sure(item)),
              })
            }
          >
            {t('measuredAgain', { item: t(item), value: clinicalNumber(form.vitals[item] ?? '') })}
          </Checkbox>
        ))}
        {warned && <TextField label={t('keepReason')} required value={keep} onChange={setKeep} maxLength={300} />}
      </div>
      {examining && (
        <ExamForm form={form} put={put} known={visit.facts.allergiesKnown} lines={visit.facts.prescribed} />
      )}
      {!examining && visit.prescriptions.length > 0 && (
        <Section anchor={3} title={t('prescription')}>
          {visit.prescriptions.map((one) => (
            <div key={one.key} className="clinic-row">
              <span>{t('prescribed', { code: one.code ?? '' })}</span>
              <PrintButton form="outpatient.prescription" id={one.prescription} label={t('printRx')} />
            </div>
          ))}
          {paying && (
            <Checkbox checked={form.here} onChange={(here) => put({ here })}>
              {t('here')}
            </Checkbox>
          )}
        </Section>
      )}
      {(visit.bill || paying) && (
        <Section anchor={4} title={t('bill')}>
          <ul className="clinic-lines">
            {(visit.bill?.lines ?? []).map((line) => (
              <li key={line.chargeItem}>
                <span>
                  {line.text}
                  {line.quantity === '1' ? '' : ` × ${line.quantity}`}
                </span>
                <span className="clinic-number">{money(Math.round(Number(line.patientPays)))}</span>
              </li>
            ))}
          </ul>
          <p className="clinic-due">
            {t('due')} <strong>{money(due)}</strong>
          </p>
          {paying && due > 0 && (
            <>
              {needsShift && <ShiftNeeded shift={shift} />}
              <div className="clinic-row">
                <Segmented<Method>
                  label={t('way')}
                  value={method}
                  onChange={setMethod}
                  options={[
                    { value: 'cash', label: t('cash'), icon: 'cash' },
                    { value: 'qr', label: t('qr') },
                    { value: 'card', label: t('card') },
                  ]}
                />
                {method === 'cash' && (
                  <MoneyField label={t('cashGiven')} value={given} onChange={setGiven} placeholder={money(due)} />
                )}
                {cash > due && (
                  <span className="clinic-change">
                    {t('change')} <strong>{money(cash - due)}</strong>
                  </span>
                )}
              </div>
            </>
          )}
        </Section>
      )}
      {row.rank === 4 && (
        <div className="clinic-row">
          <PrintButton form="cashier.receipt" id={row.key} label={t('printReceipt')} chord="F8" />
        </div>
      )}
    </div>
  );
  const open = left.includes('dispense') ? 'handOver' : 'doneVisit';
  const label = examining ? 'finish' : paying ? (open === 'handOver' ? 'pay' : 'payOnly') : open;
  const openShift: FinishAction[] = needsShift
    ? [{ label: { vi: texts.vi.openShift, en: texts.en.openShift }, chord: 'F9', run: shift.open }]
    : [];
  return children(
    page,
    <FinishBar
      missing={lacking.map((one) => ({ field: names[one] }))}
      actions={openShift}
      finish={{
        label: { vi: texts.vi[label], en: texts.en[label] },
        patient: row.name,
        icon: 'check',
        busy: stepping.busy,
        disabled: lacking.length > 0 || needsShift || visit.loading || (paying && (!visit.bill || cash < due)),
        run: () => void (left.length === 0 ? onDone() : run()),
      }}
    />,
  );
}

function ExamForm({
  form,
  put,
  known,
  lines,
}: {
  readonly form: VisitForm;
  readonly put: (next: Partial<VisitForm>) => void;
  /** Allergies were asked about before. */
  readonly known: boolean;
  /** The prescription is signed. */
  readonly lines: boolean;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <>
      <Section anchor={1} title={t('vitals')}>
        <div className="clinic-vitals">
          {VITALS.map((item, i) => (
            <NumberField
              key={item}
              label={t(item)}
              value={form.vitals[item] ?? ''}
              onChange={(value) => put({ vitals: { ...form.vitals, [item]: value } })}
              autoFocus={i === 0}
            />
          ))}
        </div>
      </Section>
      <Section anchor={2} title={t('exam')}>
        <div className="clinic-form">
          <TextArea label={t('history')} required value={form.history} onChange={(history) => put({ history })} />
          <TextArea label={t('exam')} required value={form.exam} onChange={(exam) => put({ exam })} />
          <CodeSearch
            list="icd10"
            label={t('diagnosis')}
            required
            value={null}
            onChange={(row) =>
              row &&
              !form.diagnoses.some((one) => one.code === row.code) &&
              put({ diagnoses: [...form.diagnoses, { code: row.code, text: row.display }] })
            }
            collect
          />
          <Chosen
            items={form.diagnoses.map((one) => ({ key: one.code, text: `${one.code} ${one.text}` }))}
            onRemove={(key) => put({ diagnoses: form.diagnoses.filter((one) => one.code !== key) })}
          />
          <CodeSearch
            list="service"
            label={t('servicesOrdered')}
            value={null}
            onChange={(row) =>
              row &&
              !form.services.some((one) => one.code === row.code) &&
              put({ services: [...form.services, { code: row.code, name: row.display }] })
            }
            collect
          />
          <Chosen
            items={form.services.map((one) => ({ key: one.code, text: one.name }))}
            onRemove={(key) => put({ services: form.services.filter((one) => one.code !== key) })}
          />
          <TextField label={t('advice')} value={form.advice} onChange={(advice) => put({ advice })} />
        </div>
      </Section>
      {!lines && (
        <Section anchor={3} title={t('prescription')}>
          {!known && (
            <div className="clinic-allergies">
              <TextField
                label={t('allergies')}
                hint={t('allergiesHint')}
                required={form.lines.length > 0}
                value={form.allergies}
                onChange={(allergies) => put({ allergies })}
              />
            </div>
          )}
          <Lines lines={form.lines} onChange={(next) => put({ lines: next })} />
        </Section>
      )}
    </>
  );
}

function Chosen({
  items,
  onRemove,
}: {
  readonly items: readonly { readonly key: string; readonly text: string }[];
  readonly onRemove: (key: string) => void;
}): ReactElement | null {
  const t = useTexts(texts);
  if (items.length === 0) return null;
  return (
    <div className="clinic-chosen">
      {items.map((one) => (
        <Chip key={one.key} onClick={() => onRemove(one.key)} title={t('remove')}>
          {one.text} {'×'}
        </Chip>
      ))}
    </div>
  );
}

const SLOTS = ['morning', 'noon', 'afternoon', 'evening'] as const;

function Lines({
  lines,
  onChange,
}: {
  readonly lines: readonly DrugLine[];
  readonly onChange: (lines: readonly DrugLine[]) => void;
}): ReactElement {
  const t = useTexts(texts);
  const put = (at: number, next: Partial<DrugLine>): void =>
    onChange(lines.map((line, i) => (i === at ? { ...line, ...next } : line)));
  return (
    <div className="clinic-form">
      {lines.map((line, i) => (
        <div key={line.code} className="clinic-drug">
          <strong className="clinic-drug-name">{line.name}</strong>
          {SLOTS.map((slot) => (
            <NumberField
              key={slot}
              label={t(slot)}
              value={line[slot]}
              onChange={(value) => put(i, { [slot]: value })}
              autoFocus={slot === 'morning'}
            />
          ))}
          <NumberField
            label={t('days')}
            range={{ hard: [1, 90] }}
            value={line.days}
            onChange={(days) => put(i, { days })}
          />
          <IconButton
            icon="trash"
            size="small"
            label={t('remove')}
            onClick={() => onChange(lines.filter((_, at) => at !== i))}
          />
        </div>
      ))}
      <CodeSearch
        list="drug"
        label={t('addLine')}
        value={null}
        onChange={(row) =>
          row &&
          !lines.some((line) => line.code === row.code) &&
          onChange([
            ...lines,
            {
              code: row.code,
              name: row.display,
              doseUnit: String(row.doseUnit ?? row.unit ?? ''),
              morning: '',
              noon: '',
              afternoon: '',
              evening: '',
              days: '',
            },
          ])
        }
        collect
      />
    </div>
  );
}
