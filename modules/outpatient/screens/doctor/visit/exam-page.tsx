import { foldText } from '@mach/base/fold.ts';
import { formatDate, localDate } from '@mach/base/time.ts';
import { benefitOf, ORDER_LABELS, OUTCOME_LABELS, payerOf } from '@mach/encounter/contract.ts';
import {
  AlertLine,
  callName,
  emphasised,
  FinishBar,
  formatTime,
  isChild,
  KEY_LEVEL,
  type Missing,
  toast,
  useDrawer,
  useKeys,
  useNow,
  usePick,
  useTexts,
} from '@mach/ui';
import { fill } from '@mach/ui/texts/texts.ts';
import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { DrugCodeRow, ServiceCodeRow } from '../../../contract.ts';
import { AllergyDrawer } from '../allergy/allergy-drawer.tsx';
import { CostsCard } from '../costs/costs-card.tsx';
import { preview, type Unsigned } from '../costs/preview.ts';
import { useBill } from '../costs/use-bill.ts';
import type { Visit } from '../data/use-visit.ts';
import { DiagnosisSection } from '../diagnosis/diagnosis-section.tsx';
import { useDiagnoses } from '../diagnosis/use-diagnoses.ts';
import { ALLERGY_DRAWER, ORDERS_DRAWER, RESULTS_DRAWER } from '../drawers.ts';
import { focusAnchor, focusRx } from '../finish/goto.ts';
import { type MissingCode, missing } from '../finish/missing.ts';
import { PlanSection } from '../finish/plan-section.tsx';
import { StopModal } from '../finish/stop-modal.tsx';
import { useEnding } from '../finish/use-ending.ts';
import { useFinish } from '../finish/use-finish.ts';
import { unfilled } from '../note/expand.ts';
import { NoteSections } from '../note/note-sections.tsx';
import { useNote } from '../note/use-note.ts';
import { unsignedOf } from '../orders/basket.ts';
import { OrdersDrawer } from '../orders/orders-drawer.tsx';
import { useChoose } from '../orders/use-choose.ts';
import { useOrders } from '../orders/use-orders.ts';
import type { CheckPacks } from '../prescription/check.ts';
import { quantityOf } from '../prescription/line.ts';
import { RxSection } from '../prescription/rx-section.tsx';
import { SignedRx, signedOf } from '../prescription/signed-rx.tsx';
import { useRx } from '../prescription/use-rx.ts';
import { dataWords, visitResults } from '../results/results.ts';
import { ResultsDrawer } from '../results/results-drawer.tsx';
import { texts } from '../texts.ts';
import { allergyState } from './banner.tsx';
import { PageTabs } from './page-tabs.tsx';
import { isSmallChild } from './person.ts';
import { lastVitals } from './vitals.ts';

/** The page of a patient who is being examined: note, diagnoses, prescription, end; orders and results at the side. */
export function ExamPage(props: {
  readonly visit: Visit;
  readonly name: string;
  readonly packs: CheckPacks | undefined;
  /** Somebody of a similar name is in the queue: the whole name stands on the button. */
  readonly twin: boolean;
  /** The visit is concluded: on to the next patient. */
  readonly onDone: () => void;
}): ReactElement {
  const { visit, name, packs, twin, onDone } = props;
  const called = twin ? emphasised(name) : callName(name);
  const t = useTexts(texts);
  const pick = usePick();
  const now = useNow();
  const note = useNote(visit);
  const diagnoses = useDiagnoses(visit, true);
  const adult = visit.patient.birthDate === undefined || !isChild(visit.patient.birthDate, now);
  const day = localDate(now);
  const { patient, encounter, allergies, medications, values, vitals } = visit;
  // The checks look at days: `day` stands for the moment.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const facts = useMemo(() => {
    const weight = lastVitals(vitals, visit.id, adult).get('weight');
    return {
      patient,
      encounter: visit.id,
      insured: payerOf(encounter) === 'bhyt',
      allergies: allergies ?? [],
      medications,
      diagnoses: diagnoses.list,
      weight: weight && { value: weight.value, at: weight.at, earlier: weight.earlier },
      values,
      now: new Date().toISOString(),
    };
  }, [patient, encounter, allergies, medications, values, vitals, visit.id, diagnoses.list, adult, day]);
  const rx = useRx(visit, { packs, facts: visit.allergies === undefined ? undefined : facts });
  const orders = useOrders(visit);
  const { choose } = useChoose(orders);
  const { bill } = useBill(visit);
  const drugRef = useRef<HTMLInputElement>(null);
  const dxRef = useRef<HTMLInputElement>(null);
  const resultsDrawer = useDrawer(RESULTS_DRAWER);
  const ordersDrawer = useDrawer(ORDERS_DRAWER);
  const allergyDrawer = useDrawer(ALLERGY_DRAWER);
  const [stopped, setStopped] = useState(false);

  const signed = signedOf(visit);
  const writing = signed.length === 0 || rx.replaces.length > 0;
  const insured = payerOf(visit.encounter) === 'bhyt';
  const signedDays = visit.medications
    .filter((line) => signed.some((one) => one.code === line.groupIdentifier?.value))
    .map((line) => line.dispenseRequest?.expectedSupplyDuration?.value ?? 0);
  const ending = useEnding(visit.id, rx.lines.length > 0 ? rx.lines.map((line) => line.dose.days) : signedDays);
  const finishing = useFinish({ visit, name, note, diagnoses, rx, ending });

  const critical = visit.criticals.filter((one) => one.status === 'requested').map((one) => one.report ?? '');
  const results = visitResults(visit.orders, visit.values, visit.id, new Set(critical), {
    preliminary: t('preliminary'),
    callBack: t('callBackOpen'),
    state: (state) => pick(ORDER_LABELS[state]),
  });
  const data = useMemo(() => dataWords(visit.values, foldText, formatDate), [visit.values]);

  const rate = benefitOf(visit.encounter)?.rate;
  const basket = orders.basket.map(unsignedOf);
  const drugs = rx.lines.map(
    (line): Unsigned => ({
      key: line.key,
      quantity: quantityOf(line) ?? '0',
      price: line.drug.price,
      ceiling: null,
      ratio: line.drug.bhytRatio,
      paidByPatient: line.paidByPatient ?? false,
      drug: true,
    }),
  );
  const whole = preview(bill, rate, [...basket, ...drugs]);
  const ordered = preview(bill, rate, basket);

  const lacking = missing({
    texts: note.texts,
    gaps: unfilled(note.texts).length,
    hasPrincipal: diagnoses.list.some((dx) => dx.principal),
    dxUnsaved: diagnoses.unsaved && !diagnoses.saving && Object.keys(diagnoses.issues).length > 0,
    allergyAsked: allergyState(visit.allergies).state !== 'unasked',
    lines: rx.lines.length,
    lineOpen: writing && rx.composing.drug !== null,
    warnings: rx.open.warnings,
    stops: rx.open.stops,
    unseen: results.unseen.length,
    pending: results.pending.length,
    pendingReason: ending.pendingReason,
    basket: basket.length,
    outcome: ending.outcome,
    revisit: ending.revisit,
    destination: ending.destination,
    diedAt: ending.diedAt,
  });
  const blocking = lacking.filter((code) => code !== 'allergy');

  function go(code: MissingCode): void {
    if (code === 'allergy') allergyDrawer.open();
    else if (code === 'unseen') resultsDrawer.open();
    else if (code === 'ordersOpen') ordersDrawer.open();
    else if (code === 'reason') focusAnchor(1);
    else if (code === 'history' || code === 'gaps') focusAnchor(code === 'gaps' ? gapAnchor() : 2);
    else if (code === 'exam') focusAnchor(3);
    else if (code === 'principal' || code === 'dxUnsaved') dxRef.current?.focus();
    else if (code === 'lineOpen' || code === 'warnings' || code === 'stops') focusRx();
    else focusAnchor(7, code === 'pending' ? '.doc-plan > .m-field input' : '.doc-outcome input, .doc-outcome select');
  }
  function gapAnchor(): number {
    const [section] = unfilled(note.texts);
    return section === 'reason' ? 1 : section === 'history' ? 2 : section === 'exam' ? 3 : 7;
  }

  async function finishNow(): Promise<void> {
    const [first] = blocking;
    if (finishing.busy) return;
    if (first) {
      go(first);
      return;
    }
    const where = await finishing.run();
    if (where === null) onDone();
    else if (where === 'note') focusAnchor(2);
    else if (where === 'diagnoses') dxRef.current?.focus();
    else if (where === 'prescription') afterRefusal();
  }

  function afterRefusal(): void {
    setStopped(true);
    // Findings are drawn first; then the first open question has the focus.
    setTimeout(focusRx, 0);
  }

  async function signRx(): Promise<void> {
    if (!writing || rx.lines.length === 0 || rx.signing) return;
    if (!(await diagnoses.flush())) {
      dxRef.current?.focus();
      return;
    }
    const advice = note.texts.advice?.trim();
    const done = await rx.sign({
      ...(advice ? { advice } : {}),
      ...(ending.revisit === '' ? {} : { revisit: ending.revisit }),
    });
    if (done) toast({ text: t('rxSigned', { name: emphasised(name) }) });
    else afterRefusal();
  }

  useKeys(
    [
      {
        chord: 'F6',
        label: { vi: texts.vi.prescription, en: texts.en.prescription },
        run: () => focusAnchor(5, '.doc-compose input'),
      },
      { chord: 'Alt+6', run: resultsDrawer.open },
      {
        chord: 'Ctrl+D',
        label: { vi: texts.vi.repeatLast, en: texts.en.repeatLast },
        enabled: writing,
        run: () => document.querySelector<HTMLElement>('[data-rx-repeat]')?.click(),
      },
      {
        chord: 'Ctrl+S',
        label: { vi: texts.vi.saveDraft, en: texts.en.saveDraft },
        run: () => void note.flush().then((ok) => ok && toast({ text: t('draftSaved') })),
      },
      {
        chord: 'Ctrl+Shift+S',
        label: { vi: texts.vi.signRx, en: texts.en.signRx },
        enabled: writing && rx.lines.length > 0,
        run: () => void signRx(),
      },
    ],
    KEY_LEVEL.panel,
  );

  /** Chosen among the orders: its line is read, shown and checked where all drugs are. */
  function prescribeNext(drug: DrugCodeRow, dose: string): void {
    rx.compose({ drug, typed: dose });
    // The drawer gives the focus back first.
    setTimeout(focusRx, 0);
  }

  /** Typed among the drugs and meant for the laboratory: it waits in the basket, with what it needs to be signed. */
  async function orderNext(row: ServiceCodeRow): Promise<void> {
    await choose([row]);
    ordersDrawer.open();
  }

  const entered = useRef(false);
  const unseenAtOpening = useRef(results.unseen.length > 0);
  const { open: openResults } = resultsDrawer;
  useEffect(() => {
    // Once, when the page opens: later the caret belongs to the person, and never leaves a field under their fingers.
    if (entered.current) return;
    entered.current = true;
    const desk = matchMedia('(min-width: 1024px)').matches;
    if (!desk) return;
    if (unseenAtOpening.current) openResults();
    else focusAnchor(2, 'textarea');
  }, [openResults]);

  const list = lacking.map((code): Missing => ({ text: t(`missing_${code}`, slots(code)), go: () => go(code) }));
  function slots(code: MissingCode): { n: number } {
    const n = {
      unseen: results.unseen.length,
      pending: results.pending.length,
      warnings: rx.open.warnings,
      ordersOpen: basket.length,
    };
    return { n: n[code as keyof typeof n] ?? 0 };
  }

  return (
    <div className="doc-page">
      <PageTabs unseen={results.unseen.length} onResults={resultsDrawer.open} onOrders={ordersDrawer.open} />
      <div className="doc-sections">
        <NoteSections note={note} data={data} />
        <DiagnosisSection diagnoses={diagnoses} inputRef={dxRef} />
        {writing ? (
          <RxSection
            visit={visit}
            rx={rx}
            preview={whole}
            insured={insured}
            smallChild={isSmallChild(visit.patient, now)}
            drugRef={drugRef}
            onService={(row) => void orderNext(row)}
          />
        ) : (
          <SignedRx visit={visit} rx={rx} editable />
        )}
        <PlanSection note={note} data={data} ending={ending} pending={results.pending.length > 0} />
        {[...note.issues.filter((i) => i.code !== 'note-changed' && i.code !== 'unreachable'), ...finishing.issues].map(
          (issue) => (
            <div key={issue.code + issue.field} className="doc-pad">
              <AlertLine level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
            </div>
          ),
        )}
      </div>
      <FinishBar
        left={
          <button type="button" className="doc-ending" onClick={() => focusAnchor(7, '.doc-outcome select')}>
            {ending.revisit === ''
              ? pick(OUTCOME_LABELS[ending.outcome])
              : t('returnOn', { date: formatDate(ending.revisit) })}
          </button>
        }
        missing={list}
        saved={savedText()}
        actions={[
          { label: { vi: texts.vi.orders, en: texts.en.orders }, chord: 'F4', run: ordersDrawer.toggle },
          { label: { vi: texts.vi.results, en: texts.en.results }, chord: 'F7', run: resultsDrawer.toggle },
        ]}
        finish={{
          label: {
            vi: fill(texts.vi.signAndFinishFor, { name: called }),
            en: fill(texts.en.signAndFinishFor, { name: called }),
          },
          icon: 'sign',
          busy: finishing.busy,
          run: () => void finishNow(),
        }}
      />
      <OrdersDrawer
        visit={visit}
        name={name}
        called={called}
        orders={orders}
        preview={ordered}
        insured={insured}
        onDrug={writing ? (drug, dose) => prescribeNext(drug, dose) : undefined}
      />
      <ResultsDrawer
        visit={visit}
        name={name}
        results={results}
        costs={<CostsCard bill={bill} preview={whole} unsigned={basket.length + drugs.length} />}
      />
      <AllergyDrawer visit={visit} name={name} />
      <StopModal
        open={stopped && rx.open.stops > 0}
        findings={rx.findings}
        lines={rx.lines}
        onClose={() => {
          setStopped(false);
          setTimeout(focusRx, 0);
        }}
      />
    </div>
  );

  function savedText(): string {
    if (note.onDevice) return t('onDevice');
    if (note.issues.length > 0 && !note.conflict) return t('notSaved');
    if (note.saving || note.dirty) return t('saving');
    return note.savedAt ? t('draftAt', { time: formatTime(note.savedAt) }) : t('draft');
  }
}
