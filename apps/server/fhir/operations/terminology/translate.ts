import type { JsonObject } from '@mach/fhir/json.ts';
import { isMatched, type Match, translate } from '@mach/fhir/terminology/concept-map.ts';
import type { FastifyReply } from 'fastify';
import type { FhirCall } from '../../exchange.ts';
import { badParameter, type OperationParameters, parametersOf, readParameters, type Wanted } from '../parameters.ts';
import { answer, type Coding, codingsOf } from './operations.ts';
import { packMap, packMapsOf } from './pack-maps.ts';
import { asResource, HouseTerminology, unknownCanonical } from './source.ts';

const TRANSLATE: Wanted = {
  url: 'string',
  conceptMap: 'resource',
  conceptMapVersion: 'string',
  code: 'string',
  system: 'string',
  version: 'string',
  source: 'string',
  coding: 'coding',
  codeableConcept: 'any',
  target: 'string',
  targetsystem: 'string',
  reverse: 'boolean',
  date: 'string',
};

/** `ConceptMap/$translate` */
export async function translateCode(call: FhirCall, reply: FastifyReply, id?: string): Promise<FastifyReply> {
  const given = readParameters(call.request, TRANSLATE);
  const source = new HouseTerminology(call, given.text('date'));
  const [reverse, target] = [given.boolean('reverse') ?? false, given.text('targetsystem')];
  const matches: Match[] = [];
  for (const coding of codingsOf(given, 'system')) {
    const question = {
      code: coding.code,
      reverse,
      ...(coding.system === undefined ? {} : { system: coding.system }),
      ...(target === undefined ? {} : { targetSystem: target }),
    };
    for (const map of await mapsFor(source, given, id, coding)) matches.push(...translate(map, question));
  }
  const result = isMatched(matches);
  const body = parametersOf([
    ['result', 'valueBoolean', result],
    ['message', 'valueString', result ? undefined : 'Không có mã tương ứng'],
  ]) as { parameter: object[] };
  for (const { equivalence, concept, source: map, comment } of matches)
    body.parameter.push({
      name: 'match',
      part: [
        { name: 'equivalence', valueCode: equivalence },
        ...(concept.code === undefined ? [] : [{ name: 'concept', valueCoding: concept }]),
        ...(map === undefined ? [] : [{ name: 'source', valueUri: map }]),
        ...(comment === undefined ? [] : [{ name: 'comment', valueString: comment }]),
      ],
    });
  return answer(reply, body);
}

/** The map that is named; else every map from the code's system. */
async function mapsFor(
  source: HouseTerminology,
  given: OperationParameters,
  id: string | undefined,
  coding: Coding,
): Promise<JsonObject[]> {
  const inline = asResource(given.object('conceptMap'), 'ConceptMap', 'conceptMap');
  if (inline) return [inline];
  if (id !== undefined) return [await source.byId('ConceptMap', id)];
  const { packs } = source;
  const url = given.text('url');
  if (url !== undefined) {
    const found =
      (await source.stored('ConceptMap', url, given.text('conceptMapVersion'))) ?? packMap(packs, url, source.date);
    if (!found) throw unknownCanonical('ConceptMap', url);
    return [found];
  }
  if (coding.system === undefined)
    throw badParameter('url', 'phải nêu bản đồ hoặc system của mã', 'or the system of the code must be given');
  const stored = await source.storedBy('ConceptMap', 'ConceptMap.source-system', coding.system);
  return [
    ...stored.map((r) => r.resource as unknown as JsonObject),
    ...packMapsOf(packs, coding.system, given.text('targetsystem'), source.date),
  ];
}
