import { instant, is, number, oneOf, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { factPath, IS_PAPER, PAPER_NUMBER } from '../papers.ts';

const told = (name: string): string => factPath(name, 'String');
const amount = (name: string): string => factPath(name, 'Decimal');
const moment = (name: string): string => factPath(name, 'Instant');
const NUMBER = `identifier[system=${PAPER_NUMBER}].value`;
const PATIENT = { kind: 'reference-id', path: 'subject.reference' } as const;

/** Shifts of all cashiers, the open ones too. */
export const shiftsView: ViewDefinition = {
  name: 'cashier.shifts',
  kind: 'live',
  base: 'Basic',
  where: is(IS_PAPER, 'shift'),
  columns: {
    number: text(NUMBER, { indexed: true }),
    state: text(told('state'), { indexed: true }),
    login: text(told('login'), { indexed: true }),
    name: text(told('name')),
    openedAt: instant(moment('openedAt'), { indexed: true }),
    closedAt: instant(moment('closedAt'), { indexed: true }),
    float: number(amount('float')),
    expected: number(amount('expected')),
    counted: number(amount('counted')),
    difference: number(amount('difference')),
    reason: text(told('reason')),
    receivedBy: text(told('receivedBy')),
    receivedAt: instant(moment('receivedAt')),
    takings: text(told('takings')),
  },
};

/** Advances that were taken and given back. */
export const depositsView: ViewDefinition = {
  name: 'cashier.deposits',
  kind: 'live',
  base: 'Basic',
  where: oneOf(IS_PAPER, 'deposit', 'deposit-return'),
  patient: PATIENT,
  columns: {
    encounter: text(referenceId(factPath('encounter', 'Reference')), { indexed: true }),
    kind: text(IS_PAPER),
    number: text(NUMBER, { indexed: true }),
    name: text(told('name')),
    at: instant(moment('at'), { indexed: true }),
    by: text(told('by')),
    method: text(told('method')),
    amount: number(amount('amount')),
    held: number(amount('held')),
  },
};

/** Transfers that were asked for, and money that came in. */
export const transfersView: ViewDefinition = {
  name: 'cashier.transfers',
  kind: 'live',
  base: 'Basic',
  where: is(IS_PAPER, 'transfer'),
  patient: PATIENT,
  columns: {
    encounter: text(referenceId(factPath('encounter', 'Reference')), { indexed: true }),
    reference: text(NUMBER, { indexed: true }),
    name: text(told('name')),
    state: text(told('state'), { indexed: true }),
    expected: number(amount('expected')),
    received: number(amount('received')),
    left: number(amount('left'), { indexed: true }),
    content: text(told('content')),
    askedAt: instant(moment('askedAt'), { indexed: true }),
    receivedAt: instant(moment('receivedAt'), { indexed: true }),
    reason: text(told('reason')),
  },
};

export const eInvoicesView: ViewDefinition = {
  name: 'cashier.e-invoices',
  kind: 'live',
  base: 'Basic',
  where: is(IS_PAPER, 'e-invoice'),
  patient: PATIENT,
  columns: {
    invoice: text(referenceId(factPath('invoice', 'Reference')), { indexed: true }),
    state: text(told('state'), { indexed: true }),
    number: text(told('number')),
    series: text(told('series')),
    lookup: text(told('lookup')),
    at: instant(moment('at'), { indexed: true }),
    amount: number(amount('amount')),
    issue: text(told('issue')),
  },
};
