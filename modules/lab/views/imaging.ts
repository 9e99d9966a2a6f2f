import { instant, last, not, oneOf, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { SID } from '@mach/vn/systems.ts';
import { LAB_EXT } from '../read.ts';
import { orderColumns, orderJoins, ordersOf } from './columns.ts';

const standing = not(oneOf('status', 'entered-in-error', 'cancelled'));

/** Orders of imaging and functional tests, with their report. */
export const imaging: ViewDefinition = {
  name: 'lab.imaging',
  kind: 'live',
  base: 'ServiceRequest',
  where: ordersOf('imaging', 'functional'),
  joins: orderJoins,
  children: {
    reports: { type: 'DiagnosticReport', path: 'basedOn.reference', param: 'DiagnosticReport.based-on' },
  },
  columns: {
    ...orderColumns,
    accession: text(`identifier[system=${SID.accession}].value`, { indexed: true }),
    place: text(referenceId('locationReference.reference')),
    report: text(last('reports', 'id', 'issued', standing)),
    reportStatus: text(last('reports', 'status', 'issued', standing)),
    findings: text(last('reports', `extension[url=${LAB_EXT.findings}].valueString`, 'issued', standing)),
    conclusion: text(last('reports', 'conclusion', 'issued', standing)),
    reportedAt: instant(last('reports', 'issued', 'issued', standing)),
  },
};
