import type { Text } from '@mach/base/problem.ts';

/*
 * Access policy as data. Roles and their permissions come from the modules; these rules say on which records, when and
 * for what a role's permission holds. A rule that limits belongs to the permissions of the roles it names, so another
 * role never takes away what one gives; only `deny` and `labels` take away from everybody, and they override.
 */

interface RuleBase {
  readonly id: string;
  readonly text: Text;
  /** Roles that can grant what this rule withholds: told to the person who is refused. */
  readonly grantedBy: readonly string[];
}

/** How long after its end care counts, days; 0: only while it lasts. */
export interface Care {
  readonly days: number;
}

/** What must hold for a role's permission. All parts together; a part that is left out asks for nothing. */
export interface When {
  /** The patient is or was in the person's own care (`person`) or in that of his rooms and departments (`unit`): either. */
  readonly care?: { readonly person?: Care; readonly unit?: Care };
  /** Local hours `HH:mm`, end excluded; over midnight when `from` is later. Days of the week, 1 Monday … 7 Sunday. */
  readonly hours?: { readonly from: string; readonly to: string; readonly weekdays?: readonly number[] };
  /** A licence to practise that is valid today. */
  readonly licence?: true;
  /** Purposes of use (v3-PurposeOfUse) for which the permission holds. */
  readonly purposes?: readonly string[];
}

export interface LimitRule extends RuleBase {
  readonly kind: 'limit';
  readonly roles: readonly string[];
  /** Types of records, `*`, or `@bound`: those that belong to patients. */
  readonly types: readonly string[];
  /** Permissions of commands and views: `outpatient.*`. */
  readonly permissions?: readonly string[];
  readonly when: When;
}

/** Overrides every permission of everybody who has one of the roles. */
export interface DenyRule extends RuleBase {
  readonly kind: 'deny';
  readonly roles: readonly string[];
  readonly types: readonly string[];
  readonly permissions?: readonly string[];
}

/** Records with these sensitivity labels, and all records of a patient who carries one, are closed. */
export interface LabelRule extends RuleBase {
  readonly kind: 'labels';
  /** `system|code` of meta.security. */
  readonly labels: readonly string[];
  /** Who opens records in these roles alone sees them all the same; and (`own`) whoever is personally in charge of the patient, or breaks the glass. */
  readonly except?: { readonly roles?: readonly string[]; readonly own?: Care };
}

export interface HideRule extends RuleBase {
  readonly kind: 'hide';
  readonly roles: readonly string[];
  /** Type → names of top elements. */
  readonly elements: Readonly<Record<string, readonly string[]>>;
  /** View → columns. */
  readonly columns?: Readonly<Record<string, readonly string[]>>;
}

/**
 * For these purposes of use the patient decides (Consent): what he has refused is closed; and with `needs: 'agreement'`
 * so is what he has not agreed to, purpose by purpose. Silence is no agreement.
 */
export interface ConsentRule extends RuleBase {
  readonly kind: 'consent';
  readonly purposes: readonly string[];
  readonly needs?: 'agreement';
}

export type Rule = LimitRule | DenyRule | LabelRule | HideRule | ConsentRule;

export interface AccessPolicy {
  readonly title: Text;
  readonly rules: readonly Rule[];
}

export interface AccessPack {
  /** Beside the types of the Patient compartment: types that may hold what belongs to a patient. */
  readonly bound: readonly string[];
  readonly breakGlass: {
    readonly hours: number;
    readonly maxHours: number;
    readonly roles: readonly string[];
    readonly reviewers: readonly string[];
  };
  /** The purposes of use that a person may state; the first is what is meant when nothing is said. */
  readonly purposes: readonly { readonly code: string; readonly text: Text }[];
  readonly policies: Readonly<Record<string, AccessPolicy>>;
}

export const ACCESS_PACK = 'access-policy';
/** Setting of a facility: the name of its policy in the pack. */
export const POLICY_SETTING = 'access.policy';
export const OPEN_POLICY = 'open';
