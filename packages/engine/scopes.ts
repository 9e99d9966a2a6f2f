import { refuse } from '@mach/base/problem.ts';
import { isResourceType } from '@mach/fhir/definitions.ts';
import { matchesFilter, valuesOf } from '@mach/fhir/search/match.ts';
import { compartmentParams, searchParam } from '@mach/fhir/search-definitions.ts';
import { parseSearchString, type SearchFilter } from '@mach/fhir/search-syntax.ts';
import type { AnyResource } from '@mach/store';
import type { Actor } from './actor.ts';

/*
 * SMART App Launch 2 scopes: what an app may do at most, whoever uses it. They stand beside the policy and only take
 * away: an app that works for a person has the scopes and the person's own rights, both.
 */

export type Interaction = 'create' | 'read' | 'update' | 'delete' | 'search';

type ValuesFilter = Extract<SearchFilter, { kind: 'values' }>;

/** `patient/Observation.rs?category=laboratory`, read. */
export interface Scope {
  readonly text: string;
  readonly context: 'patient' | 'user' | 'system';
  /** `*` for all types. */
  readonly type: string;
  /** Some of `cruds`. */
  readonly letters: string;
  /** Conditions on the record, all of them. */
  readonly filters: readonly ValuesFilter[];
}

/** How far a token reaches within a type; null where the type is all that counts. */
export interface SearchLimit {
  readonly patient: string | null;
  readonly filters: readonly SearchFilter[];
}

const LETTER: Readonly<Record<Interaction, string>> = { create: 'c', read: 'r', update: 'u', delete: 'd', search: 's' };
/** Scopes as SMART 1 wrote them. */
const FIRST_VERSION: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };
const SCOPE = /^(patient|user|system)\/([A-Z][A-Za-z]+|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?(.+))?$/;
/** Belong to no patient, and are needed to read a patient's record: open to `patient/` scopes that name them. */
const DIRECTORY: ReadonlySet<string> = new Set([
  'HealthcareService',
  'Location',
  'Medication',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Substance',
]);

/** Reads a scope; undefined for what is none, or asks for a condition that cannot be held on every door. */
export function parseScope(text: string): Scope | undefined {
  const [, context, type = '', form = '', query] = SCOPE.exec(text) ?? [];
  const letters = FIRST_VERSION[form] ?? form;
  if (context === undefined || letters === '' || (type !== '*' && !isResourceType(type))) return undefined;
  const filters = query === undefined ? [] : conditionsOf(type, query);
  return filters && { text, context: context as Scope['context'], type, letters, filters };
}

/** Plain values of the type's own parameters: no modifier, no chain, nothing that shapes the answer. */
function conditionsOf(type: string, query: string): ValuesFilter[] | undefined {
  if (type === '*') return undefined;
  const parsed = parseSearchString(type, query);
  if (!parsed.ok) return undefined;
  const { filters, sort, include, revinclude, elements, count, total, summary, other } = parsed.value;
  const shapes = sort.length + include.length + revinclude.length + elements.length + other.size;
  if (shapes > 0 || count !== null || total !== null || summary !== null) return undefined;
  const plain = filters.filter((f): f is ValuesFilter => f.kind === 'values' && f.modifier === null);
  return plain.length === filters.length && plain.length > 0 ? plain : undefined;
}

const read = new WeakMap<readonly string[], readonly Scope[]>();

/** The scopes of a token, each read once. */
function scopesOf(actor: Actor): readonly Scope[] {
  const texts = actor.scopes ?? [];
  const known = read.get(texts);
  if (known) return known;
  const scopes = texts.flatMap((text) => parseScope(text) ?? []);
  read.set(texts, scopes);
  return scopes;
}

/** Whether an app acts for a person, so that the person's rights bound it too. */
export const actsForPerson = (actor: Actor): boolean => actor.id.startsWith('account:');

const isMember = (type: string): boolean => type === 'Patient' || compartmentParams('Patient', type).length > 0;

function applying(actor: Actor, interaction: Interaction, type: string): readonly Scope[] {
  return scopesOf(actor).filter((scope) => {
    if (scope.type !== '*' && scope.type !== type) return false;
    if (!scope.letters.includes(LETTER[interaction])) return false;
    if (actsForPerson(actor) === (scope.context === 'system')) return false;
    if (scope.context !== 'patient') return true;
    const isRead = interaction === 'read' || interaction === 'search';
    return actor.patient != null && (isMember(type) || (isRead && scope.type === type && DIRECTORY.has(type)));
  });
}

/** Whether the scopes of a token are open to some records of a type. People without an app have no scopes. */
export function scopesAllow(actor: Actor, interaction: Interaction, type: string): boolean {
  return actor.scopes === null || applying(actor, interaction, type).length > 0;
}

const bound = (scope: Scope, type: string): boolean => scope.context === 'patient' && !DIRECTORY.has(type);

/** Whether a record lies within what the token may touch. Ask this of every record on its way in or out. */
export function scopesReach(actor: Actor, interaction: Interaction, resource: AnyResource): boolean {
  if (actor.scopes === null) return true;
  const type = resource.resourceType;
  return applying(actor, interaction, type).some(
    (scope) =>
      (!bound(scope, type) || isOfPatient(resource, actor.patient ?? '')) &&
      scope.filters.every((filter) => matchesFilter(resource as never, filter)),
  );
}

/** The same of a stored version, also of a deletion, which has no content left to look at. */
export function scopesReachRecord(
  actor: Actor,
  record: {
    readonly deleted: boolean;
    readonly patient: string | null;
    readonly resource: AnyResource;
    readonly type: string;
  },
  interaction: Interaction = 'read',
): boolean {
  if (actor.scopes === null) return true;
  // Most apps reach every record of a type: its content is not read for them, the stored bytes go out as they are.
  if (!isLimited(actor, interaction, record.type)) return true;
  if (!record.deleted) return scopesReach(actor, interaction, record.resource);
  return actor.patient != null && record.patient === actor.patient;
}

/** A token that reaches only some records of a type: doors that cannot choose among records stay shut for it. */
export function isLimited(actor: Actor, interaction: Interaction, type: string): boolean {
  if (actor.scopes === null) return false;
  return applying(actor, interaction, type).every((scope) => bound(scope, type) || scope.filters.length > 0);
}

/** @throws Problem 403 where a token reaches some records of the type only */
export function requireUnlimited(actor: Actor, interaction: Interaction, type: string): void {
  if (isLimited(actor, interaction, type)) throw tooNarrow(type);
}

/** @throws Problem 403 where a token reaches some records only, of whatever type: interactions on many records at once */
export function requireWhole(actor: Actor): void {
  if (actor.patient != null || scopesOf(actor).some((scope) => scope.filters.length > 0)) throw tooNarrow('');
}

function tooNarrow(type: string): Error {
  return refuse(
    403,
    'scope-limited',
    {
      vi: `Quyền của ứng dụng chỉ gồm một phần bản ghi ${type}, nên không dùng được thao tác này`,
      en: `The scopes of this app reach only some records ${type}, so this interaction is not open to it`,
    },
    { remedy: { vi: 'Tìm hoặc đọc theo từng loại', en: 'Search or read the type itself' } },
  );
}

/** The patient whose compartment a record is in, by the definition of R4. */
export function isOfPatient(resource: AnyResource, patient: string): boolean {
  if (resource.resourceType === 'Patient') return resource.id === patient;
  return compartmentParams('Patient', resource.resourceType).some((code) => {
    const param = searchParam(resource.resourceType, code);
    if (!param) return false;
    return valuesOf(resource.resourceType, param, resource).some(
      (value) => value.kind === 'reference' && value.type === 'Patient' && value.id === patient && !value.url,
    );
  });
}

/**
 * What a search of the type must be narrowed by; null where nothing.
 * @throws Problem 403 for scopes whose union no search can express: `unionFault` keeps those from being granted
 */
export function searchLimit(actor: Actor, type: string): SearchLimit | null {
  if (!isLimited(actor, 'search', type)) return null;
  const scopes = applying(actor, 'search', type);
  const filters = union(scopes);
  const patients = new Set(scopes.map((scope) => (bound(scope, type) ? (actor.patient ?? '') : null)));
  const [patient = null] = patients;
  if (!filters || patients.size !== 1) throw tooNarrow(type);
  return { patient, filters };
}

/** One list of conditions for several scopes of which any will do; undefined where there is none. */
function union(scopes: readonly Scope[]): readonly ValuesFilter[] | undefined {
  const [first, ...others] = scopes;
  if (!first || scopes.some((scope) => scope.filters.length === 0)) return [];
  if (others.length === 0) return first.filters;
  const [filter] = first.filters;
  const alike = scopes.every((s) => s.filters.length === 1 && s.filters[0]?.param.code === filter?.param.code);
  if (!filter || !alike) return undefined;
  return [{ ...filter, values: scopes.flatMap((scope) => scope.filters.flatMap((f) => f.values)) }];
}

/** The first type for which scopes together say what no search can express; undefined where all is well. */
export function unionFault(texts: readonly string[]): string | undefined {
  const scopes = texts.flatMap((text) => parseScope(text) ?? []);
  const narrow = scopes.filter((scope) => scope.filters.length > 0);
  return narrow.find(({ type }) => {
    const all = scopes.filter((s) => s.type === type || s.type === '*');
    const open = all.filter((s) => s.filters.length === 0);
    if (open.some((s) => s.context !== 'patient')) return false;
    return !union(all) || new Set(all.map((s) => s.context)).size > 1;
  })?.type;
}

/** The condition that keeps a search inside a patient's compartment. */
export function compartmentFilter(type: string, patient: string): SearchFilter {
  const own = searchParam('Patient', '_id');
  if (type === 'Patient' && own)
    return {
      kind: 'values',
      type,
      param: own,
      modifier: null,
      values: [{ kind: 'token', system: undefined, code: patient }],
    };
  const params = compartmentParams('Patient', type).flatMap((code) => searchParam(type, code) ?? []);
  return { kind: 'compartment', compartment: 'Patient', id: patient, params };
}

/** Whether a scope that was registered or consented to holds all that another asks for. */
export function scopeCovers(wide: Scope, asked: Scope): boolean {
  if (wide.context !== asked.context || (wide.type !== '*' && wide.type !== asked.type)) return false;
  if (![...asked.letters].every((letter) => wide.letters.includes(letter))) return false;
  return wide.filters.length === 0 || wide.text.split('?')[1] === asked.text.split('?')[1];
}
