/** HL7 v2 trigger events, by which FHIR messages of that kind name themselves. */
export const EVENT_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0003';

/** What a message with an event may bring. */
export interface MessageEvent {
  readonly code: string;
  readonly title: string;
  /** Types that the message is about: a record with the same identifier becomes what the message says. */
  readonly changes: readonly string[];
  /** Types that it names: a record with the same identifier stays as it is, a missing one is made. */
  readonly names: readonly string[];
}

const STAFF = ['Practitioner', 'PractitionerRole', 'Organization', 'Location'];
const PERSON = ['Patient', 'RelatedPerson', 'Coverage'];
const VISIT = [...PERSON, 'Encounter', 'Condition', 'AllergyIntolerance', 'Observation', 'Procedure'];

const person = (code: string, title: string): MessageEvent => ({ code, title, changes: PERSON, names: STAFF });
const visit = (code: string, title: string): MessageEvent => ({ code, title, changes: VISIT, names: STAFF });

/** The events that are taken. What a visit's messages say of our own visits is refused: those belong to the wards. */
export const MESSAGE_EVENTS: readonly MessageEvent[] = [
  visit('A01', 'Admit / visit notification'),
  visit('A02', 'Transfer a patient'),
  visit('A03', 'Discharge / end visit'),
  visit('A04', 'Register a patient'),
  visit('A08', 'Update patient information'),
  visit('A11', 'Cancel admit / visit notification'),
  visit('A13', 'Cancel discharge / end visit'),
  person('A28', 'Add person information'),
  person('A31', 'Update person information'),
  {
    code: 'R01',
    title: 'Unsolicited transmission of an observation',
    changes: ['DiagnosticReport', 'Observation', 'Specimen'],
    names: ['Patient', 'ServiceRequest', 'Encounter', 'Device', ...STAFF],
  },
];

export function messageEvent(system: string | undefined, code: string | undefined): MessageEvent | undefined {
  return system === EVENT_SYSTEM ? MESSAGE_EVENTS.find((event) => event.code === code) : undefined;
}
