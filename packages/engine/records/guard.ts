import { Problem, refuse } from '@mach/base/problem.ts';
import { validate } from '@mach/fhir/validate.ts';
import type { AnyResource } from '@mach/store';
import type { Actor } from '../actor.ts';
import type { Owned } from '../module.ts';
import type { Policy } from '../policy.ts';
import { type Interaction, isOfPatient, scopesReach } from '../scopes.ts';

/** What stands between a raw write and the records: the policy, and what modules own. */
export class RecordGuard {
  private readonly policy: Policy;
  private readonly owned: ReadonlyMap<string, readonly Owned[]>;
  constructor(policy: Policy, owned: readonly Owned[]) {
    this.policy = policy;
    this.owned = Map.groupBy(owned, (o) => o.type);
  }

  requireRecord(actor: Actor, interaction: Interaction, type: string): void {
    this.policy.requireRecord(actor, interaction, type);
  }

  /** @throws Problem 403 for a record, as it is or as it would be, that the scopes of an app do not reach */
  requireReach(actor: Actor, interaction: Interaction, resource: AnyResource | undefined): void {
    if (!resource || scopesReach(actor, interaction, resource)) return;
    throw refuse(403, 'forbidden', {
      vi: `Quyền của ứng dụng không gồm ${resource.resourceType} này`,
      en: `The scopes of this app do not reach this ${resource.resourceType}`,
    });
  }

  /** Whether what is written may point at a record: an app that is bound to one patient learns nothing of others. */
  mayPointAt(actor: Actor, resource: AnyResource): boolean {
    if (actor.patient == null) return true;
    return isOfPatient(resource, actor.patient) || scopesReach(actor, 'read', resource);
  }

  /**
   * The command that must be used instead of writing this record raw; undefined when nobody owns it. Owners look at what has
   * not been validated yet, and may stumble over its shape: then it is told what is wrong with that.
   * @throws Problem 422
   */
  ownerOf(resource: AnyResource | undefined): Owned | undefined {
    if (!resource) return undefined;
    const plain = resource as unknown as Record<string, unknown>;
    try {
      return this.owned.get(resource.resourceType)?.find((owned) => owned.when?.(plain) ?? true);
    } catch (error) {
      const issues = validate(resource).filter((issue) => issue.severity === 'error');
      // Nothing is written past an owner that cannot read what is right.
      if (issues.length === 0) throw error;
      throw new Problem(422, issues);
    }
  }

  /** @throws Problem 422 as above, 409 that names the command, when a raw write would touch what a module owns. */
  refuseOwned(before: AnyResource | undefined, after: AnyResource | undefined): void {
    const owned = this.ownerOf(before) ?? this.ownerOf(after);
    if (!owned) return;
    throw refuse(
      409,
      'owned',
      {
        vi: `${owned.type} này do lệnh ${owned.command} quản lý, không ghi thẳng được`,
        en: `This ${owned.type} is kept by the command ${owned.command} and cannot be written directly`,
      },
      {
        field: owned.type,
        remedy: { vi: `Dùng POST /api/commands/${owned.command}`, en: `Use POST /api/commands/${owned.command}` },
      },
    );
  }
}
