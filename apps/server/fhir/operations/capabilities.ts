/** The operations that are served, for the CapabilityStatement. */

export interface ServedOperation {
  readonly name: string;
  readonly definition: string;
}

const BASE = 'http://hl7.org/fhir/OperationDefinition';
const BULK = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition';
const OWN = 'https://mach.vn/fhir/OperationDefinition';
const SQL = 'https://sql-on-fhir.org/ig/OperationDefinition';

/** On every type. */
const EVERY: readonly ServedOperation[] = [
  { name: 'validate', definition: `${BASE}/Resource-validate` },
  { name: 'dress', definition: 'https://mach.vn/fhir/OperationDefinition/Resource-dress' },
  { name: 'meta', definition: `${BASE}/Resource-meta` },
  { name: 'meta-add', definition: `${BASE}/Resource-meta-add` },
  { name: 'meta-delete', definition: `${BASE}/Resource-meta-delete` },
  { name: 'graphql', definition: `${BASE}/Resource-graphql` },
];

const BY_TYPE: Readonly<Record<string, readonly ServedOperation[]>> = {
  CodeSystem: [
    { name: 'lookup', definition: `${BASE}/CodeSystem-lookup` },
    { name: 'validate-code', definition: `${BASE}/CodeSystem-validate-code` },
    { name: 'subsumes', definition: `${BASE}/CodeSystem-subsumes` },
  ],
  Composition: [{ name: 'document', definition: `${BASE}/Composition-document` }],
  ConceptMap: [{ name: 'translate', definition: `${BASE}/ConceptMap-translate` }],
  Encounter: [{ name: 'everything', definition: `${BASE}/Encounter-everything` }],
  Group: [
    { name: 'everything', definition: `${BASE}/Group-everything` },
    { name: 'export', definition: `${BULK}/group-export` },
  ],
  Patient: [
    { name: 'everything', definition: `${BASE}/Patient-everything` },
    { name: 'summary', definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary' },
    { name: 'export', definition: `${BULK}/patient-export` },
    { name: 'access-log', definition: `${OWN}/Patient-access-log` },
  ],
  Subscription: [
    { name: 'status', definition: `${BACKPORT}/backport-subscription-status` },
    { name: 'events', definition: `${BACKPORT}/backport-subscription-events` },
    { name: 'get-ws-binding-token', definition: `${BACKPORT}/backport-subscription-get-ws-binding-token` },
  ],
  ValueSet: [
    { name: 'expand', definition: `${BASE}/ValueSet-expand` },
    { name: 'validate-code', definition: `${BASE}/ValueSet-validate-code` },
  ],
};

/** Operations on a type and its instances. */
export function operationsOf(type: string): readonly ServedOperation[] {
  return [...EVERY, ...(BY_TYPE[type] ?? [])];
}

/** Operations on the server; those of ViewDefinition too, which R4 does not have as a type. */
export const SYSTEM_OPERATIONS: readonly ServedOperation[] = [
  { name: 'meta', definition: `${BASE}/Resource-meta` },
  { name: 'graphql', definition: `${BASE}/Resource-graphql` },
  { name: 'process-message', definition: `${BASE}/MessageHeader-process-message` },
  { name: 'export', definition: `${BULK}/export` },
  // Bulk import is a proposal yet (github.com/smart-on-fhir/bulk-import): it has no definition of its own.
  { name: 'import', definition: `${OWN}/import` },
  { name: 'viewdefinition-run', definition: `${SQL}/ViewDefinition-run` },
];
