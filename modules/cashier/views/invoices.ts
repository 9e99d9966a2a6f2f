import {
  flag,
  has,
  instant,
  number,
  referenceId,
  text,
  type ViewDefinition,
  when,
} from '@mach/store/views/definition.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import { CASHIER_EXT } from '../read.ts';

const share = (part: string): string => `extension[url=${EXT.payment}].extension[url=${part}].valueDecimal`;
const DUE = `extension[url=${CASHIER_EXT.refundDue}].valueDecimal`;
const VISIT = `extension[url=${CASHIER_EXT.encounter}].valueReference.reference`;

/** Settled bills, the cancelled ones too. */
export const invoicesView: ViewDefinition = {
  name: 'cashier.invoices',
  kind: 'live',
  base: 'Invoice',
  where: has(VISIT),
  columns: {
    encounter: text(referenceId(VISIT), { indexed: true }),
    number: text(`identifier[system=${SID.invoice}].value`, { indexed: true }),
    name: text('subject.display'),
    status: text('status'),
    date: instant('date', { indexed: true }),
    total: number(share('total')),
    insurer: number(share('insurer')),
    patientTotal: number('totalNet.value'),
    method: text(`extension[url=${CASHIER_EXT.paid}].extension[url=method].valueCode`),
    cashier: text('participant.actor.display'),
    unverified: flag(`extension[url=${CASHIER_EXT.cardUnverified}].valueBoolean`),
    cancelledReason: text('cancelledReason'),
    visitCode: text(`identifier[system=${SID.visitCode}].value`),
    adjustedReason: text(`extension[url=${CASHIER_EXT.adjusted}].extension[url=reason].valueString`),
    refundDue: number(DUE),
    // biome-ignore lint/suspicious/noThenProperty: the word of the view language; nothing awaits a case
    refund: text(when([{ if: has(DUE), then: 'due' }]), { indexed: true }),
    refundNumber: text(`extension[url=${CASHIER_EXT.refunded}].extension[url=number].valueString`),
    refundedAt: instant(`extension[url=${CASHIER_EXT.refunded}].extension[url=at].valueInstant`),
    cancelAsked: text(`extension[url=${CASHIER_EXT.cancelAsked}].extension[url=reason].valueString`, { indexed: true }),
    cancelAskedBy: text(`extension[url=${CASHIER_EXT.cancelAsked}].extension[url=by].valueString`),
    cancelAskedLogin: text(`extension[url=${CASHIER_EXT.cancelAsked}].extension[url=login].valueString`),
    cancelApprovedBy: text(`extension[url=${CASHIER_EXT.cancelApproved}].extension[url=by].valueString`),
  },
};
