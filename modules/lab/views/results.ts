import {
  all,
  has,
  instant,
  is,
  number,
  oneOf,
  referenceId,
  text,
  type ViewDefinition,
} from '@mach/store/views/definition.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { CRITICAL_FLAGS, FHIR_CS, LAB_EXT } from '../read.ts';
import { yes } from './columns.ts';
import { FLAG } from './worklist.ts';

const PREVIOUS = `extension[url=${LAB_EXT.previousResult}].extension`;

/** Laboratory values of the house, one a row: the doctor's table, the last values of a person, a report's lines. */
export const results: ViewDefinition = {
  name: 'lab.results',
  kind: 'live',
  base: 'Observation',
  where: all(
    is(`category.coding[system=${FHIR_CS.observationCategory}].code`, 'laboratory'),
    has(`code.coding[system=${CS.labIndex}].code`),
  ),
  columns: {
    patientId: text(referenceId('subject.reference'), { indexed: true }),
    encounter: text(referenceId('encounter.reference'), { indexed: true }),
    order: text(referenceId('basedOn.reference'), { indexed: true }),
    item: text(`code.coding[system=${CS.labIndex}].code`),
    loinc: text(`code.coding[system=${CS.loinc}].code`),
    name: text('code.text'),
    status: text('status'),
    text: text(`extension[url=${LAB_EXT.resultText}].valueString`),
    number: number('valueQuantity.value'),
    unit: text('valueQuantity.unit'),
    flag: text(FLAG),
    critical: yes(oneOf(FLAG, ...CRITICAL_FLAGS)),
    range: text('referenceRange.text'),
    at: instant('effectiveDateTime', { indexed: true }),
    issued: instant('issued'),
    previous: text(`${PREVIOUS}[url=text].valueString`),
    previousAt: instant(`${PREVIOUS}[url=at].valueInstant`),
    difference: text(`${PREVIOUS}[url=difference].valueString`),
    exceeds: yes(is(`${PREVIOUS}[url=exceeds].valueBoolean`, 'true')),
    correctedFrom: text(`extension[url=${LAB_EXT.correctedFrom}].extension[url=text].valueString`),
    computed: yes(has(`extension[url=${EXT.computedBy}].extension[url=name].valueString`)),
    note: text('note.text'),
  },
};
