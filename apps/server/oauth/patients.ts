import type { Actor } from '@mach/engine';
import type { HumanName, Patient } from '@mach/fhir/types.ts';
import type { StoredRecord } from '@mach/store';
import type { FastifyRequest } from 'fastify';
import { limitedDoors } from '../fhir/access.ts';
import { baseOf, type FhirCall } from '../fhir/exchange.ts';
import { audited, currentRecord } from '../fhir/instance.ts';
import { findRecords } from '../fhir/search.ts';
import type { Doors } from '../http/auth.ts';
import { type Language, TEXTS } from './texts.ts';

/** Shown at once: more are found by typing more. */
const SHOWN = 8;

export interface PatientLine {
  readonly id: string;
  readonly name: string;
  /** Date of birth, sex, codes: what tells two of one name apart. */
  readonly detail: string;
}

async function callOf(doors: Doors, actor: Actor, request: FastifyRequest): Promise<FhirCall> {
  return { ...(await limitedDoors(doors, actor, request)), actor, request, baseUrl: baseOf(request) };
}

/** Patients whom this person may find, under the policy and the audit of any search. @throws Problem 403 */
export async function findPatients(
  doors: Doors,
  actor: Actor,
  request: FastifyRequest,
  words: string,
  language: Language,
): Promise<{ lines: PatientLine[]; more: boolean }> {
  const params = new URLSearchParams({ _count: String(SHOWN) });
  if (/\d/.test(words)) params.set('identifier', words.replaceAll('|', ''));
  else for (const word of words.split(/\s+/)) params.append('name:contains', word.replaceAll(/[,|$\\]/g, ''));
  const found = await findRecords(await callOf(doors, actor, request), 'Patient', params);
  return { lines: found.matches.map((r) => lineOf(r, language)), more: found.next !== undefined };
}

/** One patient whom this person may read. @throws Problem 403, 404 */
export async function patientLine(
  doors: Doors,
  actor: Actor,
  request: FastifyRequest,
  id: string,
  language: Language,
): Promise<PatientLine> {
  const call = await callOf(doors, actor, request);
  call.doors.engine.policy.requireRecord(actor, 'read', 'Patient');
  const record = await currentRecord(call, 'Patient', id);
  await audited(call, 'read', record);
  return lineOf(record, language);
}

function lineOf(record: StoredRecord, language: Language): PatientLine {
  const patient = record.resource as Patient;
  const sex = { male: { vi: 'nam', en: 'male' }, female: { vi: 'nữ', en: 'female' } }[patient.gender as 'male']?.[
    language
  ];
  const born = patient.birthDate?.split('-').reverse().join('/');
  const code = patient.identifier?.find((i) => i.value !== undefined)?.value;
  return {
    id: record.id,
    name: nameOf(patient.name) || TEXTS.unnamed[language],
    detail: [born, sex, code].filter(Boolean).join(' · '),
  };
}

function nameOf(names: readonly HumanName[] | undefined): string {
  const name = names?.find((n) => n.use === 'official') ?? names?.[0];
  return name?.text ?? [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ');
}
