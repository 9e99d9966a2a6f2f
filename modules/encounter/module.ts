import { type CommittedEvent, commands, defineModule, reaction } from '@mach/engine/module.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { chargeDrugCommand } from './commands/charge.ts';
import { closeCommand, closeWhenDoneCommand } from './commands/close.ts';
import { concludeCommand, reopenCommand, settleCommand, unsettleCommand } from './commands/conclude.ts';
import { recordDiagnosesCommand } from './commands/diagnoses.ts';
import { openVisitCommand } from './commands/open-visit.ts';
import { advanceOrderCommand, cancelOrderCommand, placeOrdersCommand } from './commands/orders.ts';
import { changePayerCommand } from './commands/payer.ts';
import { signPrescriptionCommand } from './commands/prescription-sign.ts';
import { advancePrescriptionCommand, cancelPrescriptionCommand } from './commands/prescription-steps.ts';
import {
  cancelVisitCommand,
  leaveCommand,
  returnToQueueCommand,
  startExamCommand,
  transferRoomCommand,
} from './commands/visit.ts';
import { closeWhenDone, type EncounterEvent } from './contract.ts';
import { FINISHED_ORDER, type OrderState } from './states.ts';

type Raw = Record<string, unknown>;

const items = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : value ? [value as Raw] : []);
const carries = (url: string) => (resource: Raw) => items(resource.extension).some((e) => e.url === url);
const numbered = (system: string) => (resource: Raw) => items(resource.identifier).some((i) => i.system === system);
const grouped = (system: string) => (resource: Raw) => items(resource.groupIdentifier).some((i) => i.system === system);
const coded = (member: string, system: string, code?: string) => (resource: Raw) =>
  items((resource[member] as Raw | undefined)?.coding).some(
    (c) => c.system === system && (code === undefined || c.code === code),
  );

/** A visit closes by itself once it is settled and nothing of it is open: each deed that may have been the last asks. */
const closing = (event: EncounterEvent, may: (payload: CommittedEvent['payload']) => boolean = () => true) =>
  reaction({
    name: `encounter.close-on-${event.slice('encounter.'.length)}`,
    event,
    command: closeWhenDone,
    input: ({ payload }) => (may(payload) ? { encounter: String(payload.encounter) } : undefined),
    roles: ['system'],
  });

/**
 * The kernel: the machines of visits, orders and prescriptions. Other modules call its commands; nobody else writes
 * these states. Records without the house's marks (imported history) are free.
 */
export default defineModule({
  name: 'encounter',
  title: { vi: 'Lượt khám', en: 'Visits' },
  commands: commands(
    openVisitCommand,
    startExamCommand,
    returnToQueueCommand,
    placeOrdersCommand,
    cancelOrderCommand,
    advanceOrderCommand,
    recordDiagnosesCommand,
    signPrescriptionCommand,
    cancelPrescriptionCommand,
    advancePrescriptionCommand,
    changePayerCommand,
    concludeCommand,
    reopenCommand,
    settleCommand,
    unsettleCommand,
    closeCommand,
    closeWhenDoneCommand,
    leaveCommand,
    cancelVisitCommand,
    transferRoomCommand,
    chargeDrugCommand,
  ),
  reactions: [
    closing('encounter.settled'),
    closing('encounter.prescriptionAdvanced', ({ to }) => to === 'dispensed'),
    closing('encounter.prescriptionCancelled'),
    closing(
      'encounter.orderAdvanced',
      ({ to, visitState }) => visitState === 'settled' && FINISHED_ORDER.includes(to as OrderState),
    ),
    closing('encounter.orderCancelled', ({ visitState }) => visitState === 'settled'),
  ],
  owns: [
    { type: 'Encounter', command: 'reception.checkIn', when: carries(EXT.visitState) },
    { type: 'Encounter', command: 'reception.checkIn', when: numbered(SID.visitCode) },
    { type: 'ServiceRequest', command: 'encounter.placeOrders', when: carries(EXT.state) },
    { type: 'ServiceRequest', command: 'encounter.placeOrders', when: numbered(SID.orderCode) },
    { type: 'MedicationRequest', command: 'outpatient.prescribe', when: grouped(SID.prescriptionCode) },
    { type: 'DocumentReference', command: 'outpatient.prescribe', when: numbered(SID.prescriptionCode) },
    { type: 'Task', command: 'encounter.advancePrescription', when: numbered(SID.prescriptionCode) },
    { type: 'ChargeItem', command: 'encounter.placeOrders', when: coded('code', CS.costGroup) },
  ],
  roles: {
    reception: ['encounter.open', 'encounter.cancel', 'encounter.leave', 'encounter.move'],
    nurse: ['encounter.leave', 'encounter.move', 'encounter.examine'],
    doctor: [
      'encounter.examine',
      'encounter.order',
      'encounter.diagnose',
      'encounter.prescribe',
      'encounter.conclude',
      'encounter.leave',
      'encounter.move',
      'encounter.perform',
    ],
    system: ['encounter.close', 'encounter.dispense', 'encounter.perform'],
  },
});
