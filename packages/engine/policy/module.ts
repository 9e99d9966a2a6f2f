import { instant, is, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { commands, defineModule } from '../module.ts';
import { ACCESS_CS, breakGlassCommand, mendGlassCommand, reviewGlassCommand } from './break-glass.ts';
import { OPEN_POLICY } from './rules.ts';
import { dropProposalCommand, proposePolicyCommand, switchPolicyCommand } from './switch.ts';

/** Every emergency opening, for the one who reviews them: what has no finding yet is his work. */
const brokenGlass: ViewDefinition = {
  name: 'access.brokenGlass',
  kind: 'live',
  base: 'Task',
  where: is(`code.coding[system=${ACCESS_CS}].code`, 'break-glass'),
  patient: referenceId('for.reference'),
  columns: {
    patientName: text('for.display'),
    by: text('requester.display'),
    account: text('requester.identifier.value', { indexed: true }),
    reason: text('reasonCode.text'),
    since: instant('authoredOn', { indexed: true }),
    until: instant('restriction.period.end'),
    ended: instant('executionPeriod.end'),
    status: text('status', { indexed: true }),
    finding: text(`businessStatus.coding[system=${ACCESS_CS}].code`),
    note: text('note.text'),
    reviewer: text('owner.display'),
  },
};

const STAFF = ['doctor', 'nurse', 'lab-technician', 'radiographer', 'pharmacist'];
const REVIEW = ['access.review', 'access.simulate'];

/** Who may see what: emergency openings and their review, and the facility's choice of policy. */
export default defineModule({
  name: 'access',
  title: { vi: 'Quyền truy cập', en: 'Access' },
  commands: commands(
    breakGlassCommand,
    mendGlassCommand,
    reviewGlassCommand,
    proposePolicyCommand,
    dropProposalCommand,
    switchPolicyCommand,
  ),
  views: [
    {
      definition: brokenGlass,
      permission: 'access.review',
      title: { vi: 'Mở hồ sơ khẩn cấp', en: 'Broken glass' },
      sort: '-since',
    },
  ],
  owns: [
    {
      type: 'Task',
      command: 'access.breakGlass',
      when: (resource) =>
        (resource.code as { coding?: { system?: string }[] } | undefined)?.coding?.some(
          (c) => c.system === ACCESS_CS,
        ) ?? false,
    },
  ],
  settings: { policy: OPEN_POLICY },
  roles: {
    ...Object.fromEntries(STAFF.map((role) => [role, ['access.break-glass']])),
    'privacy-officer': [...REVIEW, 'access.switch-policy'],
    director: REVIEW,
    administrator: ['access.simulate', 'access.switch-policy'],
  },
});
