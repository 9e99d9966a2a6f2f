import { commands, defineModule } from '@mach/engine/module.ts';
import { CS } from '@mach/vn/systems.ts';
import { imagingSheets, labSheets } from './codes/sheets.ts';
import { collectSpecimenCommand, receiveSpecimenCommand } from './commands/collect.ts';
import { correctResultCommand } from './commands/correct.ts';
import { acknowledgeCriticalCommand } from './commands/critical.ts';
import { enterResultsCommand } from './commands/enter.ts';
import { keepImageCommand } from './commands/images.ts';
import { correctReportCommand, reportImagingCommand, startImagingCommand } from './commands/imaging.ts';
import { rejectSpecimenCommand } from './commands/reject.ts';
import { validateResultsCommand } from './commands/validate.ts';
import { LAB_EXT } from './read.ts';
import { critical } from './views/critical.ts';
import { imaging } from './views/imaging.ts';
import { results } from './views/results.ts';
import { worklist } from './views/worklist.ts';

type Raw = Record<string, unknown>;
const items = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : value ? [value as Raw] : []);
const carries = (url: string) => (resource: Raw) => items(resource.extension).some((e) => e.url === url);
const coded = (resource: Raw): boolean =>
  items((resource.code as Raw | undefined)?.coding).some((c) => c.system === CS.labIndex);
const grouped = (resource: Raw): boolean =>
  items(resource.category).some((c) => items(c.coding).some((k) => k.system === CS.serviceGroup));

const READS = [
  'Patient',
  'Encounter',
  'ServiceRequest',
  'Observation',
  'DiagnosticReport',
  'Media',
  'Specimen',
  'Task',
  'Location',
  'Practitioner',
  'Organization',
].map((type) => `record.read:${type}`);

/**
 * Xét nghiệm và chẩn đoán hình ảnh: specimens, results with their flags, critical calls, reports. Foreign results without the house's
 * marks (imported history) are free.
 */
export default defineModule({
  name: 'lab',
  title: { vi: 'Xét nghiệm, chẩn đoán hình ảnh', en: 'Laboratory and imaging' },
  commands: commands(
    collectSpecimenCommand,
    receiveSpecimenCommand,
    rejectSpecimenCommand,
    enterResultsCommand,
    validateResultsCommand,
    correctResultCommand,
    startImagingCommand,
    keepImageCommand,
    reportImagingCommand,
    correctReportCommand,
    acknowledgeCriticalCommand,
  ),
  owns: [
    { type: 'Observation', command: 'lab.enterResults', when: coded },
    { type: 'DiagnosticReport', command: 'lab.validateResults', when: grouped },
    { type: 'Specimen', command: 'lab.collectSpecimen', when: carries(LAB_EXT.tube) },
    { type: 'Media', command: 'lab.keepImage', when: carries(LAB_EXT.keyImage) },
  ],
  views: [
    {
      definition: worklist,
      permission: 'lab.read',
      title: { vi: 'Chỉ định xét nghiệm', en: 'Laboratory orders' },
      sort: 'rank',
    },
    {
      definition: imaging,
      permission: 'lab.read',
      title: { vi: 'Chỉ định chẩn đoán hình ảnh, thăm dò chức năng', en: 'Imaging and functional orders' },
      sort: 'rank',
    },
    {
      definition: results,
      permission: 'lab.read-results',
      title: { vi: 'Kết quả xét nghiệm', en: 'Laboratory results' },
      sort: '-at',
    },
    {
      definition: critical,
      permission: 'lab.read-results',
      title: { vi: 'Kết quả báo động', en: 'Critical results' },
      sort: '-at',
    },
  ],
  codes: [labSheets, imagingSheets],
  roles: {
    'lab-technician': [
      'lab.read',
      'lab.read-results',
      'lab.collect',
      'lab.receive',
      'lab.reject',
      'lab.enter',
      'lab.validate',
      'lab.correct',
      'outpatient.see-allergies',
      ...READS,
    ],
    radiographer: [
      'lab.read',
      'lab.read-results',
      'lab.report-imaging',
      'lab.correct-report',
      'outpatient.see-allergies',
      ...READS,
    ],
    nurse: ['lab.read', 'lab.read-results', 'lab.collect'],
    doctor: ['lab.read', 'lab.read-results', 'lab.acknowledge'],
    director: ['lab.read', 'lab.read-results'],
  },
});
