import { type Problem, refuse, type Text } from '@mach/base/problem.ts';
import type { Actor } from '../actor.ts';
import { Policy, type ReadAnswer } from '../policy.ts';
import type { Interaction } from '../scopes.ts';
import type { Access, Verb } from './access.ts';

const verbOf = (interaction: Interaction): Verb =>
  interaction === 'read' || interaction === 'search' ? 'read' : 'write';

/** The roles' policy, less what a facility's rules close to one person. */
export class LimitedPolicy extends Policy {
  private readonly whole: Policy;
  private readonly access: Access;

  constructor(whole: Policy, access: Access) {
    super([]);
    this.whole = whole;
    this.access = access;
  }

  override permissionsOf(roles: readonly string[]): Set<string> {
    return this.whole.permissionsOf(roles);
  }
  override rolesWith(permission: string): string[] {
    return this.whole.rolesWith(permission);
  }

  override may(actor: Actor, permission: string): boolean {
    return this.whole.may(actor, permission) && this.access.permission(permission).rows !== 'none';
  }

  override require(actor: Actor, permission: string): void {
    this.whole.require(actor, permission);
    const { rows, rules } = this.access.permission(permission);
    if (rows === 'none') throw ruledOut(this.access, rules);
  }

  override record(actor: Actor, interaction: Interaction, type: string): ReadAnswer {
    const answer = this.whole.record(actor, interaction, type);
    if (answer === 'denied' || this.access.records(verbOf(interaction), type).rows === 'none') return 'denied';
    return verbOf(interaction) === 'read' && this.access.hiddenElements(type).length > 0 ? 'redacted' : answer;
  }

  override requireRecord(actor: Actor, interaction: Interaction, type: string): void {
    this.whole.requireRecord(actor, interaction, type);
    const { rows, rules } = this.access.records(verbOf(interaction), type);
    if (rows === 'none') throw ruledOut(this.access, rules);
  }
}

/** What rules say, and who can grant what they withhold. */
export function rulesText(access: Access, ids: readonly string[]): { text: Text; remedy: Text } {
  const rules = ids.flatMap((id) => access.rule(id) ?? []);
  const roles = [...new Set(rules.flatMap((rule) => rule.grantedBy))].join(', ') || '—';
  const both = (pick: (text: Text) => string): string => rules.map((rule) => pick(rule.text)).join('; ');
  return {
    text: { vi: both((t) => t.vi), en: both((t) => t.en) },
    remedy: { vi: `Người có thể cho phép: ${roles}`, en: `Who can grant it: ${roles}` },
  };
}

/** The refusal that names its rules. */
export function ruledOut(access: Access, ids: readonly string[]): Problem {
  const { text, remedy } = rulesText(access, ids);
  const name = ids.join(', ');
  return refuse(
    403,
    'access-rule',
    { vi: `Quy tắc ${name}: ${text.vi}`, en: `Rule ${name}: ${text.en}` },
    { field: name, remedy },
  );
}
