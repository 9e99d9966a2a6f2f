import type { StaffRow } from '@mach/engine/identity/staff.ts';
import type { Draft } from './draft.ts';
import { SCHEMA } from './fault.ts';
import type { ScimPerson } from './staff.ts';

const BASE = '/scim/v2';

/** The version that `If-Match` may name: it changes with each change of the person's place here. */
export const versionOf = ({ row, changedAt }: ScimPerson): string =>
  `W/"${row.version}.${row.active ? 1 : 0}.${changedAt === null ? 0 : Date.parse(changedAt)}"`;

export const draftOf = ({ row, externalId }: ScimPerson): Draft => ({
  userName: row.login,
  name: row.name,
  active: row.active,
  roles: row.roles,
  externalId,
});

export function userResource(person: ScimPerson, origin: string): object {
  const { row, externalId, createdAt, changedAt } = person;
  return {
    schemas: [SCHEMA.user],
    id: row.key,
    ...(externalId === null ? {} : { externalId }),
    userName: row.login,
    name: { formatted: row.name },
    displayName: row.name,
    active: row.active,
    roles: row.roles.map((value) => ({ value })),
    groups: row.roles.map((role) => ({ value: role, $ref: `${origin}${BASE}/Groups/${role}`, type: 'direct' })),
    meta: {
      resourceType: 'User',
      ...(createdAt === null ? {} : { created: createdAt }),
      ...(changedAt === null ? {} : { lastModified: changedAt }),
      location: `${origin}${BASE}/Users/${row.key}`,
      version: versionOf(person),
    },
  };
}

/** A role as a group of those who have it. */
export function groupResource(role: string, people: readonly StaffRow[], origin: string, members = true): object {
  const held = people.filter((row) => row.active && row.roles.includes(role));
  return {
    schemas: [SCHEMA.group],
    id: role,
    displayName: role,
    ...(members
      ? {
          members: held.map((row) => ({
            value: row.key,
            display: row.name,
            $ref: `${origin}${BASE}/Users/${row.key}`,
            type: 'User',
          })),
        }
      : {}),
    meta: { resourceType: 'Group', location: `${origin}${BASE}/Groups/${role}` },
  };
}

/** One page of a list; `startIndex` counts from 1. */
export function listOf(all: readonly object[], startIndex: number, count: number): object {
  const page = all.slice(startIndex - 1, startIndex - 1 + count);
  return {
    schemas: [SCHEMA.list],
    totalResults: all.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page,
  };
}

export const providerConfig = (origin: string): object => ({
  schemas: [SCHEMA.provider],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: 200 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'Made by `mach scim add`, shown once.',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${origin}${BASE}/ServiceProviderConfig` },
});

export const resourceTypes = (origin: string): object[] =>
  (
    [
      ['User', 'Users', SCHEMA.user],
      ['Group', 'Groups', SCHEMA.group],
    ] as const
  ).map(([id, endpoint, schema]) => ({
    schemas: [SCHEMA.type],
    id,
    name: id,
    endpoint: `/${endpoint}`,
    schema,
    meta: { resourceType: 'ResourceType', location: `${origin}${BASE}/ResourceTypes/${id}` },
  }));

const attribute = (name: string, type: string, more: object = {}): object => ({
  name,
  type,
  multiValued: false,
  required: false,
  caseExact: true,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});

export const schemas = (origin: string): object[] => [
  {
    schemas: [SCHEMA.schema],
    id: SCHEMA.user,
    name: 'User',
    attributes: [
      attribute('userName', 'string', { required: true, mutability: 'immutable', uniqueness: 'server' }),
      attribute('name', 'complex', { subAttributes: [attribute('formatted', 'string')] }),
      attribute('displayName', 'string'),
      attribute('active', 'boolean'),
      attribute('externalId', 'string'),
      attribute('roles', 'complex', { multiValued: true, subAttributes: [attribute('value', 'string')] }),
      attribute('groups', 'complex', { multiValued: true, mutability: 'readOnly' }),
    ],
    meta: { resourceType: 'Schema', location: `${origin}${BASE}/Schemas/${SCHEMA.user}` },
  },
  {
    schemas: [SCHEMA.schema],
    id: SCHEMA.group,
    name: 'Group',
    attributes: [
      attribute('displayName', 'string', { mutability: 'readOnly' }),
      attribute('members', 'complex', { multiValued: true, subAttributes: [attribute('value', 'string')] }),
    ],
    meta: { resourceType: 'Schema', location: `${origin}${BASE}/Schemas/${SCHEMA.group}` },
  },
];
