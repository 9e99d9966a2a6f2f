import {
  all,
  count,
  has,
  instant,
  last,
  not,
  number,
  oneOf,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';

const v3 = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const flag = `interpretation.coding[system=${v3}].code`;
const standing = not(oneOf('status', 'entered-in-error', 'cancelled'));
const report = not(oneOf('status', 'entered-in-error', 'cancelled'));

/** Every order of the house with its result: what the doctor follows, and looks back on. */
export const orders: ViewDefinition = {
  name: 'outpatient.orders',
  kind: 'live',
  base: 'ServiceRequest',
  where: has(`extension[url=${EXT.state}].valueCode`),
  joins: {
    patient: { type: 'Patient', path: 'subject.reference', param: 'ServiceRequest.subject' },
    visit: { type: 'Encounter', path: 'encounter.reference', param: 'ServiceRequest.encounter' },
  },
  children: {
    results: { type: 'Observation', path: 'basedOn.reference', param: 'Observation.based-on' },
    reports: { type: 'DiagnosticReport', path: 'basedOn.reference', param: 'DiagnosticReport.based-on' },
  },
  columns: {
    encounter: text(referenceId('encounter.reference'), { indexed: true }),
    orderCode: text(`identifier[system=${SID.orderCode}].value`, { indexed: true }),
    service: text(`code.coding[system=${CS.service}].code`),
    name: text('code.text'),
    group: text(`category.coding[system=${CS.serviceGroup}].code`),
    state: text(`extension[url=${EXT.state}].valueCode`, { indexed: true }),
    priority: text('priority'),
    question: text(`extension[url=${EXT.clinicalQuestion}].valueString`),
    orderedAt: instant('authoredOn', { indexed: true }),
    requester: text(referenceId('requester.reference')),
    requesterName: text('requester.display'),
    price: number(`extension[url=${EXT.price}].valueDecimal`),
    payer: text(`extension[url=${EXT.payer}].valueCoding.code`),
    patientId: text(referenceId('subject.reference'), { indexed: true }),
    patientName: text('$patient.name.text'),
    queueNumber: text(`$visit.extension[url=${EXT.queueNumber}].valueString`),
    visitState: text(`$visit.extension[url=${EXT.visitState}].valueCode`),
    report: text(last('reports', 'id', 'issued', report)),
    reportStatus: text(last('reports', 'status', 'issued', report)),
    conclusion: text(last('reports', 'conclusion', 'issued', report)),
    issuedAt: instant(last('reports', 'issued', 'issued', report)),
    results: number(count('results', standing)),
    abnormal: number(count('results', all(standing, oneOf(flag, 'H', 'L', 'HH', 'LL', 'A', 'AA', 'POS')))),
    critical: number(count('results', all(standing, oneOf(flag, 'HH', 'LL', 'AA')))),
  },
};
