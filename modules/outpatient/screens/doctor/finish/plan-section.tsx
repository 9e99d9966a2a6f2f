import { addDays, localDate } from '@mach/base/time.ts';
import { OUTCOME_LABELS, OUTCOMES, type Outcome } from '@mach/encounter/contract.ts';
import { Button, DateField, Section, Select, TextField, useNow, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { DataWord } from '../note/expand.ts';
import { SnippetField } from '../note/snippet-field.tsx';
import type { Note } from '../note/use-note.ts';
import { texts } from '../texts.ts';
import { workday } from './missing.ts';
import type { Ending } from './use-ending.ts';

/** Days to a return visit that are one key away. */
const RETURNS = [7, 14, 30] as const;

/** Plan, advice, and how the visit ends. */
export function PlanSection(props: {
  readonly note: Note;
  readonly data: readonly DataWord[];
  readonly ending: Ending;
  /** Results are still to come: the end needs a reason. */
  readonly pending: boolean;
}): ReactElement {
  const { note, data, ending, pending } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const today = localDate(useNow());
  return (
    <Section anchor={7} title={t('planAndAdvice')}>
      <div className="doc-plan">
        <div className="doc-plan-text">
          <span className="m-field-label">{t('plan')}</span>
          <SnippetField
            label={t('plan')}
            section="plan"
            rows={1}
            placeholder={t('planHint')}
            texts={note.texts}
            data={data}
            onChange={(next) => note.write(next, 'plan')}
          />
        </div>
        <div className="doc-plan-text">
          <span className="m-field-label">{t('advice')}</span>
          <SnippetField
            label={t('advice')}
            section="advice"
            rows={1}
            placeholder={t('adviceHint')}
            texts={note.texts}
            data={data}
            onChange={(next) => note.write(next, 'advice')}
          />
        </div>
        <div className="doc-outcome">
          <Select<Outcome>
            label={t('outcome')}
            value={ending.outcome}
            onChange={ending.setOutcome}
            options={OUTCOMES.map((code) => ({ value: code, label: pick(OUTCOME_LABELS[code]) }))}
          />
          {ending.outcome === 'revisit' && (
            <>
              <DateField
                label={t('revisit')}
                required
                value={ending.revisit}
                min={today}
                onChange={ending.setRevisit}
              />
              <div className="doc-returns">
                {RETURNS.map((days) => (
                  <Button
                    key={days}
                    size="small"
                    look="quiet"
                    onClick={() => ending.setRevisit(workday(addDays(today, days)))}
                  >
                    {t('inDays', { n: days })}
                  </Button>
                ))}
              </div>
            </>
          )}
          {ending.outcome === 'transferred' && (
            <TextField
              className="doc-grow"
              label={t('destination')}
              required
              value={ending.destination}
              onChange={ending.setDestination}
              maxLength={500}
            />
          )}
          {ending.outcome === 'died' && (
            <TextField
              label={t('diedAt')}
              required
              value={ending.diedAt}
              onChange={ending.setDiedAt}
              placeholder="HH:mm"
              maxLength={5}
            />
          )}
        </div>
        {pending && (
          <TextField
            label={t('pendingWhy')}
            value={ending.pendingReason}
            placeholder={t('pendingHint')}
            onChange={ending.setPendingReason}
            maxLength={500}
          />
        )}
      </div>
    </Section>
  );
}
