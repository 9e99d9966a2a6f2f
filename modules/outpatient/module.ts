import { commands, defineModule, type Module, reaction } from '@mach/engine/module.ts';
import { CS } from '@mach/vn/systems.ts';
import { drug } from './codes/drug.ts';
import { icd10 } from './codes/icd10.ts';
import { rules } from './codes/rules.ts';
import { service } from './codes/service.ts';
import { unit } from './codes/unit.ts';
import { recordAllergiesCommand } from './commands/allergies.ts';
import { diagnoseCommand } from './commands/diagnose.ts';
import { finishCommand, markSeenCommand } from './commands/finish.ts';
import {
  DEADLINE_MINUTES,
  MESSAGE_KIND,
  sendPrescriptionCommand,
  takeNationalAnswerCommand,
} from './commands/national.ts';
import { correctNoteCommand, saveNoteCommand } from './commands/note.ts';
import { DUPLICATE_DAYS, orderCommand } from './commands/order.ts';
import { prescribeCommand, replacePrescriptionCommand } from './commands/prescribe.ts';
import { recordVitalsCommand, withdrawVitalsCommand } from './commands/vitals.ts';
import { NATIONAL_PRESCRIPTION, sendPrescription, takeNationalAnswer } from './contract.ts';
import { type NationalOptions, nationalPrescription } from './exchange/destination.ts';
import { nationalSimulator } from './exchange/simulator.ts';
import { allergies } from './views/allergies.ts';
import { orders } from './views/orders.ts';
import { prescriptions } from './views/prescriptions.ts';
import { queue } from './views/queue.ts';

const reads = (...types: string[]): string[] => types.map((type) => `record.read:${type}`);

const coded = (member: string, system: string, code?: string) => (resource: Record<string, unknown>) => {
  const concept = resource[member] as { coding?: { system?: string; code?: string }[] } | undefined;
  return concept?.coding?.some((c) => c.system === system && (code === undefined || c.code === code)) ?? false;
};

/** Without an account on the national system everything goes to the simulator, and says so. */
const SIMULATED: NationalOptions = { transport: nationalSimulator(), password: () => 'simulated' };

/** The doctor's room and the nurse before it. An installation with a real account brings its own transport. */
export function outpatientModule(national: NationalOptions = SIMULATED): Module {
  return defineModule({
    name: 'outpatient',
    title: { vi: 'Khám ngoại trú', en: 'Outpatient' },
    commands: commands(
      recordVitalsCommand,
      withdrawVitalsCommand,
      saveNoteCommand,
      correctNoteCommand,
      recordAllergiesCommand,
      orderCommand,
      diagnoseCommand,
      prescribeCommand,
      replacePrescriptionCommand,
      markSeenCommand,
      finishCommand,
      sendPrescriptionCommand,
      takeNationalAnswerCommand,
    ),
    views: [
      {
        definition: queue,
        permission: 'outpatient.see-queue',
        title: { vi: 'Hàng chờ khám', en: 'Outpatient queue' },
        sort: 'arrivedAt',
      },
      {
        definition: orders,
        permission: 'outpatient.see-orders',
        title: { vi: 'Chỉ định', en: 'Orders' },
        sort: '-orderedAt',
      },
      {
        definition: prescriptions,
        permission: 'outpatient.see-prescriptions',
        title: { vi: 'Đơn thuốc', en: 'Prescriptions' },
        sort: '-prescribedAt',
      },
      {
        definition: allergies,
        permission: 'outpatient.see-allergies',
        title: { vi: 'Dị ứng', en: 'Allergies' },
        sort: '-recordedAt',
      },
    ],
    reactions: [
      reaction({
        name: 'outpatient.on-prescribed',
        event: 'encounter.prescribed',
        command: sendPrescription,
        input: (event) => ({ prescription: String(event.payload.prescription) }),
        roles: ['system'],
      }),
      reaction({
        name: 'outpatient.on-answered',
        event: 'exchange.answered',
        command: takeNationalAnswer,
        input: ({ payload }) =>
          payload.destination === NATIONAL_PRESCRIPTION && payload.kind === MESSAGE_KIND
            ? {
                prescription: String(payload.subject).split('/')[1] ?? '',
                message: String(payload.message),
                outcome: payload.outcome === 'accepted' ? ('accepted' as const) : ('refused' as const),
                receipt: payload.receipt,
                issues: Array.isArray(payload.issues) ? payload.issues : [],
              }
            : undefined,
        roles: ['system'],
      }),
    ],
    owns: [
      { type: 'Composition', command: 'outpatient.saveNote', when: coded('type', CS.document, 'exam-note') },
      { type: 'AllergyIntolerance', command: 'outpatient.recordAllergies', when: coded('code', CS.ingredient) },
    ],
    codes: [icd10, service, drug, unit, rules],
    destinations: [nationalPrescription(national)],
    settings: { 'duplicate-days': DUPLICATE_DAYS, 'national-deadline-minutes': DEADLINE_MINUTES },
    roles: {
      nurse: [
        'outpatient.record-vitals',
        'outpatient.record-allergies',
        'outpatient.triage',
        'outpatient.see-queue',
        'outpatient.see-orders',
        'outpatient.see-allergies',
        ...reads('Patient', 'Encounter', 'Observation', 'AllergyIntolerance', 'Location', 'Practitioner'),
      ],
      doctor: [
        'outpatient.record-vitals',
        'outpatient.record-allergies',
        'outpatient.write-note',
        'outpatient.order',
        'outpatient.diagnose',
        'outpatient.prescribe',
        'outpatient.see-results',
        'outpatient.finish',
        'outpatient.see-queue',
        'outpatient.see-orders',
        'outpatient.see-prescriptions',
        'outpatient.see-allergies',
        'exchange.retry',
        'record.read:*',
      ],
      pharmacist: [
        'outpatient.see-prescriptions',
        'outpatient.see-allergies',
        ...reads('AllergyIntolerance', 'Observation', 'Condition'),
      ],
      director: ['outpatient.see-queue', 'outpatient.see-orders', 'outpatient.see-prescriptions'],
      system: ['outpatient.send-prescription'],
    },
  });
}

export default outpatientModule();
