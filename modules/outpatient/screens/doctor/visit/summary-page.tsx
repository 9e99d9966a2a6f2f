import { idOf, VISIT_LABELS } from '@mach/encounter/contract.ts';
import {
  Empty,
  emphasised,
  FinishBar,
  formatDate,
  Icon,
  ReadOnlyNote,
  ResultTable,
  Section,
  useDrawer,
  usePick,
  useTexts,
} from '@mach/ui';
import { fill } from '@mach/ui/texts/texts.ts';
import { type ReactElement, useMemo } from 'react';
import { isExamNote, readNote } from '../../../rules/note.ts';
import { AllergyDrawer } from '../allergy/allergy-drawer.tsx';
import type { Visit } from '../data/use-visit.ts';
import { type Dx, lastDiagnoses, recorded } from '../diagnosis/diagnoses.ts';
import { ALLERGY_DRAWER } from '../drawers.ts';
import { lastPrescription } from '../prescription/repeat.ts';
import { SignedRx, signedOf } from '../prescription/signed-rx.tsx';
import { useRx } from '../prescription/use-rx.ts';
import { earlierResults } from '../results/results.ts';
import { texts } from '../texts.ts';

/** Results of earlier visits that are shown before the patient sits down. */
const SHOWN = 10;

/** A patient who waits: why here, and what the last visit left. The one action calls them in. */
export function WaitingPage(props: {
  readonly visit: Visit;
  readonly name: string;
  readonly calling: boolean;
  readonly onCall: () => void;
}): ReactElement {
  const { visit, name, calling, onCall } = props;
  const t = useTexts(texts);
  const allergyDrawer = useDrawer(ALLERGY_DRAWER);
  const last = useMemo(
    () => lastDiagnoses(visit.visits, visit.conditions, visit.id),
    [visit.visits, visit.conditions, visit.id],
  );
  const rx = useMemo(() => lastPrescription(visit.medications, visit.id), [visit.medications, visit.id]);
  const results = useMemo(() => earlierResults(visit.values, visit.id).slice(0, SHOWN), [visit.values, visit.id]);
  const unasked = (visit.allergies ?? []).length === 0;
  return (
    <div className="doc-page">
      <div className="doc-sections">
        <Section anchor={1} title={t('reason')}>
          <p className="doc-lead">{visit.encounter.reasonCode?.[0]?.text ?? t('unknown')}</p>
        </Section>
        <Section title={t('lastVisit')} side={last && <span>{formatDate(last.on)}</span>}>
          {last ? <DxText list={last.list} /> : <p className="doc-muted">{t('firstVisit')}</p>}
        </Section>
        {rx && (
          <Section title={t('lastRx')} side={<span>{formatDate(rx.on)}</span>}>
            <ol className="doc-signed-lines">
              {rx.lines.map((line) => (
                <li key={line.id}>
                  <b>{line.medicationCodeableConcept?.text}</b>
                  <span>{line.dosageInstruction?.[0]?.text}</span>
                </li>
              ))}
            </ol>
          </Section>
        )}
        {results.length > 0 && (
          <Section title={t('lastResults')}>
            <ResultTable rows={results} abnormalFirst={false} />
          </Section>
        )}
      </div>
      <FinishBar
        missing={unasked ? [{ text: t('missing_allergy'), go: allergyDrawer.open }] : undefined}
        finish={{
          label: {
            vi: fill(texts.vi.callInName, { name: emphasised(name) }),
            en: fill(texts.en.callInName, { name: emphasised(name) }),
          },
          icon: 'stethoscope',
          busy: calling,
          run: onCall,
        }}
      />
      <AllergyDrawer visit={visit} name={name} />
    </div>
  );
}

/** A visit that has ended: what was written and signed, to read. */
export function ClosedPage({ visit, name }: { readonly visit: Visit; readonly name: string }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const rx = useRx(visit);
  const note = visit.notes.find((one) => isExamNote(one) && idOf(one.encounter) === visit.id);
  const written = readNote(note).texts;
  const parts = [
    [1, t('reason'), written.reason],
    [2, t('history'), written.history],
    [3, t('exam'), written.exam],
  ] as const;
  const list = recorded(visit.encounter, visit.conditions);
  const nothing = parts.every(([, , text]) => !text) && list.length === 0 && signedOf(visit).length === 0;
  return (
    <div className="doc-page">
      <ReadOnlyNote>{t('closedVisit', { state: pick(VISIT_LABELS[visit.state]) })}</ReadOnlyNote>
      <div className="doc-sections">
        {nothing && <Empty title={t('nothingWritten')} />}
        {parts.map(
          ([anchor, title, text]) =>
            text && (
              <Section key={anchor} anchor={anchor} title={title}>
                <p className="doc-written">{text}</p>
              </Section>
            ),
        )}
        {list.length > 0 && (
          <Section anchor={4} title={t('diagnoses')}>
            <DxText list={list} />
          </Section>
        )}
        {signedOf(visit).length > 0 && <SignedRx visit={visit} rx={rx} editable={false} />}
        {(written.plan || written.advice) && (
          <Section anchor={7} title={t('planAndAdvice')}>
            <p className="doc-written">{[written.plan, written.advice].filter(Boolean).join('\n')}</p>
          </Section>
        )}
      </div>
      <AllergyDrawer visit={visit} name={name} />
    </div>
  );
}

function DxText({ list }: { readonly list: readonly Dx[] }): ReactElement {
  const t = useTexts(texts);
  return (
    <ul className="doc-dx-read">
      {list.map((dx) => (
        <li key={dx.code}>
          <span className="doc-star-read">{dx.principal && <Icon name="star" size={16} label={t('principal')} />}</span>
          <span className="m-code">{dx.code}</span> {dx.text === '' ? dx.display : dx.text}
        </li>
      ))}
    </ul>
  );
}
