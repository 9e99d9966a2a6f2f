import { compartmentParams } from '@mach/fhir/search-definitions.ts';
import type { AccessPack, AccessPolicy, LabelRule, LimitRule, Rule, When } from './rules.ts';

/** What is known of the one who asks, beside his roles. */
export interface Asker {
  readonly roles: readonly string[];
  /** What relations call him: `Practitioner/1`, and his account. */
  readonly me: readonly string[];
  /** His rooms and departments: `Location/1`, `Organization/1`. */
  readonly units: readonly string[];
  readonly licensed: boolean;
  readonly purpose: string;
  /** Instant of the question. */
  readonly now: string;
}

/** Days after its end for which care counts; null: such care does not count. */
export interface Profile {
  readonly person: number | null;
  readonly unit: number | null;
}

/** Which records an answer holds for, and the rules that made it less than all. */
export interface Extent {
  readonly rows: 'all' | 'none' | Profile;
  readonly rules: readonly string[];
}

const ALL: Extent = { rows: 'all', rules: [] };
const NONE: Extent = { rows: 'none', rules: [] };

export type Verb = 'read' | 'write';

/** Whether a type may hold what belongs to a patient. */
export function isBound(pack: AccessPack, type: string): boolean {
  return type === 'Patient' || pack.bound.includes(type) || compartmentParams('Patient', type).length > 0;
}

/**
 * A policy as it stands for one person at one moment. For each role by itself the rules that name it say what is left of
 * its permissions; the roles together give the union; what denies is taken off at the end, whoever has whichever role.
 */
export class Access {
  readonly asker: Asker;
  readonly pack: AccessPack;
  readonly policy: AccessPolicy;
  /** Labels that are closed; `soft` ones open in his own care, which may have ended `ownDays` ago. */
  readonly hidden: readonly string[];
  readonly soft: readonly string[];
  readonly ownDays: number;
  /** Whether what patients have refused is closed for his purpose; and what they have not agreed to as well. */
  readonly asksConsent: boolean;
  readonly asksAgreement: boolean;
  private readonly grants: (role: string) => ReadonlySet<string>;
  private readonly extents = new Map<string, Extent>();

  constructor(pack: AccessPack, policy: AccessPolicy, grants: (role: string) => ReadonlySet<string>, asker: Asker) {
    this.pack = pack;
    this.policy = policy;
    this.grants = grants;
    this.asker = asker;
    // Excepted is who opens records in excepted roles alone: another role's records do not come with the exception.
    const opening = asker.roles.filter((role) => [...grants(role)].some((p) => p.startsWith('record.read:')));
    const closing = rulesOf(policy, 'labels').filter((rule) => {
      const excepted = rule.except?.roles ?? [];
      return !(excepted.length > 0 && opening.length > 0 && opening.every((role) => excepted.includes(role)));
    });
    const isSoft = (rule: LabelRule): boolean => rule.except?.own !== undefined;
    this.hidden = [...new Set(closing.filter((rule) => !isSoft(rule)).flatMap((rule) => rule.labels))].sort();
    const soft = closing.filter(isSoft);
    this.soft = [...new Set(soft.flatMap((rule) => rule.labels))].filter((l) => !this.hidden.includes(l)).sort();
    this.ownDays = soft.length === 0 ? 0 : Math.min(...soft.map((rule) => rule.except?.own?.days ?? 0));
    const consent = rulesOf(policy, 'consent').filter((rule) => rule.purposes.includes(asker.purpose));
    this.asksConsent = consent.length > 0;
    this.asksAgreement = consent.some((rule) => rule.needs === 'agreement');
  }

  /** Records of a type, by the permissions `record.read:{Type}` and `record.write:{Type}`. */
  records(verb: Verb, type: string): Extent {
    const extent = this.extent(this.ofType(verb, type));
    if (verb === 'read' || this.hiddenElements(type).length === 0) return extent;
    // Who is shown a part cannot write the whole: what is hidden would be lost.
    return { rows: 'none', rules: rulesOf(this.policy, 'hide').flatMap((r) => (r.elements[type] ? [r.id] : [])) };
  }

  /** Patients whom a command or a view may concern, by its permission. */
  permission(name: string): Extent {
    return this.extent(ofPermission(name));
  }

  private ofType(verb: Verb, type: string): Question {
    return {
      permissions: [`record.${verb}:${type}`, `record.${verb}:*`],
      concerns: ({ types }) =>
        types.some((t) => t === '*' || t === type || (t === '@bound' && isBound(this.pack, type))),
    };
  }

  private extent(question: Question): Extent {
    const key = question.permissions[0] ?? '';
    const known = this.extents.get(key);
    if (known) return known;
    const { asker, policy } = this;
    const denied = rulesOf(policy, 'deny').filter((rule) => names(rule.roles, asker.roles) && question.concerns(rule));
    const whole: Extent =
      denied.length > 0
        ? { rows: 'none', rules: denied.map((rule) => rule.id) }
        : asker.roles.reduce((extent, role) => either(extent, this.ofRole(role, question) ?? NONE), NONE);
    this.extents.set(key, whole);
    return whole;
  }

  /** What one role by itself opens; undefined where it has no such permission. */
  private ofRole(role: string, { permissions, concerns }: Question): Extent | undefined {
    const granted = this.grants(role);
    if (!permissions.some((permission) => granted.has(permission))) return undefined;
    const limits = rulesOf(this.policy, 'limit').filter((rule) => names(rule.roles, [role]) && concerns(rule));
    return limits.reduce((extent, rule) => both(extent, this.held(rule)), ALL);
  }

  /** What one rule leaves to its role now. */
  private held(rule: LimitRule): Extent {
    const rules = [rule.id];
    if (!fits(rule.when, this.asker)) return { rows: 'none', rules };
    const { care } = rule.when;
    if (!care) return ALL;
    return { rows: { person: care.person?.days ?? null, unit: care.unit?.days ?? null }, rules };
  }

  /** Elements of a type that are taken out. */
  hiddenElements(type: string): readonly string[] {
    return this.hiddenBy(this.ofType('read', type), (rule) => rule.elements[type] ?? []);
  }

  /** Columns of a view that are left empty. */
  hiddenColumns(view: string, permission: string): readonly string[] {
    return this.hiddenBy(ofPermission(permission), (rule) => rule.columns?.[view] ?? []);
  }

  /**
   * What all roles hide that open as many records as the roles together do. A role that opens only some of them shows
   * nothing in the others: it could else be added to one that opens all, to see what neither shows.
   */
  private hiddenBy(question: Question, of: (rule: RuleOf<'hide'>) => readonly string[]): readonly string[] {
    const rules = rulesOf(this.policy, 'hide');
    if (rules.length === 0) return [];
    const whole = rowsKey(this.extent(question));
    const each = this.asker.roles.flatMap((role) => {
      const extent = this.ofRole(role, question);
      if (!extent || extent.rows === 'none') return [];
      const hides = new Set(rules.filter((rule) => names(rule.roles, [role])).flatMap(of));
      return [{ covers: rowsKey(extent) === whole, hides }];
    });
    const covering = each.filter((role) => role.covers);
    const all = [...new Set(each.flatMap((role) => [...role.hides]))].sort();
    return covering.length > 0 ? all.filter((name) => covering.every(({ hides }) => hides.has(name))) : all;
  }

  rule(id: string): Rule | undefined {
    return this.policy.rules.find((rule) => rule.id === id);
  }

  /** Whether this person needs the smaller world at all. */
  limits(types: readonly string[]): boolean {
    if (this.hidden.length + this.soft.length > 0 || this.asksConsent) return true;
    return types.some((type) => {
      const { rows, rules } = this.records('read', type);
      return (rows !== 'all' && rules.length > 0) || (rows !== 'none' && this.hiddenElements(type).length > 0);
    });
  }
}

type RuleOf<K extends Rule['kind']> = Extract<Rule, { kind: K }>;
type Concern = Pick<LimitRule, 'types' | 'permissions'>;

/** A right, by the permissions any of which gives it, and the rules that speak of it. */
interface Question {
  readonly permissions: readonly string[];
  readonly concerns: (rule: Concern) => boolean;
}

const ofPermission = (name: string): Question => ({
  permissions: [name],
  concerns: ({ permissions = [] }) => permissions.some((pattern) => matches(pattern, name)),
});
const rowsKey = ({ rows }: Extent): string => JSON.stringify(rows);

export function rulesOf<K extends Rule['kind']>(policy: AccessPolicy, kind: K): RuleOf<K>[] {
  return policy.rules.filter((rule): rule is RuleOf<K> => rule.kind === kind);
}

const names = (wanted: readonly string[], roles: readonly string[]): boolean =>
  wanted.includes('*') || roles.some((role) => wanted.includes(role));

const matches = (pattern: string, name: string): boolean =>
  pattern === '*' || pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)));

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

/** What one role or the other opens. */
function either(a: Extent, b: Extent): Extent {
  if (a.rows === 'all' || b.rows === 'all') return ALL;
  const rules = union(a.rules, b.rules);
  if (a.rows === 'none') return { rows: b.rows, rules };
  if (b.rows === 'none') return { rows: a.rows, rules };
  const more = (x: number | null, y: number | null): number | null =>
    x === null ? y : y === null ? x : Math.max(x, y);
  return { rows: { person: more(a.rows.person, b.rows.person), unit: more(a.rows.unit, b.rows.unit) }, rules };
}

/** What two rules of one role leave together. */
function both(a: Extent, b: Extent): Extent {
  const rules = union(a.rules, b.rules);
  if (a.rows === 'none' || b.rows === 'none') return { rows: 'none', rules };
  if (a.rows === 'all') return { rows: b.rows, rules };
  if (b.rows === 'all') return { rows: a.rows, rules };
  const less = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? null : Math.min(x, y);
  return { rows: { person: less(a.rows.person, b.rows.person), unit: less(a.rows.unit, b.rows.unit) }, rules };
}

const VIETNAM = 7 * 3_600_000;

/** The conditions that concern the asker alone. */
function fits({ hours, licence, purposes }: When, asker: Asker): boolean {
  if (licence && !asker.licensed) return false;
  if (purposes && !purposes.includes(asker.purpose)) return false;
  if (!hours) return true;
  const local = new Date(Date.parse(asker.now) + VIETNAM);
  const time = local.toISOString().slice(11, 16);
  const day = local.getUTCDay() === 0 ? 7 : local.getUTCDay();
  if (hours.weekdays && !hours.weekdays.includes(day)) return false;
  return hours.from <= hours.to ? time >= hours.from && time < hours.to : time >= hours.from || time < hours.to;
}
