/** A call and an absence as records: each is a fact, never changed. Pure. */
import type { Communication, Encounter } from '@mach/fhir/types.ts';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';
import type { WaitRange } from './estimate.ts';

export const QUEUE_CALL = `${FHIR_BASE}/cs/queue-call`;
/** The wait that was told at the check-in: `10-25` minutes. */
const QUEUE_TOLD = `${FHIR_BASE}/cs/queue-told`;
/** Somebody at a kiosk calls for staff. */
export const KIOSK_HELP = `${FHIR_BASE}/cs/kiosk-help`;
export type CallKind = 'call' | 'absent';

const WORDS: Readonly<Record<CallKind, string>> = { call: 'Gọi số', absent: 'Gọi, không có mặt' };

export function callRecord(
  visit: Encounter & { id: string },
  of: { kind: CallKind; at: string; room: string; by: { reference?: string; display: string } },
): Communication {
  const { kind, at, room, by } = of;
  return {
    resourceType: 'Communication',
    status: 'completed',
    category: [{ coding: [{ system: CS.document, code: 'queue' }] }],
    topic: { coding: [{ system: QUEUE_CALL, code: kind, display: WORDS[kind] }] },
    subject: visit.subject,
    encounter: { reference: `Encounter/${visit.id}` },
    about: [{ reference: `Location/${room}` }],
    sent: at,
    sender: by as Communication['sender'],
  };
}

/** What was told about the wait, as a record: the slip prints it, and it can be compared with what came. */
export function toldRecord(
  visit: { encounter: string; patient: string },
  of: { at: string; wait: WaitRange },
): Communication {
  return {
    resourceType: 'Communication',
    status: 'completed',
    category: [{ coding: [{ system: CS.document, code: 'queue' }] }],
    topic: { coding: [{ system: QUEUE_TOLD, code: 'wait' }] },
    subject: { reference: `Patient/${visit.patient}` },
    encounter: { reference: `Encounter/${visit.encounter}` },
    sent: of.at,
    payload: [{ contentString: `${of.wait.from}-${of.wait.to}` }],
  };
}

/** The wait that was told last; undefined when none was. */
export function toldWait(records: readonly Communication[]): WaitRange | undefined {
  const told = records
    .filter((one) => one.topic?.coding?.some((c) => c.system === QUEUE_TOLD))
    .sort((a, b) => ((a.sent ?? '') < (b.sent ?? '') ? 1 : -1))[0];
  const minutes = /^(\d+)-(\d+)$/.exec(told?.payload?.[0]?.contentString ?? '');
  return minutes ? { from: Number(minutes[1]), to: Number(minutes[2]) } : undefined;
}

/** A call for staff: of nobody in particular, the kiosk does not know who stands before it. */
export const helpRecord = (of: { at: string; from: string }): Communication => ({
  resourceType: 'Communication',
  status: 'in-progress',
  category: [{ coding: [{ system: CS.document, code: 'queue' }] }],
  topic: { coding: [{ system: KIOSK_HELP, code: 'staff', display: 'Kiosk gọi nhân viên' }] },
  sent: of.at,
  sender: { display: of.from },
});

/** Somebody has gone there. */
export const answeredHelp = <T extends Communication>(help: T, of: { at: string; by: string }): T => ({
  ...help,
  status: 'completed',
  received: of.at,
  recipient: [{ display: of.by }],
});
