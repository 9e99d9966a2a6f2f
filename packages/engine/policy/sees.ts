import type { Access, Extent } from './access.ts';

/** What decides on one record, beside its type. */
export interface RecordFacts {
  /** Whose record it is; null where it is nobody's. */
  readonly patient: string | null;
  /** Its own labels, `system|code`. */
  readonly labels: readonly string[];
}

/** What decides on a patient: who has or had him in care, his labels, what he has refused and agreed to. */
export interface Decided {
  readonly purpose: string;
  /** To whom; empty: to anybody. */
  readonly who: string;
  readonly starts: string;
  readonly ends: string | null;
}

export interface PatientFacts {
  readonly relations: readonly {
    readonly who: string;
    readonly ended: string | null;
    readonly until: string | null;
  }[];
  readonly labels: readonly string[];
  readonly refusals: readonly Decided[];
  readonly agreements: readonly Decided[];
}

export const NO_FACTS: PatientFacts = { relations: [], labels: [], refusals: [], agreements: [] };

const DAY = 86_400_000;

/**
 * Whether a record is there for the one who asks; if not, the rules that keep it. The same decision as the view
 * `access.record` takes in the database; a property test holds the two together.
 */
export function withheldBy(
  access: Access,
  extent: Extent,
  record: RecordFacts,
  facts: PatientFacts,
  now = access.asker.now,
): readonly string[] | null {
  const { asker, hidden, soft } = access;
  const at = Date.parse(now);
  const isMe = (who: string): boolean => asker.me.includes(who);
  const isUnit = (who: string): boolean => asker.units.includes(who);
  const lasts = (until: string | null): boolean => until === null || Date.parse(until) > at;
  const recent = (ended: string | null, days: number | null): boolean =>
    days !== null && (ended === null || Date.parse(ended) > at - days * DAY);
  const relations = facts.relations.filter((r) => lasts(r.until));
  const broken = relations.some((r) => r.until !== null && isMe(r.who));

  if (extent.rows === 'none') return extent.rules;
  if (extent.rows !== 'all') {
    const { person, unit } = extent.rows;
    const cared = relations.some(
      (r) =>
        (isMe(r.who) && (r.until !== null || recent(r.ended, person))) ||
        (isUnit(r.who) && r.until === null && recent(r.ended, unit)),
    );
    if (record.patient === null || !cared) return extent.rules;
  }
  const labels = [...record.labels, ...(record.patient === null ? [] : facts.labels)];
  const ruleOf = (label: string): string[] =>
    access.policy.rules.flatMap((rule) => (rule.kind === 'labels' && rule.labels.includes(label) ? [rule.id] : []));
  const closed = labels.filter((label) => hidden.includes(label));
  if (closed.length > 0) return closed.flatMap(ruleOf);
  const own =
    record.patient !== null &&
    relations.some((r) => isMe(r.who) && (r.until !== null || recent(r.ended, access.ownDays)));
  const guarded = own ? [] : labels.filter((label) => soft.includes(label));
  if (guarded.length > 0) return guarded.flatMap(ruleOf);
  if (!access.asksConsent || record.patient === null || broken) return null;
  const holds = (d: Decided): boolean =>
    (d.who === '' || isMe(d.who) || isUnit(d.who)) &&
    Date.parse(d.starts) <= at &&
    (d.ends === null || Date.parse(d.ends) > at);
  const refused = facts.refusals.some((d) => (d.purpose === '' || d.purpose === asker.purpose) && holds(d));
  const agreed = facts.agreements.some((d) => d.purpose === asker.purpose && holds(d));
  if (!refused && (agreed || !access.asksAgreement)) return null;
  return access.policy.rules.flatMap((rule) =>
    rule.kind === 'consent' && rule.purposes.includes(asker.purpose) && (refused || rule.needs === 'agreement')
      ? [rule.id]
      : [],
  );
}
