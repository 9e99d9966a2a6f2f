import { all, has, instant, is, referenceId, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { ACT_REASON, PRIVACY_EXT, REQUEST_CODE, REQUEST_CS } from '../record.ts';

const ext = (url: string): string => `extension[url=${url}]`;

/** What people have asked for about their data, with the legal clocks. */
export const requests: ViewDefinition = {
  name: 'privacy.requests',
  kind: 'live',
  base: 'Task',
  where: has(`identifier[system=${REQUEST_CODE}].value`),
  patient: referenceId('for.reference'),
  columns: {
    code: text(`identifier[system=${REQUEST_CODE}].value`, { indexed: true }),
    kind: text(`code.coding[system=${REQUEST_CS}].code`),
    status: text('status', { indexed: true }),
    patientId: text(referenceId('for.reference'), { indexed: true }),
    patientName: text('for.display'),
    by: text('requester.display'),
    relation: text(`${ext(PRIVACY_EXT.relation)}.valueCode`),
    channel: text(`${ext(PRIVACY_EXT.channel)}.valueCode`),
    detail: text('description'),
    receivedAt: instant('authoredOn', { indexed: true }),
    answerBy: instant(`${ext(PRIVACY_EXT.answerBy)}.valueDateTime`),
    answeredAt: instant(`${ext(PRIVACY_EXT.answeredAt)}.valueDateTime`),
    dueBy: instant('restriction.period.end', { indexed: true }),
    extended: text(`${ext(PRIVACY_EXT.extended)}.valueString`),
    account: text('owner.identifier.value'),
    accountName: text('owner.display'),
    outcome: text(`businessStatus.coding[system=${REQUEST_CS}].code`),
    letter: text('statusReason.text'),
    closedAt: instant('executionPeriod.end'),
    restricts: text(`${ext(PRIVACY_EXT.restricts)}.valueCode`, { indexed: true }),
  },
};

/** Whose data stand under a restriction now: all that a desk is told of it. */
export const restrictions: ViewDefinition = {
  name: 'privacy.restrictions',
  kind: 'live',
  base: 'Task',
  where: all(has(`identifier[system=${REQUEST_CODE}].value`), is(`${ext(PRIVACY_EXT.restricts)}.valueCode`, 'yes')),
  patient: referenceId('for.reference'),
  columns: { patientId: text(referenceId('for.reference'), { indexed: true }) },
};

/** What patients have agreed to or refused, purpose by purpose, with its history. */
export const consents: ViewDefinition = {
  name: 'privacy.consents',
  kind: 'live',
  base: 'Consent',
  where: has(`${ext(PRIVACY_EXT.how)}.valueCode`),
  patient: referenceId('patient.reference'),
  columns: {
    patientId: text(referenceId('patient.reference'), { indexed: true }),
    purpose: text(`provision.purpose[system=${ACT_REASON}].code`),
    decision: text('provision.type'),
    status: text('status'),
    at: instant('dateTime', { indexed: true }),
    by: text(`${ext(PRIVACY_EXT.by)}.valueString`),
    relation: text(`${ext(PRIVACY_EXT.relation)}.valueCode`),
    how: text(`${ext(PRIVACY_EXT.how)}.valueCode`),
    recordedBy: text(`${ext(PRIVACY_EXT.recordedBy)}.valueString`),
    until: instant('provision.period.end'),
  },
};
