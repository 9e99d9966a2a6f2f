import { createHash } from 'node:crypto';
import { foldText } from '@mach/base/fold.ts';
import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { formatDate, localDate } from '@mach/base/time.ts';
import { defined } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import type { Patient } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import { records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import { compareNames, similarName } from '@mach/vn/names.ts';
import { patientCode } from '@mach/vn/patient-code.ts';
import { checkPerson } from '@mach/vn/person.ts';
import type { Notice, RegisterPatientResult } from '../contract.ts';
import { type PersonFields, registerPatientInput, updatePatientInput } from '../inputs.ts';
import { likeness } from '../likeness.ts';
import {
  lookalikeKeys,
  PAPER_SYSTEM,
  PERSON_KEY,
  type PersonFacts,
  patientCodeOf,
  patientFrom,
  personInput,
  personOf,
} from '../person.ts';
import { type CardReading, readBhytQr, readCccdQr } from '../scan.ts';
import { unitsOn } from '../units.ts';
import { unidentifiedOf } from '../unknown.ts';

export type PatientRecord = IdentifiedResource<Patient>;

/** The card of a scan, or every reason why it cannot be read. */
export function readScans(
  ctx: CommandContext,
  input: { cccdQr?: string; bhytQr?: string },
): { cccd?: CardReading; bhyt?: CardReading } {
  const units = unitsOn(ctx);
  const cccd = input.cccdQr === undefined ? undefined : readCccdQr(input.cccdQr, units);
  const bhyt = input.bhytQr === undefined ? undefined : readBhytQr(input.bhytQr, units);
  const failed: Issue[] = [
    ...(cccd && !cccd.ok ? at(cccd.error, 'cccdQr') : []),
    ...(bhyt && !bhyt.ok ? at(bhyt.error, 'bhytQr') : []),
  ];
  if (failed.length > 0) throw new Problem(422, failed);
  return { cccd: cccd?.ok ? cccd.value : undefined, bhyt: bhyt?.ok ? bhyt.value : undefined };
}

const at = (issues: readonly Issue[], field: string): Issue[] =>
  issues.map((issue) => ({ ...issue, field: issue.field === undefined ? field : `${field}.${issue.field}` }));

export const notice = ({ severity, code, field, text, remedy }: Issue): Notice => ({
  severity,
  code,
  field,
  text,
  remedy,
});

/** People who carry the same paper. A personal number may have been re-issued, so there can be more than one. */
export async function byPaper(ctx: CommandContext, person: Partial<PersonFields>): Promise<PatientRecord[]> {
  const system = person.idPaper && PAPER_SYSTEM[person.idPaper];
  const number = person.idNumber?.trim();
  if (system === undefined || number === undefined || number === '') return [];
  return (await ctx.byToken<Patient>('Patient.identifier', system, number)).filter((p) => p.active !== false);
}

/** The one among those who carry the number whose name and birth date agree with the card. */
export function samePerson(person: Partial<PersonFields>, found: readonly PatientRecord[]): PatientRecord | undefined {
  return found.find(
    (p) =>
      (person.name === undefined || similarName(p.name?.[0]?.text ?? '', person.name)) &&
      (person.birthDate === undefined || agrees(p.birthDate ?? '', person.birthDate)),
  );
}

/** Dates agree as far as both are known. */
const agrees = (a: string, b: string): boolean => {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length) === b.slice(0, length);
};

export interface Registered {
  patient: PatientRecord;
  existing: boolean;
  notices: Notice[];
}

/** Makes a record of somebody new, or gives the one that carries the number. */
export async function register(
  ctx: CommandContext,
  fields: Partial<PersonFields>,
  options: { scanned: boolean; notDuplicateOf?: readonly string[]; notices?: readonly Issue[] },
): Promise<Registered> {
  const found = (known: readonly PatientRecord[]): Registered | undefined => {
    const same = samePerson(fields, known);
    return same && { patient: same, existing: true, notices: (options.notices ?? []).map(notice) };
  };
  const early = found(await byPaper(ctx, fields));
  if (early) return early;
  const slot = await guard(ctx, fields);
  const known = await byPaper(ctx, fields);
  const meanwhile = found(known);
  if (meanwhile) return meanwhile;
  const other = known[0];
  if (other && !options.notDuplicateOf?.includes(other.id)) throw numberOfAnother(other);

  const issues = [...checkPerson(personInput(fields), personContext(ctx)), ...(options.notices ?? [])];
  const errors = issues.filter((i) => i.severity === 'error');
  if (errors.length > 0) throw new Problem(422, at(errors, 'person'));
  await checkDuplicates(ctx, fields, options.notDuplicateOf ?? []);

  const code = await newCode(ctx);
  const patient = ctx.create<Patient>(defined(patientFrom(fields, personFacts(ctx, fields, code, options.scanned))));
  slot(patient.id);
  ctx.emit('reception.registered', { patient: patient.id, patientCode: code });
  return { patient, existing: false, notices: issues.map(notice) };
}

/** Kept once per number (or name and birth date without one): `subject` is the record that it led to last. */
interface Guard {
  resourceType: 'Basic';
  id?: string;
  code: { coding: { system: string; code: string }[] };
  subject: { reference: string };
}

/**
 * Two desks that register one person at the same moment both write the same guard record: the second one conflicts, is
 * run again, and then finds the first one's patient. It is read before the patients are, and written with the new one.
 * The number is no key of the patient: it may be issued again.
 */
async function guard(ctx: CommandContext, fields: Partial<PersonFields>): Promise<(patient: string) => void> {
  const system = fields.idPaper && PAPER_SYSTEM[fields.idPaper];
  const key = system && fields.idNumber ? [system, fields.idNumber] : [foldText(fields.name ?? ''), fields.birthDate];
  const id = `registration-${createHash('sha256').update(key.join('|')).digest('hex').slice(0, 40)}`;
  const before = await ctx.find<Guard>('Basic', id);
  return (patient) => {
    const subject = { reference: `Patient/${patient}` };
    if (before) ctx.update<Guard>({ ...before, subject });
    else
      ctx.create<Guard>({
        resourceType: 'Basic',
        id,
        code: { coding: [{ system: PERSON_KEY, code: 'registration' }] },
        subject,
      });
  };
}

export const personContext = (ctx: CommandContext) => ({
  at: ctx.performedAt,
  provinceOfWard: (ward: string) => unitsOn(ctx).wards.get(ward)?.provinceCode,
});

export function personFacts(
  ctx: CommandContext,
  fields: Partial<PersonFields>,
  code: string,
  scanned: boolean,
): PersonFacts {
  return {
    patientCode: code,
    units: unitsOn(ctx),
    occupationName:
      fields.occupation && ctx.derived('occupations', 'reception.names', occupationNames).get(fields.occupation),
    ethnicName: fields.ethnic && ctx.derived('ethnic-groups', 'reception.names', ethnicNames).get(fields.ethnic),
    checked: scanned ? { by: ctx.actor.practitioner ?? ctx.actor.login, at: ctx.performedAt } : undefined,
  };
}

const namesOf = (table: Table, code: string): Map<string, string> =>
  new Map([...records(table, code, 'name')].map((row) => [textCell(row[code] ?? null), textCell(row.name ?? null)]));

/** Occupations by the five-digit code of the claim. */
export const occupationNames = (pack: RulePack): Map<string, string> =>
  namesOf((pack.data as { qd34: Table }).qd34, 'claimCode');
export const ethnicNames = (pack: RulePack): Map<string, string> =>
  namesOf((pack.data as { groups: Table }).groups, 'code');

function numberOfAnother(other: PatientRecord): Problem {
  const name = other.name?.[0]?.text ?? '';
  const code = patientCodeOf(other) ?? '';
  return refuse(
    409,
    'number-of-another',
    {
      vi: `Số giấy tờ này đang thuộc hồ sơ ${code} ${name}, sinh ${born(other)}`,
      en: `This number belongs to record ${code} ${name}, born ${born(other)}`,
    },
    {
      field: `notDuplicateOf.${other.id}`,
      remedy: {
        vi: 'So lại giấy tờ. Đúng là người khác thì xác nhận "người khác"',
        en: 'Compare the paper. If this is somebody else, confirm it',
      },
    },
  );
}

const born = (patient: Patient): string => (patient.birthDate === undefined ? '—' : formatDate(patient.birthDate));

/** Somebody of a like name and the same birth date: the desk must look before a second record is made. */
async function checkDuplicates(
  ctx: CommandContext,
  fields: Partial<PersonFields>,
  cleared: readonly string[],
): Promise<void> {
  const { name = '', birthDate = '' } = fields;
  const near = await ctx.byToken<Patient>('Patient._tag', PERSON_KEY, lookalikeKeys(name, birthDate));
  const alike = near.filter(
    (p) =>
      p.active !== false &&
      !cleared.includes(p.id) &&
      agrees(p.birthDate ?? '', birthDate) &&
      compareNames(p.name?.[0]?.text ?? '', name) !== 'different' &&
      !differentNumbers(p, fields),
  );
  if (alike.length === 0) return;
  throw new Problem(
    409,
    alike
      .map((p) => ({ p, percent: likeness(personOf(p), fields) }))
      .sort((a, b) => b.percent - a.percent)
      .slice(0, 10)
      .map(({ p, percent }) => ({
        severity: 'error',
        code: 'possible-duplicate',
        field: `notDuplicateOf.${p.id}`,
        text: {
          vi: `Có thể trùng, khoảng ${percent} %: ${p.name?.[0]?.text ?? ''}, sinh ${born(p)}, mã ${patientCodeOf(p) ?? ''}, ${p.address?.[0]?.text ?? ''}`,
          en: `May be the same, about ${percent} %: ${p.name?.[0]?.text ?? ''}, born ${born(p)}, code ${patientCodeOf(p) ?? ''}, ${p.address?.[0]?.text ?? ''}`,
        },
        remedy: {
          vi: 'Mở hồ sơ cũ nếu là cùng một người; nếu không, xác nhận "người khác"',
          en: 'Open that record if it is the same person; if not, confirm "somebody else"',
        },
      })),
  );
}

/** Two different personal numbers, both on the full date: two people, however alike their names. */
function differentNumbers(patient: Patient, fields: Partial<PersonFields>): boolean {
  const own = patient.identifier?.find((i) => i.system === PAPER_SYSTEM.cccd)?.value;
  return own !== undefined && fields.idPaper === 'cccd' && fields.idNumber !== undefined && own !== fields.idNumber;
}

export const registerPatientCommand = defineCommand({
  name: 'reception.registerPatient',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Đăng ký người bệnh', en: 'Register a patient' },
  input: registerPatientInput,
  async handle(input, ctx): Promise<RegisterPatientResult> {
    const { cccd, bhyt } = readScans(ctx, input);
    const fields = { ...bhyt?.person, ...cccd?.person, ...input.person };
    const done = await register(ctx, fields, {
      scanned: cccd !== undefined,
      notDuplicateOf: input.notDuplicateOf,
      notices: [...(cccd?.notices ?? []), ...(bhyt?.notices ?? [])],
    });
    return answer(done);
  },
});

const answer = ({ patient, existing, notices }: Registered): RegisterPatientResult => ({
  patient: patient.id,
  patientCode: patientCodeOf(patient) ?? '',
  existing,
  notices,
});

export const updatePatientCommand = defineCommand({
  name: 'reception.updatePatient',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Sửa thông tin người bệnh', en: "Change a patient's particulars" },
  input: updatePatientInput,
  async handle(input, ctx): Promise<RegisterPatientResult> {
    const patient = await ctx.lock<Patient>('Patient', input.patient);
    if (unidentifiedOf(patient))
      throw refuse(
        409,
        'unidentified',
        { vi: 'Hồ sơ này chưa rõ danh tính', en: 'This record is of somebody unidentified' },
        { field: 'patient', remedy: { vi: 'Dùng "Đặt tên / ghép hồ sơ"', en: 'Use "Identify"' } },
      );
    const fields = { ...personOf(patient), ...input.person };
    const clash = (await byPaper(ctx, fields)).find((p) => p.id !== patient.id);
    if (clash) throw numberOfAnother(clash);
    const issues = checkPerson(personInput(fields), personContext(ctx));
    // Old records may lack what is asked today: only the fields that this deed touches must be right.
    const touched = Object.keys(input.person);
    const errors = issues.filter(
      (i) => i.severity === 'error' && touched.some((name) => i.field === name || i.field?.startsWith(`${name}.`)),
    );
    if (errors.length > 0) throw new Problem(422, at(errors, 'person'));
    const code = patientCodeOf(patient) ?? (await newCode(ctx));
    const changed = ctx.update<Patient>(
      defined({ ...patientFrom(fields, personFacts(ctx, fields, code, false), patient), id: patient.id }),
    );
    return answer({ patient: changed, existing: true, notices: issues.map(notice) });
  },
});

/** The next patient code of the year. Imported people get theirs when they are first changed here. */
export async function newCode(ctx: CommandContext): Promise<string> {
  const year = Number(localDate(ctx.performedAt).slice(0, 4));
  return patientCode(year, await ctx.next(`patient:${year}`));
}
