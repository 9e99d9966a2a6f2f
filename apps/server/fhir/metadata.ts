import { customGeneration } from '@mach/fhir/search-custom.ts';
import { compartments, type SearchParam, searchParams } from '@mach/fhir/search-definitions.ts';
import { targetTypes } from '@mach/fhir/search-syntax.ts';
import { RESOURCE_TYPES } from '@mach/store';
import { endpoints } from '../oauth/discovery.ts';
import { operationsOf, SYSTEM_OPERATIONS } from './operations/capabilities.ts';
import { EVENT_SYSTEM, MESSAGE_EVENTS } from './operations/message-events.ts';
import { topicExtensions } from './subscriptions/topics.ts';

/** Parameters that the server answers without an expression. */
const BY_OTHER_MEANS = new Set(['_text', '_content']);
/** Parameters of every type for which R4 has no SearchParameter of its own. */
const WITHOUT_DEFINITION = ['_filter', '_list'] as const;
const DEFINITIONS = 'http://hl7.org/fhir/SearchParameter/';

/** The parameters of a type that can be searched by, in a facility where one is named. */
export function servedParams(type: string, tenant?: number): SearchParam[] {
  return [...searchParams(type, tenant).values()].filter((p) => p.expression !== '' || BY_OTHER_MEANS.has(p.code));
}

let reverse: Map<string, string[]> | undefined;

/** `Observation:patient` by the types that it can lead to. */
function reverseIncludes(): Map<string, string[]> {
  if (reverse) return reverse;
  reverse = new Map(RESOURCE_TYPES.map((type) => [type, []]));
  for (const source of RESOURCE_TYPES)
    for (const param of servedParams(source)) {
      if (param.type !== 'reference') continue;
      for (const target of targetTypes(param, source)) reverse.get(target)?.push(`${source}:${plain(param.code)}`);
    }
  return reverse;
}

/** Parameters of the installation's own have the hash of their definition behind their names. */
const plain = (name: string): string => name.replace(/~[0-9a-f]{16}$/, '');
const definitionOf = ({ id }: SearchParam): string => (id.includes('~') ? plain(id) : `${DEFINITIONS}${id}`);

const codes = (...list: string[]): object[] => list.map((code) => ({ code }));

function resourceOf(type: string, tenant: number | undefined): { type: string; [more: string]: unknown } {
  const params = servedParams(type, tenant);
  const references = params.filter((p) => p.type === 'reference').map((p) => `${type}:${plain(p.code)}`);
  const back = reverseIncludes().get(type) ?? [];
  return {
    type,
    profile: `http://hl7.org/fhir/StructureDefinition/${type}`,
    interaction: codes(
      'read',
      'vread',
      'update',
      'patch',
      'delete',
      'history-instance',
      'history-type',
      'create',
      'search-type',
    ),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'enforced', 'local'],
    ...(references.length > 0 ? { searchInclude: ['*', `${type}:*`, ...references] } : {}),
    ...(back.length > 0 ? { searchRevInclude: back } : {}),
    operation: operationsOf(type),
    ...(type === 'Subscription' ? { extension: topicExtensions() } : {}),
    searchParam: [
      ...params.map((p) => ({ name: plain(p.code), definition: definitionOf(p), type: p.type })),
      ...WITHOUT_DEFINITION.map((code) => ({ name: code, type: 'special' })),
    ],
  };
}

/** The messages that are taken, in words: R4 would name a MessageDefinition of each, which nobody has written. */
const messagesText = (): string =>
  `${EVENT_SYSTEM}: ${MESSAGE_EVENTS.map(({ code, title }) => `${code} (${title})`).join(', ')}. A message is told from others by MessageHeader.source.endpoint and MessageHeader.id, and taken once.`;

let resources: readonly { type: string }[] | undefined;
/** The custom parameters that it was made with, and whose. */
let made = '';

/** Where tokens come from (SMART App Launch, conformance by capability statement). */
function oauthUris(origin: string): object {
  const extension = Object.entries(endpoints(origin)).flatMap(([url, valueUri]) =>
    url === 'jwks' ? [] : [{ url, valueUri }],
  );
  return { url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension };
}

/**
 * What works, and nothing else; `profiles` are those that come with the platform, by type. `tenant`: the facility that
 * is asked about; without one only what all of them have.
 */
export function capabilities(
  baseUrl: string,
  date: string,
  profiles: ReadonlyMap<string, readonly string[]>,
  tenant: number | undefined,
): object {
  // Parameters are how operations are asked; they are not kept (parameters.html).
  const now = `${customGeneration()} ${tenant}`;
  if (made !== now) {
    resources = reverse = undefined;
    made = now;
  }
  resources ??= RESOURCE_TYPES.filter((type) => type !== 'Parameters').map((type) => resourceOf(type, tenant));
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Mạch', version: '0.1.0' },
    implementation: { description: 'Mạch FHIR R4', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'json', 'xml'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json', 'application/fhir+xml'],
    messaging: [
      {
        endpoint: [
          {
            protocol: { system: 'http://terminology.hl7.org/CodeSystem/message-transport', code: 'http' },
            address: `${baseUrl}/$process-message`,
          },
        ],
        documentation: messagesText(),
      },
    ],
    rest: [
      {
        mode: 'server',
        security: {
          cors: true,
          extension: [oauthUris(new URL(baseUrl).origin)],
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'OAuth' },
              ],
            },
          ],
        },
        resource: resources.map((r) => {
          const supportedProfile = profiles.get(r.type);
          return supportedProfile ? { ...r, supportedProfile } : r;
        }),
        interaction: codes('transaction', 'batch', 'search-system', 'history-system'),
        operation: SYSTEM_OPERATIONS,
        searchParam: ['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source', '_content'].flatMap((code) => {
          const param = searchParams('Basic').get(code);
          return param ? [{ name: code, definition: `${DEFINITIONS}${param.id}`, type: param.type }] : [];
        }),
        compartment: compartments().map((name) => `http://hl7.org/fhir/CompartmentDefinition/${name.toLowerCase()}`),
      },
    ],
  };
}
