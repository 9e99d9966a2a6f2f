import { refuse } from '@mach/base/problem.ts';
import type { Actor } from './actor.ts';
import type { Module } from './module.ts';
import { actsForPerson, type Interaction, scopesAllow } from './scopes.ts';

/** What a reader gets of a record: the stored bytes, a redacted copy, or nothing. */
export type ReadAnswer = 'raw' | 'redacted' | 'denied';

/**
 * The one policy engine, asked by every door. Roles are data: a module's manifest proposes them, the installation may
 * override them. A permission is a name (`reception.check-in`); the right to read records is `record.read:{Type}` or
 * `record.read:*`, to write them raw `record.write:{Type}` or `record.write:*`.
 */
export class Policy {
  private readonly roles = new Map<string, Set<string>>();

  constructor(modules: readonly Module[], overrides: Readonly<Record<string, readonly string[]>> = {}) {
    for (const module of modules)
      for (const [role, permissions] of Object.entries(module.roles ?? {})) {
        const set = this.roles.get(role) ?? new Set();
        for (const permission of permissions) set.add(permission);
        this.roles.set(role, set);
      }
    for (const [role, permissions] of Object.entries(overrides)) this.roles.set(role, new Set(permissions));
  }

  permissionsOf(roles: readonly string[]): Set<string> {
    return new Set(roles.flatMap((role) => [...(this.roles.get(role) ?? [])]));
  }

  /** Roles that carry a permission: who can help, when somebody may not. */
  rolesWith(permission: string): string[] {
    return [...this.roles].filter(([, set]) => set.has(permission)).map(([role]) => role);
  }

  may(actor: Actor, permission: string): boolean {
    // A partner's client has scopes, not permissions: the generic write is open to it, and asks its scopes a type.
    // An app that acts for a person has no more than that person.
    if (actor.scopes !== null && permission !== 'record.write') return false;
    if (actor.scopes !== null && !actsForPerson(actor)) return true;
    return actor.permissions.has(permission);
  }

  /** @throws Problem 403 that names the permission and who has it. */
  require(actor: Actor, permission: string): void {
    if (this.may(actor, permission)) return;
    const roles = this.rolesWith(permission).join(', ') || '—';
    throw refuse(
      403,
      'forbidden',
      {
        vi: `Tài khoản ${actor.login} không có quyền "${permission}"`,
        en: `Account ${actor.login} lacks the permission "${permission}"`,
      },
      {
        remedy: {
          vi: `Vai trò có quyền này: ${roles}. Nhờ quản trị cấp.`,
          en: `Roles that have it: ${roles}. Ask an administrator.`,
        },
      },
    );
  }

  /** Raw access to records of a type, by permission for people and by SMART scope for apps; by both where one acts for a person. */
  record(actor: Actor, interaction: Interaction, type: string): ReadAnswer {
    if (!scopesAllow(actor, interaction, type)) return 'denied';
    if (actor.scopes !== null && !actsForPerson(actor)) return 'raw';
    const verb = interaction === 'read' || interaction === 'search' ? 'record.read' : 'record.write';
    return actor.permissions.has(`${verb}:*`) || actor.permissions.has(`${verb}:${type}`) ? 'raw' : 'denied';
  }

  requireRecord(actor: Actor, interaction: Interaction, type: string): void {
    if (this.record(actor, interaction, type) !== 'denied') return;
    throw refuse(403, 'forbidden', {
      vi: `${actor.login} không được ${interaction === 'read' || interaction === 'search' ? 'đọc' : 'ghi'} ${type}`,
      en: `${actor.login} may not ${interaction} ${type}`,
    });
  }
}
