import { findAccountById, memberships, type Row, readRecords } from '@mach/store';
import type { Actor } from '../actor.ts';
import type { Engine } from '../engine.ts';
import type { Access, Extent } from './access.ts';
import { patientFacts, recordLabels } from './facts.ts';
import { NO_FACTS, withheldBy } from './sees.ts';
import { accessService } from './service.ts';

/** One look or deed of the past that would end otherwise. */
export interface Difference {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly patient: string | null;
  readonly record: string | null;
  readonly rules: readonly string[];
}

export interface Simulation {
  readonly policy: string;
  readonly from: string;
  readonly to: string;
  /** Deeds that were looked at, and those of people who are no more. */
  readonly replayed: number;
  readonly skipped: number;
  readonly people: readonly {
    readonly actor: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly deeds: number;
    readonly lost: number;
    readonly gained: number;
    /** Patients whom he looked at and would not see, or the other way round. */
    readonly patientsLost: number;
    readonly patientsGained: number;
    readonly rules: readonly string[];
  }[];
  readonly lost: readonly Difference[];
  readonly gained: readonly Difference[];
}

interface Past extends Row {
  id: string;
  at: Date;
  kind: string;
  action: string;
  actor: string;
  patient: string | null;
  purpose: string | null;
  entities: string[];
}

const PAGE = 2_000;
const SAMPLES = 20;
const DAY = 86_400_000;

/** Where a deed of the past stood: a type of records, or a permission. */
interface Place {
  readonly type: string | null;
  readonly permission: string | null;
  readonly verb: 'read' | 'write';
}

/**
 * Replays the audit of the last days against another policy: every look and deed of a person, as things stand now, under
 * the policy that is switched on and under the candidate. Nothing is changed.
 */
export async function simulate(engine: Engine, tenant: number, policy: string, days: number): Promise<Simulation> {
  const to = engine.clock.now();
  const from = new Date(to.getTime() - days * DAY);
  const run = new Run(engine, tenant, policy, await accessService(engine).policyName(tenant));
  const on = engine.database.tenant(tenant);
  for (let last: Past | undefined; ; ) {
    const { rows } = await on.query<Past>({
      text: `select id, at, kind, action, actor, patient, purpose, entities from audit
             where tenant = mach_tenant() and at >= $1 and at <= $2 and kind in ('command', 'read', 'search', 'view')
               and actor like 'account:%' and (at, id) > ($3::timestamptz, $4::uuid)
             order by at, id limit ${PAGE}`,
      values: [from, to, last?.at ?? from, last?.id ?? '00000000-0000-0000-0000-000000000000'],
    });
    await run.replay(rows);
    last = rows.at(-1);
    if (rows.length < PAGE) break;
  }
  return run.result(from.toISOString(), to.toISOString());
}

interface Person {
  actor: Actor;
  now: Access;
  then: Access;
  deeds: number;
  lost: number;
  gained: number;
  patientsLost: Set<string>;
  patientsGained: Set<string>;
  rules: Set<string>;
}

class Run {
  private readonly engine: Engine;
  private readonly tenant: number;
  private readonly candidate: string;
  private readonly current: string;
  private readonly people = new Map<string, Person | undefined>();
  private readonly lost: Difference[] = [];
  private readonly gained: Difference[] = [];
  private replayed = 0;
  private skipped = 0;

  constructor(engine: Engine, tenant: number, candidate: string, current: string) {
    this.engine = engine;
    this.tenant = tenant;
    this.candidate = candidate;
    this.current = current;
  }

  async replay(rows: readonly Past[]): Promise<void> {
    const on = this.engine.database.tenant(this.tenant);
    const records = rows.flatMap((row) =>
      targetsOf(row).flatMap((t) => (t.id === null ? [] : [{ type: t.type, id: t.id }])),
    );
    const patients = rows.flatMap((row) => row.patient ?? []);
    const [facts, labels, owners] = await Promise.all([
      patientFacts(on, patients),
      recordLabels(on, records),
      this.ownersOf(records),
    ]);
    const more = await patientFacts(
      on,
      [...owners.values()].flatMap((patient) => patient ?? []),
    );
    for (const row of rows) {
      const person = await this.person(row.actor);
      if (!person) {
        this.skipped += 1;
        continue;
      }
      this.replayed += 1;
      person.deeds += 1;
      const place = this.placeOf(row);
      for (const target of targetsOf(row)) {
        const slot = `${target.type}/${target.id}`;
        const patient = owners.get(slot) ?? row.patient;
        const record = { patient, labels: labels.get(slot) ?? [] };
        const known = (patient === null ? undefined : (more.get(patient) ?? facts.get(patient))) ?? NO_FACTS;
        const answer = (access: Access): readonly string[] | null =>
          withheldBy(access, extentOf(access, place, target.type), record, known);
        this.compare(person, row, target.id === null ? null : slot, patient, answer(person.now), answer(person.then));
      }
    }
  }

  private compare(
    person: Person,
    row: Past,
    record: string | null,
    patient: string | null,
    now: readonly string[] | null,
    then: readonly string[] | null,
  ): void {
    if ((now === null) === (then === null)) return;
    const isLost = then !== null;
    const rules = then ?? now ?? [];
    const difference = {
      at: row.at.toISOString(),
      actor: person.actor.login,
      action: row.action,
      patient,
      record,
      rules,
    };
    const list = isLost ? this.lost : this.gained;
    if (list.length < SAMPLES) list.push(difference);
    person[isLost ? 'lost' : 'gained'] += 1;
    if (patient !== null) person[isLost ? 'patientsLost' : 'patientsGained'].add(patient);
    for (const rule of rules) person.rules.add(rule);
  }

  /** Whose records they are. */
  private async ownersOf(records: readonly { type: string; id: string }[]): Promise<Map<string, string | null>> {
    const unique = new Map(records.map((r) => [`${r.type}/${r.id}`, r]));
    const found = await readRecords(this.engine.database.tenant(this.tenant), [...unique.values()]);
    return new Map(found.map((r) => [`${r.type}/${r.id}`, r.patient]));
  }

  private placeOf({ kind, action }: Past): Place {
    if (kind === 'command') {
      const permission = this.engine.commands.get(action)?.permission ?? null;
      return { type: null, permission: action === 'record.write' ? null : permission, verb: 'write' };
    }
    if (kind === 'view') {
      const view = this.engine.views.get(action.replace(/^view /, ''));
      return { type: null, permission: view?.permission ?? null, verb: 'read' };
    }
    return { type: action.split(' ')[1] ?? null, permission: null, verb: 'read' };
  }

  private async person(id: string): Promise<Person | undefined> {
    if (this.people.has(id)) return this.people.get(id);
    const person = await this.load(id);
    this.people.set(id, person);
    return person;
  }

  private async load(id: string): Promise<Person | undefined> {
    const { engine, tenant } = this;
    const account = await findAccountById(engine.database.system, id.slice('account:'.length));
    const place = account && (await memberships(engine.database.system, account.id)).find((m) => m.tenant === tenant);
    if (!account || !place) return undefined;
    const actor: Actor = {
      id,
      tenant,
      login: account.login,
      name: account.displayName,
      roles: place.roles,
      permissions: engine.policy.permissionsOf(place.roles),
      practitioner: place.practitioner,
      scopes: null,
    };
    const service = accessService(engine);
    const purpose = service.purposes()[0] ?? 'TREAT';
    const under = (name: string): Promise<Access> => service.accessUnder(actor, service.policyOf(name), purpose);
    const [now, then] = [await under(this.current), await under(this.candidate)];
    const sets = { patientsLost: new Set<string>(), patientsGained: new Set<string>(), rules: new Set<string>() };
    return { actor, now, then, deeds: 0, lost: 0, gained: 0, ...sets };
  }

  result(from: string, to: string): Simulation {
    const people = [...this.people.values()].flatMap((p) => (p ? [p] : []));
    return {
      policy: this.candidate,
      from,
      to,
      replayed: this.replayed,
      skipped: this.skipped,
      people: people
        .map((p) => ({
          actor: p.actor.login,
          name: p.actor.name,
          roles: p.actor.roles,
          deeds: p.deeds,
          lost: p.lost,
          gained: p.gained,
          patientsLost: p.patientsLost.size,
          patientsGained: p.patientsGained.size,
          rules: [...p.rules].sort(),
        }))
        .sort((a, b) => b.lost - a.lost || b.gained - a.gained),
      lost: this.lost,
      gained: this.gained,
    };
  }
}

function extentOf(access: Access, place: Place, type: string): Extent {
  return place.permission === null
    ? access.records(place.verb, place.type ?? type)
    : access.permission(place.permission);
}

/** Records that a deed was about: `Type/id`, or the patient where it names none. */
function targetsOf({ entities, patient }: Past): { type: string; id: string | null }[] {
  const named = entities.flatMap((text) => {
    const match = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})/.exec(text);
    return match ? [{ type: match[1] ?? '', id: match[2] ?? '' }] : [];
  });
  return named.length > 0 ? named : patient === null ? [] : [{ type: 'Patient', id: patient }];
}
