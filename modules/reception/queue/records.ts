/** A call and an absence as records: each is a fact, never changed. Pure. */
import type { Communication, Encounter } from '@mach/fhir/types.ts';
import { CS, FHIR_BASE } from '@mach/vn/systems.ts';

export const QUEUE_CALL = `${FHIR_BASE}/cs/queue-call`;
export const CALL_KINDS = ['call', 'absent'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

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
