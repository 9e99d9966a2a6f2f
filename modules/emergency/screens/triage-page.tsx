import { ageDays, ageMonths, ageYears, EFFORTS, REFILLS } from '@mach/outpatient/contract.ts';
import {
  AlertLine,
  Button,
  Checkbox,
  FinishBar,
  NumberField,
  Section,
  Segmented,
  TextField,
  toast,
  useCommand,
  useDraft,
  useNow,
  usePick,
  useTexts,
  WorkspaceFrame,
  type WorkspaceFrameProps,
} from '@mach/ui';
import { type ReactElement, useRef } from 'react';
import { type BoardRow, type TriageInput, type TriageResult, triage } from '../contract.ts';
import { LEVELS } from '../rules/triage-pack.ts';
import { LevelBadge } from './badge.tsx';
import { EmergencyBanner } from './banner.tsx';
import { texts } from './texts.ts';
import { EMPTY_TRIAGE, TRIAGE_ITEMS, type TriageForm, toTriage, triageState } from './triage-form.ts';
import type { EmergencyRules } from './use-rules.ts';

const ACVPU = ['A', 'C', 'V', 'P', 'U'] as const;

/** One screen for 30 seconds: taps for what is seen, numbers of the monitor, the level with its reasons, Ctrl+Enter. */
export function TriagePage(props: {
  readonly row: BoardRow;
  readonly rules: EmergencyRules;
  readonly frame: Omit<WorkspaceFrameProps, 'children'>;
  /** Bundles that the signs suggest. */
  readonly onDone: (bundles: readonly string[]) => void;
  readonly onBack: () => void;
}): ReactElement {
  const { row, rules, frame, onDone, onBack } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const draft = useDraft<TriageForm>(`triage:${row.key}`, EMPTY_TRIAGE);
  const form = draft.value;
  const set = (change: Partial<TriageForm>): void => draft.set((before) => ({ ...before, ...change }));
  const birth = row.birthDate ?? undefined;
  const age = { days: ageDays(birth, now), years: ageYears(birth, now), months: ageMonths(birth, now) };
  const state = triageState(form, age, rules.vitals, rules.triage);
  const inputs = useRef(new Map<string, HTMLInputElement>());
  const command = useCommand<TriageInput, TriageResult>(triage.name, {
    onDone: (done) => {
      toast({ text: t('triaged', { level: done.level }) });
      draft.discard();
      onDone(done.bundles);
    },
  });
  const child = age.years !== undefined && age.years < rules.vitals.news2.minAgeYears && !form.pregnant;
  const woman =
    row.gender !== 'male' && age.years !== undefined && age.years >= rules.vitals.meows.minAgeYears && age.years < 60;
  const errors = state.found.errors.filter((e) => e.code !== 'vitals-empty');
  const missing = [
    ...errors.map((e) => ({ text: pick(e.text) })),
    ...(state.unusual.length > 0 ? [{ text: t('unusual', { n: state.unusual.length }) }] : []),
    ...(state.level === null ? [{ text: t('nothingAssessed') }] : []),
    ...(state.own && form.reason.trim().length < 3 ? [{ field: t('reason') }] : []),
  ];
  const units: Readonly<Record<string, string>> = { pulse: t('perMinute'), resp: t('perMinute'), pain: '', gcs: '' };

  function run(): void {
    if (missing.length === 0) void command.run(toTriage(row.key, form, state));
  }
  const { warning } = state.found;
  return (
    <WorkspaceFrame
      {...frame}
      onBack={onBack}
      banner={<EmergencyBanner row={row} />}
      finish={
        <FinishBar
          missing={missing}
          finish={{
            label: { vi: texts.vi.saveTriage, en: texts.en.saveTriage },
            icon: 'check',
            busy: command.running,
            disabled: missing.length > 0,
            patient: row.name ?? undefined,
            run,
          }}
        />
      }
    >
      <div className="em-page">
        {command.issues.map((issue) => (
          <AlertLine
            key={`${issue.code}${issue.field}`}
            level="warn"
            what={pick(issue.text)}
            why={issue.remedy && pick(issue.remedy)}
          />
        ))}
        <div className="em-verdict" data-level={state.level ?? undefined} aria-live="polite">
          {state.level === null ? (
            <b>{t('notGraded')}</b>
          ) : (
            <LevelBadge level={state.level} pack={rules.triage} word large />
          )}
          <ul>
            {state.proposal.reasons.slice(0, 4).map((reason) => (
              <li key={reason.code}>{pick(reason.text)}</li>
            ))}
          </ul>
          {warning && (
            <p className="em-verdict-score">
              <b>
                {warning.scale.toUpperCase()} {pick(warning.text)}
              </b>{' '}
              {!warning.complete && t('recorded', { recorded: warning.recorded })} {pick(warning.response)}
            </p>
          )}
        </div>
        <Section anchor={1} title={t('signs')}>
          <div className="em-signs">
            {rules.triage.groups.map((group) => (
              <fieldset key={group.code}>
                <legend>{pick(group.text)}</legend>
                {[...rules.triage.signs.values()]
                  .filter((sign) => sign.group === group.code)
                  .sort((a, b) => a.level - b.level)
                  .map((sign) => {
                    const on = form.signs.includes(sign.code);
                    return (
                      <button
                        key={sign.code}
                        type="button"
                        className="em-sign"
                        data-level={sign.level}
                        aria-pressed={on}
                        onClick={() =>
                          set({
                            signs: on ? form.signs.filter((code) => code !== sign.code) : [...form.signs, sign.code],
                          })
                        }
                      >
                        <span className="em-sign-level">{sign.level}</span>
                        {pick(sign.text)}
                      </button>
                    );
                  })}
              </fieldset>
            ))}
          </div>
        </Section>
        <Section anchor={2} title={t('vitals')}>
          <div className="em-vitals">
            {TRIAGE_ITEMS.map((item, i) => (
              <NumberField
                key={item}
                label={t(`item_${item}` as 'item_sbp')}
                value={form.values[item] ?? ''}
                unit={units[item] ?? rules.vitals.vitals.items.get(item)?.unit ?? ''}
                issues={state.found.errors.filter((e) => e.field === `values.${item}`)}
                inputRef={(element) => {
                  if (element) inputs.current.set(item, element);
                  else inputs.current.delete(item);
                }}
                onChange={(typed) =>
                  draft.set((before) => ({ ...before, confirmed: false, values: { ...before.values, [item]: typed } }))
                }
                onEnter={() => inputs.current.get(TRIAGE_ITEMS[i + 1] ?? '')?.focus()}
              />
            ))}
          </div>
          <div className="em-choices">
            <Segmented
              label={t('consciousness')}
              value={form.consciousness}
              options={ACVPU.map((value) => ({ value, label: value }))}
              onChange={(consciousness) => set({ consciousness })}
            />
            <Segmented
              label={t('oxygen')}
              value={form.oxygen}
              options={[
                { value: 'air', label: t('air') },
                { value: 'oxygen', label: t('onOxygen') },
              ]}
              onChange={(oxygen) => set({ oxygen })}
            />
            {child && (
              <>
                <Segmented
                  label={t('refill')}
                  value={form.refill}
                  options={REFILLS.map((value) => ({ value, label: t(`refill_${value}`) }))}
                  onChange={(refill) => set({ refill })}
                />
                <Segmented
                  label={t('effort')}
                  value={form.effort}
                  options={EFFORTS.map((value) => ({ value, label: t(`effort_${value}`) }))}
                  onChange={(effort) => set({ effort })}
                />
              </>
            )}
            {woman && (
              <Checkbox checked={form.pregnant} onChange={(pregnant) => set({ pregnant })}>
                {t('pregnant')}
              </Checkbox>
            )}
          </div>
          {state.found.warnings.length > 0 && !form.confirmed && (
            <AlertLine
              level="warn"
              what={state.found.warnings.map((w) => pick(w.text)).join('; ')}
              instead={{ label: t('confirmUnusual'), run: () => set({ confirmed: true }) }}
            />
          )}
        </Section>
        <Section anchor={3} title={t('level')}>
          <div className="em-levels">
            {LEVELS.map((level) => (
              <Button
                key={level}
                look={level === state.level ? 'primary' : 'secondary'}
                aria-pressed={level === state.level}
                onClick={() => set({ level: state.proposal.assessed && level === state.proposal.level ? null : level })}
              >
                {t('levelNamed', { n: level, name: pick(rules.triage.levels.get(level)?.text ?? { vi: '', en: '' }) })}
              </Button>
            ))}
          </div>
          {state.own && (
            <TextField
              label={t('overrideReason')}
              required
              value={form.reason}
              onChange={(reason) => set({ reason })}
              maxLength={300}
            />
          )}
        </Section>
      </div>
    </WorkspaceFrame>
  );
}
