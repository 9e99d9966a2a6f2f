import { APPOINTMENT_CODE, appointmentCode, appointmentPatient } from '@mach/appointment/contract.ts';
import { localDate } from '@mach/base/time.ts';
import { idOf, queueNumberOf, roomOf, type VisitState, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type {
  AllergyIntolerance,
  Appointment,
  Coverage,
  DocumentReference,
  Encounter,
  Patient,
  RelatedPerson,
} from '@mach/fhir/types.ts';
import { normalizePhone } from '@mach/vn/phone.ts';
import { type Scan, scanRouter } from '@mach/vn/scan-router.ts';
import { SID } from '@mach/vn/systems.ts';
import { cardSummary } from '../card.ts';
import type { IdentifyResult, PersonSummary } from '../contract.ts';
import { identifyInput } from '../inputs.ts';
import { isSeparable, mergeOf } from '../merged.ts';
import { birthTimeOf, isMother, isNewborn } from '../newborn.ts';
import { patientCodeOf, personOf } from '../person.ts';
import { NO_KNOWN_ALLERGY } from '../read.ts';
import { type CardReading, readBhyt, readCccd } from '../scan.ts';
import { unitsOn, wardText } from '../units.ts';
import { unidentifiedOf } from '../unknown.ts';
import { cardsOf } from './coverage.ts';
import { notice, type PatientRecord } from './register.ts';

/** More people than this on one number is a mistake that the desk cannot sort out by reading. */
const MOST_PEOPLE = 10;

export const identifyCommand = defineCommand({
  name: 'reception.identify',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Tìm người bệnh', en: 'Find a patient' },
  input: identifyInput,
  async handle(input, ctx): Promise<IdentifyResult> {
    if (input.patient !== undefined) {
      const patient = await ctx.read<Patient>('Patient', input.patient);
      return {
        kind: 'patient',
        people: [await summary(ctx, patient)],
        draft: null,
        wardText: null,
        card: null,
        wards: [],
        notices: [],
      };
    }
    const text = input.text ?? '';
    const scan = scanRouter(text);
    const { kind, people } = (await byAppointment(ctx, text)) ?? (await find(ctx, scan, text));
    const reading = readCard(ctx, scan);
    const summaries: PersonSummary[] = [];
    for (const patient of people.slice(0, MOST_PEOPLE)) summaries.push(await summary(ctx, patient));
    return {
      kind,
      people: summaries,
      draft:
        reading.read?.person ??
        (scan.kind === 'cccd' && !scan.card ? { idPaper: 'cccd', idNumber: scan.number } : null),
      wardText: wardText(reading.read?.person.wardCode, unitsOn(ctx)),
      card: reading.read?.card ?? (scan.kind === 'bhyt' && kind === 'bhyt' ? { number: scan.number } : null),
      wards: reading.read?.address.choices ?? [],
      notices: reading.notices,
    };
  },
});

/** A card whose code was scanned, read; what is wrong with it otherwise. */
function readCard(ctx: CommandContext, scan: Scan): { read?: CardReading; notices: IdentifyResult['notices'] } {
  if ((scan.kind !== 'cccd' && scan.kind !== 'bhyt') || !scan.card) return { notices: [] };
  if (!scan.card.ok) return { notices: scan.card.error.map(notice) };
  const units = unitsOn(ctx);
  const read = scan.kind === 'cccd' ? readCccd(scan.card.value, units) : readBhyt(scan.card.value, units);
  return { read, notices: read.notices.map(notice) };
}

const byNumber = (ctx: CommandContext, system: string, number: string): Promise<PatientRecord[]> =>
  ctx.byToken<Patient>('Patient.identifier', system, number);

async function patientsOf(ctx: CommandContext, ids: readonly (string | undefined)[]): Promise<PatientRecord[]> {
  const found: PatientRecord[] = [];
  for (const id of new Set(ids)) {
    const patient = id === undefined ? undefined : await ctx.find<Patient>('Patient', id);
    if (patient) found.push(patient);
  }
  return found;
}

/** The code on an appointment slip, with its letters: bare digits may be an insurance number. */
async function byAppointment(
  ctx: CommandContext,
  text: string,
): Promise<{ kind: IdentifyResult['kind']; people: PatientRecord[] } | undefined> {
  const code = /^HK/i.test(text) ? appointmentCode(text) : undefined;
  if (code === undefined) return undefined;
  const found = await ctx.byToken<Appointment>('Appointment.identifier', APPOINTMENT_CODE, code);
  return { kind: 'appointment', people: await patientsOf(ctx, found.map(appointmentPatient)) };
}

async function find(
  ctx: CommandContext,
  scan: Scan,
  text: string,
): Promise<{ kind: IdentifyResult['kind']; people: PatientRecord[] }> {
  switch (scan.kind) {
    case 'cccd':
      return {
        kind: 'cccd',
        people: merge(await byNumber(ctx, SID.cccd, scan.number), await byCard(ctx, scan.number)),
      };
    case 'bhyt': {
      const people = merge(
        await byCard(ctx, scan.number),
        scan.read?.form === 'personal' ? await byNumber(ctx, SID.cccd, scan.read.number) : [],
      );
      // Ten digits may be a social-insurance number or a phone.
      const phone = people.length === 0 && scan.maybePhone !== undefined ? await byPhone(ctx, scan.maybePhone) : [];
      return phone.length > 0 ? { kind: 'phone', people: phone } : { kind: 'bhyt', people };
    }
    case 'patient':
      return { kind: 'patient', people: await byNumber(ctx, SID.patientCode, scan.code) };
    case 'visit': {
      const visits = await ctx.byToken<Encounter>('Encounter.identifier', SID.visitCode, scan.code);
      return {
        kind: 'visit',
        people: await patientsOf(
          ctx,
          visits.map((v) => idOf(v.subject)),
        ),
      };
    }
    case 'prescription': {
      const documents = await ctx.byToken<DocumentReference>(
        'DocumentReference.identifier',
        SID.prescriptionCode,
        scan.code,
      );
      return {
        kind: 'prescription',
        people: await patientsOf(
          ctx,
          documents.map((d) => idOf(d.subject)),
        ),
      };
    }
    default: {
      const phone = normalizePhone(text);
      if (phone === undefined) return { kind: 'unknown', people: [] };
      return { kind: 'phone', people: await byPhone(ctx, phone) };
    }
  }
}

const byPhone = (ctx: CommandContext, phone: string): Promise<PatientRecord[]> =>
  ctx.referring<Patient>('Patient.phone', phone);

async function byCard(ctx: CommandContext, number: string): Promise<PatientRecord[]> {
  const cards = await ctx.byToken<Coverage>('Coverage.identifier', SID.bhyt, number);
  return patientsOf(
    ctx,
    cards.map((c) => idOf(c.beneficiary)),
  );
}

const merge = (a: readonly PatientRecord[], b: readonly PatientRecord[]): PatientRecord[] => [
  ...new Map([...a, ...b].filter((p) => p.active !== false).map((p) => [p.id, p])).values(),
];

async function summary(ctx: CommandContext, patient: PatientRecord): Promise<PersonSummary> {
  const cards = await cardsOf(ctx, patient.id);
  const visits = (await ctx.referring<Encounter>('Encounter.subject', patient.id))
    .filter((v) => v.period?.start !== undefined)
    .sort((a, b) => ((a.period?.start ?? '') < (b.period?.start ?? '') ? 1 : -1));
  const day = localDate(ctx.performedAt);
  const dayOf = (visit: Encounter): string => localDate(visit.period?.start ?? ctx.performedAt);
  const last = visits.find((v) => dayOf(v) < day);
  return {
    patient: patient.id,
    patientCode: patientCodeOf(patient) ?? null,
    person: personOf(patient),
    address: patient.address?.[0]?.text ?? null,
    wardText: wardText(personOf(patient).wardCode, unitsOn(ctx)),
    unidentified: unidentifiedOf(patient) ?? null,
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
    mother: await mother(ctx, patient),
    bornAt: newbornTime(patient, ctx.performedAt),
    merged: await mergedInto(ctx, patient),
    cards: cards.map(cardSummary),
    allergies: await allergies(ctx, patient.id),
    today: visits
      .filter((v) => dayOf(v) === day && visitStateOf(v) !== undefined)
      .map((v) => ({
        encounter: v.id,
        queueNumber: queueNumberOf(v) ?? null,
        room: roomOf(v) ?? null,
        roomName: v.location?.[0]?.location.display ?? null,
        state: visitStateOf(v) as VisitState,
      })),
    lastVisit: last
      ? { at: last.period?.start ?? '', reason: last.reasonCode?.[0]?.text ?? null, room: roomOf(last) ?? null }
      : null,
  };
}

const newbornTime = (patient: Patient, at: string): string | null => {
  const born = birthTimeOf(patient);
  return born !== undefined && isNewborn(born, at) ? born : null;
};

/** The mother of a child that was registered as a newborn. */
async function mother(ctx: CommandContext, patient: PatientRecord): Promise<PersonSummary['mother']> {
  if (birthTimeOf(patient) === undefined) return null;
  const [person] = (await ctx.referring<RelatedPerson>('RelatedPerson.patient', patient.id)).filter(isMother);
  if (!person) return null;
  const code = person.identifier?.find((one) => one.system === SID.patientCode)?.value;
  const [record] = code === undefined ? [] : await byNumber(ctx, SID.patientCode, code);
  // Her record may have become part of another since.
  const into = record?.active === false ? record.link?.find((one) => one.type === 'replaced-by') : undefined;
  return { name: person.name?.[0]?.text ?? '', patient: idOf(into?.other) ?? record?.id ?? null };
}

/** Records that were merged into this one, as long as that can be taken back. */
async function mergedInto(ctx: CommandContext, patient: PatientRecord): Promise<PersonSummary['merged']> {
  const links = (patient.link ?? []).filter((link) => link.type === 'replaces');
  const found: PersonSummary['merged'] = [];
  for (const one of await patientsOf(
    ctx,
    links.map((link) => idOf(link.other)),
  )) {
    const merge = mergeOf(one);
    if (merge && isSeparable(merge, ctx.performedAt))
      found.push({
        patient: one.id,
        patientCode: patientCodeOf(one) ?? '',
        name: one.name?.[0]?.text ?? '',
        at: merge.at,
        how: merge.how,
      });
  }
  return found;
}

async function allergies(ctx: CommandContext, patient: string): Promise<PersonSummary['allergies']> {
  const found = await ctx.referring<AllergyIntolerance>('AllergyIntolerance.patient', patient);
  const standing = found.filter((a) => {
    const verified = a.verificationStatus?.coding?.[0]?.code;
    const clinical = a.clinicalStatus?.coding?.[0]?.code;
    return (
      verified !== 'entered-in-error' && verified !== 'refuted' && clinical !== 'inactive' && clinical !== 'resolved'
    );
  });
  if (standing.length === 0) return null;
  return standing
    .filter((a) => !a.code?.coding?.some((c) => c.code === NO_KNOWN_ALLERGY))
    .map((a) => ({
      text: a.code?.text ?? a.code?.coding?.[0]?.display ?? '',
      high: a.criticality === 'high',
    }));
}
