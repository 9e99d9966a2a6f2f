import { join } from 'node:path';
import { formatMoney } from '@mach/base/number-input.ts';
import { refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import { idOf, visitCodeOf } from '@mach/encounter/contract.ts';
import type { Basic, Encounter, Patient } from '@mach/fhir/types.ts';
import {
  definePrint,
  type Letterhead,
  moneyInWords,
  type PersonOnPaper,
  type PrintForm,
  type PrintSource,
  personOnPaper,
  STRIPS,
} from '@mach/print';
import { amountOf, kindOf, numberOf, referredId, textOf } from '../papers.ts';
import { WAYS } from './ways.ts';

/** What the patient keeps of an advance (80 mm). Money is shown text. */
export type DepositPaper = {
  title: string;
  letterhead: Letterhead;
  number: string;
  date: string;
  cashier: string;
  person: PersonOnPaper;
  visitCode: string;
  way: string;
  amount: string;
  words: string;
  held: string;
};

const form: PrintForm<DepositPaper> = {
  name: 'cashier.deposit',
  title: { vi: 'Phiếu tạm ứng', en: 'Deposit slip' },
  papers: STRIPS,
  template: join(import.meta.dirname, 'deposit.typ'),
  marks: (paper): ReturnType<NonNullable<PrintForm['marks']>> =>
    paper.visitCode === '' ? {} : { qr: { kind: 'qr', text: paper.visitCode } },
};

async function fill(source: PrintSource, id: string) {
  const deposit = await source.read<Basic>('Basic', id);
  const kind = kindOf(deposit);
  if (kind !== 'deposit' && kind !== 'deposit-return')
    throw refuse(404, 'no-deposit', { vi: 'Không có phiếu tạm ứng này', en: 'There is no such deposit' });
  const at = textOf(deposit, 'at');
  const patient = await source.read<Patient>('Patient', idOf(deposit.subject) ?? '');
  const visit = await source.read<Encounter>('Encounter', referredId(deposit, 'encounter') ?? '');
  const amount = amountOf(deposit, 'amount');
  const paper: DepositPaper = {
    title: kind === 'deposit' ? 'PHIẾU THU TẠM ỨNG' : 'PHIẾU HOÀN TẠM ỨNG',
    letterhead: source.letterhead,
    number: numberOf(deposit),
    date: formatDateTime(at),
    cashier: textOf(deposit, 'by'),
    person: personOnPaper(patient, at),
    visitCode: visitCodeOf(visit) ?? '',
    way: WAYS[textOf(deposit, 'method')] ?? '',
    amount: formatMoney(amount),
    words: moneyInWords(String(amount)),
    held: formatMoney(amountOf(deposit, 'held')),
  };
  return { data: paper, patient: patient.id, file: `tam-ung-${numberOf(deposit)}` };
}

/** The slip of an advance taken or given back, by the id of its paper. */
export const depositPrint = definePrint<DepositPaper>({ form, permissions: ['cashier.read', 'cashier.settle'], fill });
