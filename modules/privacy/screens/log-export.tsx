import { addDays, fromLocal } from '@mach/base/time.ts';
import { Button, DateField, type Issue, issuesOf, localDate, Section, toast, useNow, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { download } from './ask.ts';
import { type Person, PersonField, Refusals } from './parts.tsx';
import { texts } from './texts.ts';

type Format = 'json' | 'csv' | 'fhir';

/** Days that are proposed. */
const DAYS = 30;

/** The log for an inspector: signed, with its chain; one patient's part of it where that is asked for. */
export function LogExport(): ReactElement {
  const t = useTexts(texts);
  const today = localDate(useNow());
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [person, setPerson] = useState<Person | null>(null);
  const [busy, setBusy] = useState<Format | null>(null);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const first = from ?? addDays(today, -DAYS);
  const last = to ?? today;

  async function run(format: Format): Promise<void> {
    setBusy(format);
    setIssues([]);
    const query = new URLSearchParams({ from: fromLocal(first), to: fromLocal(addDays(last, 1)), format });
    if (person) query.set('patient', person.id);
    try {
      await download(`/api/privacy/audit-export?${query}`);
      toast({ text: t('exported') });
    } catch (error) {
      setIssues(issuesOf(error));
    } finally {
      setBusy(null);
    }
  }
  return (
    <Section anchor={1} title={t('exportLog')}>
      <div className="prv-form prv-narrow">
        <p className="prv-note">{t('exportLogHint')}</p>
        <div className="prv-row">
          <DateField label={t('fromDay')} value={first} onChange={setFrom} max={last} />
          <DateField label={t('toDay')} value={last} onChange={setTo} max={today} />
        </div>
        <PersonField label={t('onlyPatient')} value={person} onChange={setPerson} />
        {person && <p className="prv-note">{t('chainPart')}</p>}
        <Refusals of={issues} />
        <div className="prv-row">
          <Button look="primary" icon="shield" busy={busy === 'json'} onClick={() => void run('json')}>
            {t('exportJson')}
          </Button>
          <Button icon="list" busy={busy === 'csv'} onClick={() => void run('csv')}>
            {t('exportCsv')}
          </Button>
          <Button icon="list" busy={busy === 'fhir'} onClick={() => void run('fhir')}>
            {t('exportFhir')}
          </Button>
        </div>
      </div>
    </Section>
  );
}
