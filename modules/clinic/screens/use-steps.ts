/** texts:record — the reason for drugs that are bought elsewhere is written into the record, in Vietnamese. */
import { type SettleInput, type SettleResult, settle } from '@mach/cashier/contract.ts';
import { type EncounterInput, startExam, type VisitResult } from '@mach/encounter/contract.ts';
import {
  type DiagnoseInput,
  diagnose,
  type FinishInput,
  type FinishResult,
  finish,
  type NoteResult,
  type OrderInput,
  type OrderResult,
  order,
  type PrescribeInput,
  type PrescribeResult,
  prescribe,
  type RecordAllergiesInput,
  type RecordVitalsInput,
  recordAllergies,
  recordVitals,
  type SaveNoteInput,
  saveNote,
} from '@mach/outpatient/contract.ts';
import {
  type DeclineLineInput,
  type DispenseInput,
  declineLine,
  dispense,
  type PharmacyLineRow,
} from '@mach/pharmacy/contract.ts';
import { type Envelope, type Issue, useCommand, useView } from '@mach/ui';
import { useMemo, useRef, useState } from 'react';
import { allergyItems, lineInput, type Step, steps, type VisitForm, vitalsInput } from '../rules/visit.ts';
import type { OpenVisit } from './use-visit.ts';

export interface Paying {
  readonly total: number;
  readonly payments: SettleInput['payments'];
}

export interface Stepping {
  /** Does what is still to be done, one command after the other, until one is refused. */
  readonly run: (paying: Paying, keep?: Envelope['overrides']) => Promise<void>;
  readonly busy: boolean;
  /** Why it stopped, and at which deed. */
  readonly stopped: { readonly step: Step; readonly issues: readonly Issue[] } | undefined;
  readonly settled: SettleResult | undefined;
}

const NO_ISSUES: readonly Issue[] = [];

/** The finish key of a clinic's page: the commands of the other modules in their order. What was done is not repeated. */
export function useSteps(encounter: string, patient: string, visit: OpenVisit, form: VisitForm): Stepping {
  const [stopped, setStopped] = useState<Step>();
  const [busy, setBusy] = useState(false);
  const done = useRef(new Set<Step>());
  const lines = useView<PharmacyLineRow>('pharmacy.lines', { encounter }, { sort: 'code' });
  const commands = {
    start: useCommand<EncounterInput, VisitResult>(startExam.name),
    vitals: useCommand<RecordVitalsInput, unknown>(recordVitals.name),
    allergies: useCommand<RecordAllergiesInput, unknown>(recordAllergies.name),
    note: useCommand<SaveNoteInput, NoteResult>(saveNote.name),
    order: useCommand<OrderInput, OrderResult>(order.name),
    diagnose: useCommand<DiagnoseInput, unknown>(diagnose.name),
    prescribe: useCommand<PrescribeInput, PrescribeResult>(prescribe.name),
    sign: useCommand<FinishInput, FinishResult>(finish.name),
    elsewhere: useCommand<DeclineLineInput, unknown>(declineLine.name),
    pay: useCommand<SettleInput, SettleResult>(settle.name),
    dispense: useCommand<DispenseInput, unknown>(dispense.name),
  };

  async function one(step: Step, paying: Paying, overrides: Envelope['overrides']): Promise<unknown> {
    switch (step) {
      case 'start':
        return commands.start.run({ encounter });
      case 'vitals':
        return commands.vitals.run({ encounter, ...vitalsInput(form) });
      case 'allergies': {
        const items = allergyItems(form.allergies);
        return commands.allergies.run({ patient, encounter, ...(items.length > 0 ? { items } : { none: true }) });
      }
      case 'note': {
        const { history, exam, advice } = form;
        return commands.note.run({ encounter, sections: { history, exam, ...(advice.trim() ? { advice } : {}) } });
      }
      case 'order':
        return commands.order.run({ encounter, items: form.services.map(({ code }) => ({ service: code })) });
      case 'diagnose':
        return commands.diagnose.run({
          encounter,
          diagnoses: form.diagnoses.map(({ code }, i) => ({ code, principal: i === 0 })),
        });
      case 'prescribe': {
        const inputs = form.lines.flatMap((line) => lineInput(line) ?? []);
        const advice = form.advice.trim();
        return commands.prescribe.run(
          { encounter, lines: inputs, ...(advice === '' ? {} : { advice }) },
          overrides ? { overrides } : undefined,
        );
      }
      case 'sign':
        return commands.sign.run({ encounter, outcome: 'home' });
      case 'elsewhere': {
        for (const line of lines.rows.filter((row) => row.status === 'active')) {
          const answer = await commands.elsewhere.run({ medicationRequest: line.key, reason: 'Mua thuốc nơi khác' });
          if (answer === undefined) return undefined;
        }
        return {};
      }
      case 'pay':
        return commands.pay.run({ encounter, expectedPatientTotal: paying.total, payments: paying.payments });
      case 'dispense': {
        for (const { prescription } of visit.prescriptions) {
          const answer = await commands.dispense.run(
            { prescription, asked: true, counselled: true },
            overrides ? { overrides } : undefined,
          );
          if (answer === undefined) return undefined;
        }
        return {};
      }
    }
  }

  async function run(paying: Paying, keep?: Envelope['overrides']): Promise<void> {
    if (busy) return;
    setBusy(true);
    setStopped(undefined);
    try {
      for (const step of steps(visit.facts, form, done.current)) {
        if ((await one(step, paying, keep)) === undefined) {
          setStopped(step);
          return;
        }
        done.current.add(step);
      }
    } finally {
      setBusy(false);
    }
  }

  const issues = stopped ? commands[stopped].issues : NO_ISSUES;
  return {
    run,
    busy,
    stopped: useMemo(() => stopped && { step: stopped, issues }, [stopped, issues]),
    settled: commands.pay.result,
  };
}
