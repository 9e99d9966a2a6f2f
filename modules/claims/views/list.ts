import {
  all,
  type Condition,
  has,
  instant,
  is,
  number,
  referenceId,
  text,
  type ViewDefinition,
  when,
} from '@mach/store/views/definition.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import { CLAIM_EXT } from '../read.ts';

const STATE = `extension[url=${EXT.state}].valueCode`;
const inside = (url: string, name: string, value: string): string =>
  `extension[url=${url}].extension[url=${name}].${value}`;
const state = (code: string): Condition => is(STATE, code);
// biome-ignore lint/suspicious/noThenProperty: the word of the view language; nothing awaits a case
const ranked = (rank: string, code: string) => ({ if: state(code), then: rank });

/** Insured visits as the claims officer works them off. */
export const listView: ViewDefinition = {
  name: 'claims.list',
  kind: 'live',
  base: 'Claim',
  where: all(has(STATE), is('status', 'active')),
  joins: {
    patient: { type: 'Patient', path: 'patient.reference', param: 'Claim.patient' },
  },
  patient: referenceId('patient.reference'),
  columns: {
    encounter: text(referenceId('item.encounter.reference'), { indexed: true }),
    visitCode: text(`identifier[system=${SID.visitCode}].value`, { indexed: true }),
    name: text('patient.display'),
    birthDate: text('$patient.birthDate'),
    patientCode: text(`$patient.identifier[system=${SID.patientCode}].value`),
    card: text('insurance.coverage.display'),
    state: text(STATE, { indexed: true }),
    rank: number(
      when(
        [
          ranked('1', 'returned'),
          ranked('2', 'has-findings'),
          ranked('3', 'checked'),
          ranked('4', 'signed'),
          ranked('4', 'sent'),
          ranked('5', 'draft'),
        ],
        '6',
      ),
    ),
    money: number('total.value'),
    atRisk: number(inside(CLAIM_EXT.summary, 'atRisk', 'valueDecimal'), { indexed: true }),
    total: number(inside(EXT.payment, 'total', 'valueDecimal')),
    findings: number(inside(CLAIM_EXT.summary, 'findings', 'valueInteger')),
    errors: number(inside(CLAIM_EXT.summary, 'errors', 'valueInteger')),
    startedAt: instant('billablePeriod.start'),
    endedAt: instant('billablePeriod.end', { indexed: true }),
    deadline: instant(`extension[url=${CLAIM_EXT.deadline}].valueInstant`),
    sentAt: instant(inside(CLAIM_EXT.sent, 'at', 'valueInstant')),
    version: number(inside(CLAIM_EXT.sent, 'version', 'valueInteger')),
    document: text(referenceId(inside(CLAIM_EXT.sent, 'document', 'valueReference.reference'))),
    receipt: text(inside(CLAIM_EXT.receipt, 'number', 'valueString')),
    receivedAt: instant(inside(CLAIM_EXT.receipt, 'at', 'valueInstant')),
    checkIn: text(inside(CLAIM_EXT.checkIn, 'state', 'valueCode')),
  },
};
