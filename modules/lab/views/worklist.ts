import { all, count, instant, not, number, oneOf, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { SID } from '@mach/vn/systems.ts';
import { ABNORMAL_FLAGS, CRITICAL_FLAGS, FHIR_CS, LAB_EXT } from '../read.ts';
import { orderColumns, orderJoins, ordersOf } from './columns.ts';

export const FLAG = `interpretation.coding[system=${FHIR_CS.interpretation}].code`;
const standing = not(oneOf('status', 'entered-in-error', 'cancelled'));

/** Orders of the laboratory, with their tube and how far their results are. */
export const worklist: ViewDefinition = {
  name: 'lab.worklist',
  kind: 'live',
  base: 'ServiceRequest',
  where: ordersOf('lab', 'functional'),
  joins: {
    ...orderJoins,
    tube: { type: 'Specimen', path: 'specimen.reference', param: 'ServiceRequest.specimen' },
  },
  children: {
    results: { type: 'Observation', path: 'basedOn.reference', param: 'Observation.based-on' },
  },
  columns: {
    ...orderColumns,
    specimen: text(`$tube.identifier[system=${SID.specimen}].value`, { indexed: true }),
    tube: text(`$tube.extension[url=${LAB_EXT.tube}].valueCode`),
    collectedAt: instant('$tube.collection.collectedDateTime'),
    receivedAt: instant('$tube.receivedTime'),
    rejected: text(`extension[url=${LAB_EXT.specimenRejected}].valueString`),
    resultsEntered: number(count('results', standing)),
    resultsAbnormal: number(count('results', all(standing, oneOf(FLAG, ...ABNORMAL_FLAGS)))),
    resultsCritical: number(count('results', all(standing, oneOf(FLAG, ...CRITICAL_FLAGS)))),
  },
};
