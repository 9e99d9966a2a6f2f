import { ScimFault } from './fault.ts';
import { selected } from './filter.ts';

/** What a directory may say of a person. */
export interface Draft {
  userName: string;
  name: string;
  active: boolean;
  roles: readonly string[];
  externalId: string | null;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(value: unknown, path: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 200) return value.normalize('NFC').trim();
  throw new ScimFault(400, `${path} must be a text of 1 to 200 characters`, 'invalidValue');
}

/** Some directories write truth as a word. */
function truth(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw new ScimFault(400, `${path} must be true or false`, 'invalidValue');
}

function roleNames(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((role) => text(isObject(role) ? role.value : role, 'roles.value'));
}

/** Family name first, as Vietnamese names are written; undefined where nothing of a name is said. */
function fullName(name: unknown): string | undefined {
  if (name === undefined || name === null) return undefined;
  if (!isObject(name)) throw new ScimFault(400, 'name must be an object', 'invalidValue');
  if (name.formatted !== undefined) return text(name.formatted, 'name.formatted');
  const parts = [name.familyName, name.middleName, name.givenName].filter(
    (part) => part !== undefined && part !== null,
  );
  return parts.length === 0 ? undefined : parts.map((part) => text(part, 'name')).join(' ');
}

/** A whole person as POST and PUT bring him. `before`: what a PUT leaves out of roles and name stays. @throws ScimFault */
export function readUser(body: unknown, before?: Draft): Draft {
  if (!isObject(body)) throw new ScimFault(400, 'The body must be a JSON object', 'invalidSyntax');
  const name = fullName(body.name) ?? (typeof body.displayName === 'string' ? body.displayName : before?.name);
  return {
    userName: text(body.userName, 'userName').toLowerCase(),
    name: text(name, 'name.formatted'),
    active: body.active === undefined || body.active === null ? true : truth(body.active, 'active'),
    roles:
      body.roles === undefined || body.roles === null ? (before?.roles ?? []) : [...new Set(roleNames(body.roles))],
    externalId: body.externalId === undefined || body.externalId === null ? null : text(body.externalId, 'externalId'),
  };
}

export interface Operation {
  op: 'add' | 'replace' | 'remove';
  path: string | undefined;
  value: unknown;
}

/** The operations of a PATCH (RFC 7644 §3.5.2); their names are read whatever their case. @throws ScimFault */
export function readOperations(body: unknown): Operation[] {
  const list = isObject(body) ? body.Operations : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > 100)
    throw new ScimFault(400, 'Operations must be a list of 1 to 100', 'invalidSyntax');
  return list.map((one: unknown) => {
    const op = isObject(one) && typeof one.op === 'string' ? one.op.toLowerCase() : '';
    if (!isObject(one) || (op !== 'add' && op !== 'replace' && op !== 'remove'))
      throw new ScimFault(400, 'op must be add, replace or remove', 'invalidSyntax');
    if (one.path !== undefined && typeof one.path !== 'string')
      throw new ScimFault(400, 'path must be a text', 'invalidPath');
    return { op, path: one.path, value: one.value };
  });
}

/** What a person is after the operations; the one given stays as it was. @throws ScimFault */
export function patched(before: Draft, operations: readonly Operation[]): Draft {
  return operations.reduce((draft, operation) => {
    if (operation.path !== undefined) return change(draft, operation.op, operation.path, operation.value);
    if (!isObject(operation.value)) throw new ScimFault(400, 'Without a path the value is an object', 'invalidValue');
    return Object.entries(operation.value).reduce((d, [path, value]) => change(d, operation.op, path, value), draft);
  }, before);
}

function change(draft: Draft, op: Operation['op'], path: string, value: unknown): Draft {
  const taken = selected(path, 'roles');
  if (taken !== undefined && op === 'remove') return { ...draft, roles: draft.roles.filter((role) => role !== taken) };
  switch (path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:User:/i, '').toLowerCase()) {
    case 'active':
      return { ...draft, active: op === 'remove' ? false : truth(value, 'active') };
    case 'username':
      return { ...draft, userName: text(value, 'userName').toLowerCase() };
    case 'displayname':
    case 'name.formatted':
      return { ...draft, name: text(value, path) };
    case 'name':
      return { ...draft, name: fullName(value) ?? draft.name };
    case 'externalid':
      return { ...draft, externalId: op === 'remove' ? null : text(value, 'externalId') };
    case 'roles':
      return { ...draft, roles: changedRoles(draft.roles, op, value) };
    default:
      throw new ScimFault(
        400,
        `${path} is not kept here; active, name, displayName, externalId and roles are`,
        'invalidPath',
      );
  }
}

function changedRoles(before: readonly string[], op: Operation['op'], value: unknown): string[] {
  if (op === 'remove') {
    const gone = value === undefined ? before : roleNames(value);
    return before.filter((role) => !gone.includes(role));
  }
  return [...new Set([...(op === 'add' ? before : []), ...roleNames(value)])];
}
