import {
  type Condition,
  count,
  instant,
  is,
  json,
  list,
  not,
  number,
  oneOf,
  referenceId,
  sum,
  text,
  type ViewDefinition,
  when,
} from '@mach/store/views/definition.ts';
import { EXT, SID } from '@mach/vn/systems.ts';

const STATE = `extension[url=${EXT.visitState}].valueCode`;
const state = (...codes: string[]): Condition => oneOf(STATE, ...codes);
// biome-ignore lint/suspicious/noThenProperty: the word of the view language; nothing awaits a case
const ranked = (rank: string, ...codes: string[]) => ({ if: state(...codes), then: rank });

/** Visits as the cashier works them off: first those that wait for payment. */
export const queueView: ViewDefinition = {
  name: 'cashier.queue',
  kind: 'live',
  base: 'Encounter',
  where: state(
    'waiting',
    'in-exam',
    'awaiting-results',
    'results-ready',
    'concluded',
    'awaiting-payment',
    'left',
    'settled',
    'closed',
    'transferred',
    'died',
  ),
  joins: { patient: { type: 'Patient', path: 'subject.reference', param: 'Encounter.subject' } },
  children: { charges: { type: 'ChargeItem', path: 'context.reference', param: 'ChargeItem.context' } },
  columns: {
    visitCode: text(`identifier[system=${SID.visitCode}].value`, { indexed: true }),
    name: text('subject.display'),
    birthDate: text('$patient.birthDate'),
    gender: text('$patient.gender'),
    /** For the scan of a citizen card; nobody's number is shown. */
    cccd: text(`$patient.identifier[system=${SID.cccd}].value`),
    patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
    queueNumber: text(`extension[url=${EXT.queueNumber}].valueString`),
    room: text(referenceId('location.location.reference')),
    roomName: text('location.location.display'),
    payer: text(`extension[url=${EXT.payer}].valueCoding.code`),
    state: text(STATE, { indexed: true }),
    rank: number(
      when(
        [
          ranked('1', 'awaiting-payment', 'concluded'),
          ranked('2', 'left'),
          ranked('3', 'waiting', 'in-exam', 'awaiting-results', 'results-ready'),
        ],
        '4',
      ),
      { indexed: true },
    ),
    arrivedAt: instant('period.start', { indexed: true }),
    endedAt: instant('period.end', { indexed: true }),
    lines: number(count('charges', not(is('status', 'aborted')))),
    openLines: number(count('charges', is('status', 'billable'))),
    /** Quantity and unit price of each line: the screen multiplies exactly. */
    charges: json(
      list(
        'charges',
        { id: 'id', status: 'status', quantity: 'quantity.value', unitPrice: 'priceOverride.value' },
        'occurrenceDateTime',
        not(is('status', 'aborted')),
      ),
    ),
    /** Sum of the billed lines: the full cost once the visit is settled. */
    billedTotal: number(sum('charges', `extension[url=${EXT.payment}].extension[url=total].valueDecimal`)),
    patientPaid: number(sum('charges', `extension[url=${EXT.payment}].extension[url=patient].valueDecimal`)),
  },
};
