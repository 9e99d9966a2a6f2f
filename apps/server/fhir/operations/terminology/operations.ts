import { type Problem, refuse } from '@mach/base/problem.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import {
  type CodeSystem,
  type Concept,
  displayIn,
  isDisplayOf,
  readCodeSystem,
  subsumption,
} from '@mach/fhir/terminology/code-system.ts';
import { expansionEntry, TerminologyError, ValueSets } from '@mach/fhir/terminology/value-set.ts';
import type { FastifyReply } from 'fastify';
import { FHIR_JSON, type FhirCall } from '../../exchange.ts';
import { badParameter, type OperationParameters, parametersOf, readParameters, type Wanted } from '../parameters.ts';
import { asResource, HouseTerminology, unknownCanonical } from './source.ts';

type Entry = readonly [name: string, key: string, value: unknown];
export const answer = (reply: FastifyReply, body: object): FastifyReply =>
  reply.type(FHIR_JSON).send(JSON.stringify(body));

const PROBLEM_STATUS = { 'not-found': 404, 'not-supported': 422, 'too-costly': 422, invalid: 422 } as const;

/** Faults of terminology as refusals. */
export async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TerminologyError)) throw error;
    throw refuse(PROBLEM_STATUS[error.code], error.code, { vi: error.vi, en: error.message });
  }
}

export interface Coding {
  system?: string;
  version?: string;
  code: string;
  display?: string;
}

export function codingOf(value: unknown, name: string): Coding {
  if (!isObject(value) || typeof value.code !== 'string') throw badParameter(name, 'phải có code', 'must have a code');
  for (const key of ['system', 'version', 'display'])
    if (value[key] !== undefined && typeof value[key] !== 'string')
      throw badParameter(`${name}.${key}`, 'phải là văn bản', 'must be text');
  return value as unknown as Coding;
}

/** The codes asked about: `code` with `system`, `coding`, or the codings of `codeableConcept`. */
export function codingsOf(given: OperationParameters, system: string): Coding[] {
  const coding = given.object('coding');
  const concept = given.object('codeableConcept');
  const code = given.text('code');
  const ways = [coding, concept, code].filter((w) => w !== undefined).length;
  if (ways !== 1)
    throw badParameter(
      'code',
      'cần đúng một trong code, coding, codeableConcept',
      'needs exactly one of code, coding, codeableConcept',
    );
  if (coding) return [codingOf(coding, 'coding')];
  if (concept) return (Array.isArray(concept.coding) ? concept.coding : []).map((c) => codingOf(c, 'codeableConcept'));
  const [url, version, display] = [given.text(system), given.text('version'), given.text('display')];
  return [
    {
      code: code ?? '',
      ...(url === undefined ? {} : { system: url }),
      ...(version === undefined ? {} : { version }),
      ...(display === undefined ? {} : { display }),
    },
  ];
}

async function requireSystem(
  source: HouseTerminology,
  url: string | undefined,
  version: string | undefined,
): Promise<CodeSystem> {
  if (url === undefined || url === '') throw badParameter('system', 'thiếu', 'is missing');
  const system = await source.codeSystem(url, version);
  if (!system) throw unknownCanonical('CodeSystem', version === undefined ? url : `${url}|${version}`);
  return system;
}

function unknownCode(system: CodeSystem, code: string): Problem {
  const name = system.title ?? system.name;
  return refuse(
    404,
    'code-not-found',
    { vi: `${name} không có mã ${code}`, en: `${system.url} has no code ${code}` },
    { field: 'code' },
  );
}

const LOOKUP: Wanted = {
  code: 'string',
  system: 'string',
  version: 'string',
  coding: 'coding',
  date: 'string',
  displayLanguage: 'string',
  property: 'string',
};

/** `CodeSystem/$lookup` */
export async function lookup(call: FhirCall, reply: FastifyReply): Promise<FastifyReply> {
  const given = readParameters(call.request, LOOKUP);
  const source = new HouseTerminology(call, given.text('date'));
  const [coding] = codingsOf(given, 'system');
  if (!coding) throw badParameter('code', 'thiếu', 'is missing');
  const system = await requireSystem(source, coding.system, coding.version);
  const concept = system.find(coding.code);
  if (!concept) throw unknownCode(system, coding.code);
  const language = given.text('displayLanguage');
  const wanted = new Set(given.texts('property'));
  const head: Entry[] = [
    ['name', 'valueString', system.title ?? system.name],
    ['version', 'valueString', system.version],
    ['display', 'valueString', displayIn(system, concept, language) ?? concept.code],
    ['definition', 'valueString', concept.definition],
    ['abstract', 'valueBoolean', concept.isAbstract || undefined],
  ];
  const body = parametersOf(head) as { parameter: object[] };
  for (const d of concept.designations)
    body.parameter.push({
      name: 'designation',
      part: (
        parametersOf([
          ['language', 'valueCode', d.language],
          ['use', 'valueCoding', d.use],
          ['value', 'valueString', d.value],
        ]) as { parameter: object[] }
      ).parameter,
    });
  for (const { code, key, value } of propertiesOf(system, concept))
    if (wanted.size === 0 || wanted.has(code))
      body.parameter.push({
        name: 'property',
        part: [
          { name: 'code', valueCode: code },
          { name: 'value', [key]: value },
        ],
      });
  return answer(reply, body);
}

function propertiesOf(system: CodeSystem, concept: Concept): { code: string; key: string; value: unknown }[] {
  const kind = (value: unknown): string =>
    isObject(value)
      ? 'valueCoding'
      : typeof value === 'boolean'
        ? 'valueBoolean'
        : typeof value === 'number'
          ? Number.isInteger(value)
            ? 'valueInteger'
            : 'valueDecimal'
          : 'valueString';
  return [
    ...concept.parents.map((value) => ({ code: 'parent', key: 'valueCode', value })),
    ...system.childrenOf(concept.code).map((value) => ({ code: 'child', key: 'valueCode', value })),
    { code: 'inactive', key: 'valueBoolean', value: concept.isInactive },
    ...concept.properties
      .filter((p) => p.code !== 'parent' && p.code !== 'inactive')
      .map((p) => ({ code: p.code, key: kind(p.value), value: p.value })),
  ];
}

const VALIDATE: Wanted = {
  url: 'string',
  codeSystem: 'resource',
  valueSet: 'resource',
  context: 'string',
  code: 'string',
  system: 'string',
  version: 'string',
  systemVersion: 'string',
  valueSetVersion: 'string',
  display: 'string',
  coding: 'coding',
  codeableConcept: 'any',
  date: 'string',
  abstract: 'boolean',
  displayLanguage: 'string',
};

interface Verdict {
  result: boolean;
  message?: string;
  system?: CodeSystem;
  concept?: Concept;
}

function sendVerdict(reply: FastifyReply, verdicts: readonly Verdict[], language: string | undefined): FastifyReply {
  const best = verdicts.find((v) => v.result) ?? verdicts[0] ?? { result: false, message: 'Không có mã nào' };
  const { system, concept } = best;
  const entries: Entry[] = [
    ['result', 'valueBoolean', best.result],
    ['message', 'valueString', best.message],
    ['display', 'valueString', system && concept && displayIn(system, concept, language)],
    ['code', 'valueCode', concept?.code],
    ['system', 'valueUri', system?.url],
    ['version', 'valueString', system?.version],
  ];
  return answer(reply, parametersOf(entries));
}

/** What is said of a code that is there. */
function judge(
  system: CodeSystem,
  concept: Concept,
  coding: Coding,
  display: string | undefined,
  mayBeAbstract: boolean,
): Verdict {
  const known = { system, concept };
  if (concept.isAbstract && !mayBeAbstract)
    return { ...known, result: false, message: `Mã ${concept.code} chỉ để nhóm, không dùng để ghi` };
  const wrong = coding.display !== undefined && !isDisplayOf(concept, coding.display) && coding.display !== display;
  if (wrong && concept.display !== undefined)
    return {
      ...known,
      result: false,
      message: `Tên của ${concept.code} là "${display ?? concept.display}", không phải "${coding.display}"`,
    };
  return { ...known, result: true, ...(concept.isInactive ? { message: `Mã ${concept.code} không còn dùng` } : {}) };
}

/** `CodeSystem/$validate-code` */
export async function validateInSystem(call: FhirCall, reply: FastifyReply, id?: string): Promise<FastifyReply> {
  const given = readParameters(call.request, VALIDATE);
  const source = new HouseTerminology(call, given.text('date'));
  const inline =
    asResource(given.object('codeSystem'), 'CodeSystem', 'codeSystem') ??
    (id === undefined ? undefined : await source.byId('CodeSystem', id));
  const own = inline && readCodeSystem(inline);
  const url = given.text('url') ?? given.text('system');
  const verdicts = await Promise.all(
    codingsOf(given, 'url').map(async (coding): Promise<Verdict> => {
      const asked = coding.system ?? url;
      if (own && asked !== undefined && asked !== own.url)
        return { result: false, message: `Mã thuộc ${asked}, không phải ${own.url}` };
      const system = own ?? (await requireSystem(source, asked, coding.version));
      const concept = system.find(coding.code);
      if (!concept)
        return { result: false, system, message: `${system.title ?? system.name} không có mã ${coding.code}` };
      return judge(system, concept, coding, undefined, given.boolean('abstract') ?? true);
    }),
  );
  return sendVerdict(reply, verdicts, given.text('displayLanguage'));
}

async function valueSetOf(
  source: HouseTerminology,
  given: OperationParameters,
  id: string | undefined,
): Promise<JsonObject> {
  const inline = asResource(given.object('valueSet'), 'ValueSet', 'valueSet');
  if (inline) return inline;
  if (id !== undefined) return source.byId('ValueSet', id);
  const version = given.text('valueSetVersion');
  const url = `${given.required('url')}${version === undefined ? '' : `|${version}`}`;
  const found = await source.valueSet(url);
  if (!found) throw unknownCanonical('ValueSet', url);
  return found;
}

/** `ValueSet/$validate-code` */
export async function validateInSet(call: FhirCall, reply: FastifyReply, id?: string): Promise<FastifyReply> {
  const given = readParameters(call.request, VALIDATE);
  const source = new HouseTerminology(call, given.text('date'));
  const valueSet = await valueSetOf(source, given, id);
  const sets = new ValueSets(source);
  const verdicts = await Promise.all(
    codingsOf(given, 'system').map(async (coding): Promise<Verdict> => {
      const version = coding.version ?? given.text('systemVersion');
      const members = await told(sets.find(valueSet, coding.system, coding.code, version));
      const [member] = members;
      const name = String(valueSet.title ?? valueSet.name ?? valueSet.url ?? 'ValueSet');
      if (!member) return { result: false, message: `Mã ${coding.code} không thuộc ${name}` };
      if (members.length > 1)
        return { result: false, message: `Mã ${coding.code} có trong nhiều hệ mã: phải nêu system` };
      return judge(member.system, member.concept, coding, member.display, given.boolean('abstract') ?? true);
    }),
  );
  return sendVerdict(reply, verdicts, given.text('displayLanguage'));
}

/** `CodeSystem/$subsumes` */
export async function subsumes(call: FhirCall, reply: FastifyReply, id?: string): Promise<FastifyReply> {
  const given = readParameters(call.request, {
    codeA: 'string',
    codeB: 'string',
    system: 'string',
    version: 'string',
    codingA: 'coding',
    codingB: 'coding',
    date: 'string',
  });
  const source = new HouseTerminology(call, given.text('date'));
  const pick = (name: 'A' | 'B'): Coding => {
    const coding = given.object(`coding${name}`);
    return coding ? codingOf(coding, `coding${name}`) : { code: given.required(`code${name}`) };
  };
  const [a, b] = [pick('A'), pick('B')];
  if (a.system !== undefined && b.system !== undefined && a.system !== b.system)
    throw badParameter('codingB', 'phải cùng hệ mã với codingA', 'must be of the system of codingA');
  const url = a.system ?? b.system ?? given.text('system');
  const inline = id === undefined ? undefined : readCodeSystem(await source.byId('CodeSystem', id));
  const system = inline ?? (await requireSystem(source, url, a.version ?? given.text('version')));
  const outcome = subsumption(system, a.code, b.code);
  if (outcome === undefined) throw unknownCode(system, system.find(a.code) ? b.code : a.code);
  return answer(reply, parametersOf([['outcome', 'valueCode', outcome]]));
}

const EXPAND: Wanted = {
  url: 'string',
  valueSet: 'resource',
  valueSetVersion: 'string',
  context: 'string',
  filter: 'string',
  date: 'string',
  offset: 'integer',
  count: 'integer',
  includeDesignations: 'boolean',
  includeDefinition: 'boolean',
  activeOnly: 'boolean',
  excludeNested: 'boolean',
  displayLanguage: 'string',
};
const MAX_COUNT = 60_000;

/** `ValueSet/$expand` */
export async function expand(call: FhirCall, reply: FastifyReply, id?: string): Promise<FastifyReply> {
  const given = readParameters(call.request, EXPAND);
  const source = new HouseTerminology(call, given.text('date'));
  const valueSet = await valueSetOf(source, given, id);
  const [filter, activeOnly] = [given.text('filter'), given.boolean('activeOnly') ?? false];
  const [offset, count] = [given.integer('offset', 0, 10_000_000) ?? 0, given.integer('count', 0, MAX_COUNT)];
  const language = given.text('displayLanguage');
  const all = await told(
    new ValueSets(source).members(valueSet, {
      activeOnly,
      ...(filter === undefined || filter === '' ? {} : { filter }),
    }),
  );
  const page = all.slice(offset, count === undefined ? undefined : offset + count);
  const used = new Map(all.map((m) => [m.system.url, m.system.version]));
  const { engine } = call.doors;
  const { compose, expansion: _old, text: _text, ...head } = valueSet;
  return answer(reply, {
    ...head,
    ...(given.boolean('includeDefinition') ? { compose } : {}),
    expansion: {
      identifier: `urn:uuid:${engine.ids()}`,
      timestamp: engine.clock.now().toISOString(),
      total: all.length,
      offset,
      parameter: [
        ...[...used].flatMap(([url, version]) =>
          version === undefined ? [] : [{ name: 'version', valueUri: `${url}|${version}` }],
        ),
        ...(filter ? [{ name: 'filter', valueString: filter }] : []),
        ...(activeOnly ? [{ name: 'activeOnly', valueBoolean: true }] : []),
        ...(language ? [{ name: 'displayLanguage', valueCode: language }] : []),
        ...(count === undefined ? [] : [{ name: 'count', valueInteger: count }]),
      ],
      contains: page.map((m) => expansionEntry(m, language, given.boolean('includeDesignations') ?? false)),
    },
  });
}
