import { searchParams } from '@mach/fhir/search-definitions.ts';
import { RESOURCE_TYPES } from '@mach/store';

const SERVED = new Set(['token', 'string', 'reference', 'date', 'number', 'quantity', 'uri']);

/** What works, and nothing else. */
export function capabilities(baseUrl: string, date: string): object {
  const code = (...codes: string[]): object[] => codes.map((c) => ({ code: c }));
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Mạch', version: '0.1.0' },
    implementation: { description: 'Mạch FHIR R4', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [
            { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'OAuth' }] },
          ],
        },
        interaction: code('transaction', 'batch'),
        resource: RESOURCE_TYPES.filter((type) => type !== 'Parameters').map((type) => ({
          type,
          interaction: code('read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'create', 'search-type'),
          versioning: 'versioned-update',
          readHistory: true,
          updateCreate: true,
          conditionalCreate: true,
          conditionalRead: 'not-match',
          conditionalUpdate: true,
          referencePolicy: ['literal', 'enforced', 'local'],
          searchParam: [...searchParams(type).values()]
            .filter((p) => SERVED.has(p.type) && p.expression !== '')
            .map((p) => ({ name: p.code, type: p.type })),
        })),
      },
    ],
  };
}
