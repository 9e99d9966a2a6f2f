import { Checkbox, type Command, clinicalNumber, Section, Segmented, TextField, useTexts } from '@mach/ui';
import type { Consciousness } from '@mach/vn/clinical/news2.ts';
import { type ReactElement, useRef } from 'react';
import type { RecordVitalsInput, RecordVitalsResult, VitalItemCode } from '../../contract.ts';
import { EFFORTS, REFILLS } from '../../rules/pews.ts';
import { itemOf, type VitalFindings } from '../../rules/vitals.ts';
import { VitalField } from './field.tsx';
import { confirm, FIELDS, isConfirmed, mgPerDl, rangeOf, type VitalsForm } from './form-state.ts';
import { News2Chart } from './news2-chart.tsx';
import { ScoreTile } from './score-tile.tsx';
import { type ItemLabel, texts } from './texts.ts';
import type { VitalRules } from './use-rules.ts';

export interface FormProps {
  readonly form: VitalsForm;
  readonly set: (next: (before: VitalsForm) => VitalsForm) => void;
  readonly found: VitalFindings;
  readonly rules: VitalRules;
  readonly age: { readonly days: number | undefined; readonly years: number | undefined };
  readonly woman: boolean;
  readonly command: Command<RecordVitalsInput, RecordVitalsResult>;
}

const FIRST: readonly VitalItemCode[] = ['sbp', 'dbp', 'pulse', 'temp', 'resp', 'spo2'];
const ACVPU: readonly Consciousness[] = ['A', 'C', 'V', 'P', 'U'];

/** The whole form: hands stay on the number keys, Enter goes on, what is unusual asks at its own place. */
export function Form({ form, set, found, rules, age, woman, command }: FormProps): ReactElement {
  const t = useTexts(texts);
  const inputs = useRef(new Map<VitalItemCode, HTMLInputElement>());
  const shown = FIELDS.filter((item) => item !== 'o2flow' || form.oxygen === 'oxygen');

  function next(item: VitalItemCode): void {
    const after = shown[shown.indexOf(item) + 1];
    if (after) inputs.current.get(after)?.focus();
  }
  /** Units that are words are said in the language of the screen; the others are the same everywhere. */
  const unitOf = (item: VitalItemCode): string => {
    if (item === 'pulse' || item === 'resp') return t('perMinute');
    if (item === 'o2flow') return t('litresPerMinute');
    return item === 'pain' ? '' : (rules.vitals.items.get(item)?.unit ?? '');
  };
  const field = (item: VitalItemCode): ReactElement => {
    const value = form.values[item] ?? '';
    const warning = found.warnings.find((issue) => itemOf(issue) === item);
    return (
      <VitalField
        key={item}
        label={t(item as ItemLabel)}
        unit={unitOf(item)}
        value={value}
        range={rangeOf(rules.vitals, item, age.days)}
        warning={warning}
        confirmed={isConfirmed(form, item)}
        issues={issuesOf(item)}
        hint={item === 'glucose' && value !== '' ? t('glucoseTwin', { value: mgPerDl(value) }) : undefined}
        autoFocus={item === 'sbp'}
        inputRef={(element) => {
          if (element) inputs.current.set(item, element);
          else inputs.current.delete(item);
        }}
        onChange={(typed) => set((before) => ({ ...before, values: { ...before.values, [item]: typed } }))}
        onConfirm={() => set((before) => confirm(before, item))}
        onNext={() => next(item)}
      />
    );
  };
  /** Errors of the set that no single field shows by itself, and what the server said. */
  const issuesOf = (item: string) => [
    ...found.errors.filter((issue) => itemOf(issue) === item && issue.code !== 'vital-out-of-hard-range'),
    ...(command.issuesByField[`values.${item}`] ?? []).filter((issue) => issue.severity === 'error'),
  ];

  const child = age.years !== undefined && age.years < rules.news2.minAgeYears && !form.pregnant;
  const adult = age.years !== undefined && age.years >= rules.news2.minAgeYears && !form.pregnant;
  return (
    <>
      <Section title={t('vitals')} anchor={1}>
        <div className="vit-grid">{shown.filter((item) => FIRST.includes(item)).map(field)}</div>
        <div className="vit-choices">
          <Segmented
            label={t('oxygen')}
            value={form.oxygen}
            options={[
              { value: 'air', label: t('air') },
              { value: 'oxygen', label: t('onOxygen') },
            ]}
            onChange={(oxygen) =>
              set((before) => ({
                ...before,
                oxygen,
                // Room air has no flow: a number left behind would contradict it.
                values: oxygen === 'air' ? { ...before.values, o2flow: '' } : before.values,
              }))
            }
          />
          {form.oxygen === 'oxygen' && field('o2flow')}
          <Segmented
            label={t('consciousness')}
            value={form.consciousness}
            options={ACVPU.map((value) => ({ value, label: value }))}
            onChange={(consciousness) => set((before) => ({ ...before, consciousness }))}
          />
          {child && (
            <>
              <Segmented
                label={t('refill')}
                value={form.refill ?? null}
                options={REFILLS.map((value) => ({ value, label: t(`refill_${value}`) }))}
                onChange={(refill) => set((before) => ({ ...before, refill }))}
              />
              <Segmented
                label={t('effort')}
                value={form.effort ?? null}
                options={EFFORTS.map((value) => ({ value, label: t(`effort_${value}`) }))}
                onChange={(effort) => set((before) => ({ ...before, effort }))}
              />
            </>
          )}
          {adult && (
            <Checkbox checked={form.scale2 ?? false} onChange={(scale2) => set((before) => ({ ...before, scale2 }))}>
              {t('scale2')}
            </Checkbox>
          )}
          {woman && (
            <Checkbox checked={form.pregnant} onChange={(pregnant) => set((before) => ({ ...before, pregnant }))}>
              {t('pregnant')}
            </Checkbox>
          )}
        </div>
        <ScoreTile warning={found.warning} reason={age.years === undefined ? t('ageUnknown') : t('news2None')} />
        {adult && (
          <News2Chart pack={rules.news2} score={found.news2} values={found.values} scale={form.scale2 ? 2 : 1} />
        )}
      </Section>
      <Section
        title={t('more')}
        anchor={2}
        side={found.bmi && <span className="vit-bmi">{t('bmi', { value: clinicalNumber(found.bmi.toString()) })}</span>}
      >
        <div className="vit-grid">{shown.filter((item) => !FIRST.includes(item) && item !== 'o2flow').map(field)}</div>
        <TextField label={t('note')} value={form.note} onChange={(note) => set((before) => ({ ...before, note }))} />
      </Section>
    </>
  );
}
