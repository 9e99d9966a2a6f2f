import { FHIR_BASE, SID } from '@mach/vn/systems.ts';
import type { Facility } from '../actor.ts';

/** A row of the log, as far as an AuditEvent tells it: ids, never content. */
export interface LoggedDeed {
  readonly id: string;
  /** Instant. */
  readonly at: string;
  readonly kind: string;
  readonly action: string;
  /** `account:…`, `client:…`, `system:…` */
  readonly actor: string;
  /** What people call the actor. */
  readonly name: string | null;
  readonly outcome: string;
  readonly patient: string | null;
  readonly purpose: string | null;
  /** Address and program, as they were at the door. */
  readonly origin: string | null;
  readonly entities: readonly string[];
}

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const SIGN_IN = {
  system: 'http://dicom.nema.org/resources/ontology/DCM',
  code: '110114',
  display: 'User Authentication',
};
const REST = { system: `${HL7}/audit-event-type`, code: 'rest', display: 'RESTful Operation' };

/** Create, read, update or execute (audit-event-action). */
function actionOf({ kind, entities }: LoggedDeed): 'C' | 'R' | 'U' | 'E' {
  if (kind === 'read') return 'R';
  const versions = kind === 'command' ? entities.flatMap((entity) => entity.split('/_history/')[1] ?? []) : [];
  if (versions.length === 0) return 'E';
  return versions.every((version) => version === '1') ? 'C' : 'U';
}

const person = (actor: string, name: string | null): object => ({
  identifier: { system: `${FHIR_BASE}/sid/actor`, value: actor },
  ...(name ? { display: name } : {}),
});

/**
 * A row of the log as FHIR AuditEvent (R4). Computed, never stored: the sealed row is the truth, this is how others read it.
 * @param patient whose log is asked for, where the row itself names nobody (a list in which he stood)
 */
export function auditEventOf(deed: LoggedDeed, facility: Facility, patient = deed.patient): object {
  const [address] = (deed.origin ?? '').split(' ');
  const records = deed.entities.filter((entity) => entity.includes('/') && entity !== `Patient/${patient}`);
  return {
    resourceType: 'AuditEvent',
    id: deed.id,
    type: deed.kind === 'sign-in' ? SIGN_IN : REST,
    subtype: [{ system: `${FHIR_BASE}/CodeSystem/deed`, code: deed.action }],
    action: actionOf(deed),
    recorded: deed.at,
    outcome: deed.outcome === 'done' ? '0' : '4',
    ...(deed.purpose ? { purposeOfEvent: [{ coding: [{ system: `${HL7}/v3-ActReason`, code: deed.purpose }] }] } : {}),
    agent: [
      {
        who: person(deed.actor, deed.name),
        requestor: true,
        ...(address ? { network: { address, type: '2' } } : {}),
      },
    ],
    source: { observer: { identifier: { system: SID.facility, value: facility.code }, display: facility.name } },
    entity: [
      ...(patient
        ? [
            {
              what: { reference: `Patient/${patient}` },
              type: { system: `${HL7}/audit-entity-type`, code: '1', display: 'Person' },
              role: { system: `${HL7}/object-role`, code: '1', display: 'Patient' },
            },
          ]
        : []),
      ...records.map((reference) => ({ what: { reference } })),
    ],
  };
}
