import { foldText } from '@mach/base/fold.ts';
import { addDays, fromLocal } from '@mach/base/time.ts';
import { type Query, readRecords, referringRecords, typeNumber } from '@mach/store';
import { number32 } from '@mach/store/keys.ts';
import type { Engine } from '../engine.ts';
import { listStaff } from '../identity/staff.ts';
import { type AvailableTime, UNUSUAL_PACK, type UnusualPack, type Window, windowsOn } from './unusual-rules.ts';

/** On Address: the ward's code. */
const WARD = 'https://mach.vn/fhir/ext/ward';
/** As the index of strings keeps it. */
const LINE_LENGTH = 80;

/** What of a member of staff is compared with patients and hours. */
export interface StaffFacts {
  /** `account:…` */
  readonly actor: string;
  /** What relations call him, and his rooms and departments. */
  readonly me: readonly string[];
  readonly units: readonly string[];
  /** Folded; null: not known. */
  readonly family: string | null;
  readonly ward: string | null;
  readonly line: string | null;
  /** Null: his hours are not known. */
  readonly windows: readonly Window[] | null;
}

interface Address {
  line?: string[];
  extension?: { url?: string; valueCoding?: { code?: string } }[];
}
interface StaffRecord {
  name?: { family?: string }[];
  address?: Address[];
}
interface RoleRecord {
  active?: boolean;
  practitioner?: { reference?: string };
  organization?: { reference?: string };
  location?: { reference?: string }[];
  availableTime?: AvailableTime[];
}

/** Everybody who may sign in at a facility, with what is known of home and hours on a local day. */
export async function staffFacts(
  engine: Engine,
  tenant: number,
  day: string,
  pack: UnusualPack,
): Promise<StaffFacts[]> {
  const on = engine.database.tenant(tenant);
  const staff = await listStaff(engine.database.system, tenant, engine.clock.now());
  const ids = staff.flatMap((row) => row.practitioner ?? []);
  const [people, roles] = await Promise.all([
    readRecords(
      on,
      ids.map((id) => ({ type: 'Practitioner', id })),
    ),
    referringRecords(
      on,
      ids.map((value) => ({ param: 'PractitionerRole.practitioner', value })),
    ),
  ]);
  const person = new Map(people.map((record) => [record.id, record.resource as unknown as StaffRecord]));
  const places = new Map<string, RoleRecord[]>();
  for (const { record } of roles) {
    const role = record.resource as unknown as RoleRecord;
    if (record.type !== 'PractitionerRole' || role.active === false) continue;
    const id = role.practitioner?.reference?.split('/')[1] ?? '';
    places.set(id, [...(places.get(id) ?? []), role]);
  }
  return staff.map((row): StaffFacts => {
    const mine = places.get(row.practitioner ?? '') ?? [];
    const { name, address } = person.get(row.practitioner ?? '') ?? {};
    const home = address?.[0];
    const line = home?.line?.[0];
    const usual = row.roles.flatMap((role) => pack.hours?.usual[role] ?? []);
    const times = mine.flatMap((role) => role.availableTime ?? []);
    const units = mine.flatMap((role) => [
      role.organization?.reference,
      ...(role.location ?? []).map((l) => l.reference),
    ]);
    return {
      actor: `account:${row.key}`,
      me: [`account:${row.key}`, ...(row.practitioner === null ? [] : [`Practitioner/${row.practitioner}`])],
      units: units.filter((unit) => unit !== undefined),
      family: name?.[0]?.family ? foldText(name[0].family).slice(0, LINE_LENGTH) : null,
      ward: home?.extension?.find((e) => e.url === WARD)?.valueCoding?.code ?? null,
      line: line ? foldText(line).slice(0, LINE_LENGTH) : null,
      windows: windowsOn(day, times, usual, pack.hours?.graceMinutes ?? 0),
    };
  });
}

/*
 * One statement a day: looks of people, less what excuses them, against what is known of the reader and of the patient.
 * Names and lines of addresses are compared as the index of strings keeps them.
 */
const WATCH = `with staff as (
    select * from jsonb_to_recordset($3::jsonb) s(actor text, me jsonb, units jsonb, family text, ward text, line text, windows jsonb)),
  rule as (select * from jsonb_to_recordset($4::jsonb) r(id text, "atLeast" integer, "excusedBy" text[])),
  looks as (
    select actor, patient, at, coalesce(purpose, '') as purpose from audit
    where tenant = mach_tenant() and at >= $1 and at < $2 and kind in ('read', 'search', 'view') and outcome = 'done'
      and patient is not null and actor like 'account:%'),
  pair as (
    select actor, patient, count(*)::integer as looks, min(at) as first_at, max(at) as last_at
    from looks where purpose <> 'BTG' group by actor, patient),
  deed as (
    select distinct actor, patient from audit
    where tenant = mach_tenant() and at >= $1 and at < $2 and kind = 'command' and outcome = 'done' and patient is not null),
  weighed as (
    select p.*, s.family, s.ward, s.line,
      exists (select 1 from deed d where d.actor = p.actor and d.patient = p.patient) as deed,
      exists (select 1 from access.relation c where c.tenant = mach_tenant() and c.patient = p.patient and c.until is null
        and s.me ? c.who and coalesce(c.ended, 'infinity') > $1::timestamptz - make_interval(days => $5)) as person,
      exists (select 1 from access.relation c where c.tenant = mach_tenant() and c.patient = p.patient and c.until is null
        and s.units ? c.who and coalesce(c.ended, 'infinity') > $1::timestamptz - make_interval(days => $5)) as unit
    from pair p join staff s on s.actor = p.actor),
  near as (
    select w.actor, w.patient,
      exists (select 1 from search_string k where k.tenant = mach_tenant() and k.param = $6 and k.rid = r.rid and k.value = w.family) as kin,
      exists (select 1 from search_string k where k.tenant = mach_tenant() and k.param = $7 and k.rid = r.rid and k.value = w.line) as home
    from weighed w join record r on r.tenant = mach_tenant() and r.type = $8 and r.id = w.patient and not r.deleted
    where w.ward is not null and exists (
      select 1 from jsonb_array_elements(r.content::jsonb -> 'address') a, jsonb_array_elements(a -> 'extension') e
      where e ->> 'url' = $9 and e #>> '{valueCoding,code}' = w.ward)),
  told as (
    select case when n.home and n.kin then 'own-family' when n.home then 'household' else 'neighbour' end as rule, w.*
    from weighed w join near n on n.actor = w.actor and n.patient = w.patient
    union all
    select 'protected', w.* from weighed w
    where exists (select 1 from access.label l where l.tenant = mach_tenant() and l.patient = w.patient and l.label = any($10::text[]))),
  daily as (
    select actor, (at at time zone 'UTC' + interval '7 hours')::date as day, count(distinct patient)::integer as people
    from audit where tenant = mach_tenant() and at >= $1::timestamptz - make_interval(days => $11) and at < $2
      and kind in ('read', 'search', 'view') and outcome = 'done' and patient is not null and actor like 'account:%'
    group by 1, 2),
  habit as (
    select actor, percentile_disc(0.5) within group (order by people) as median, count(*)::integer as days
    from daily where day < $12::date group by actor),
  day as (select actor, count(distinct patient)::integer as people, count(*)::integer as looks, min(at) as first_at, max(at) as last_at
    from looks group by actor),
  late as (
    select l.actor, count(*)::integer as looks, count(distinct l.patient)::integer as people, min(l.at) as first_at, max(l.at) as last_at
    from looks l join staff s on s.actor = l.actor
    where s.windows is not null and jsonb_typeof(s.windows) = 'array' and l.purpose <> 'BTG' and not exists (
      select 1 from jsonb_to_recordset(s.windows) w("from" integer, "to" integer)
      where extract(epoch from l.at - $1::timestamptz) / 60 between w."from" and w."to")
    group by l.actor),
  found as (
    select t.rule, t.actor, t.patient, t.looks, t.first_at, t.last_at, '{}'::jsonb as detail
    from told t join rule r on r.id = t.rule
    where t.looks >= r."atLeast" and not (t.deed and 'deed' = any(r."excusedBy"))
      and not (t.person and 'person' = any(r."excusedBy")) and not (t.unit and 'unit' = any(r."excusedBy"))
    union all
    select 'volume', d.actor, '', d.looks, d.first_at, d.last_at, jsonb_build_object('people', d.people, 'median', h.median)
    from day d left join habit h on h.actor = d.actor
    where $13::integer is not null and (d.people >= $14
      or (d.people >= $13 and h.days >= $15 and d.people > $16::numeric * h.median))
    union all
    select 'hours', actor, '', looks, first_at, last_at, jsonb_build_object('people', people) from late
    where $17::integer is not null and looks >= $17),
  kept as (
    insert into access_unusual as u (tenant, day, rule, actor, patient, looks, first_at, last_at, detail, pack)
    select mach_tenant(), $12::date, rule, actor, patient, looks, first_at, last_at, detail, $18 from found
    on conflict (tenant, day, rule, actor, patient) do update set looks = excluded.looks, first_at = excluded.first_at,
      last_at = excluded.last_at, detail = excluded.detail, pack = excluded.pack,
      state = case when excluded.looks > u.looks then 'open' else u.state end
    returning 1),
  gone as (
    delete from access_unusual u where u.tenant = mach_tenant() and u.day = $12::date and u.state = 'open'
      and not exists (select 1 from found f where f.rule = u.rule and f.actor = u.actor and f.patient = u.patient)
    returning 1)
  select (select count(*) from kept)::integer as found, (select count(*) from gone)::integer as gone`;

/**
 * Finds the unusual looks of one local day and keeps them for review: what was found before and no longer is goes, what
 * was reviewed stays reviewed unless there are more looks. One statement; it answers how many there are.
 */
export async function watchStatement(engine: Engine, tenant: number, day: string): Promise<Query> {
  const { data: pack, hash } = engine.packsOf(tenant).at<UnusualPack>(UNUSUAL_PACK, day);
  await engine.audits.flush();
  const staff = await staffFacts(engine, tenant, day, pack);
  const rules = Object.entries(pack.pairs).map(([id, rule]) => ({
    id,
    atLeast: rule.atLeast,
    excusedBy: rule.excusedBy,
  }));
  const { volume, hours } = pack;
  return {
    name: 'unusual_watch',
    text: WATCH,
    values: [
      fromLocal(day),
      fromLocal(addDays(day, 1)),
      JSON.stringify(staff),
      JSON.stringify(rules),
      pack.careDays,
      number32('Patient.family'),
      number32('Patient.address'),
      typeNumber('Patient'),
      WARD,
      pack.pairs.protected?.labels ?? [],
      volume?.days ?? 0,
      day,
      volume?.atLeast ?? null,
      volume?.ceiling ?? null,
      volume?.activeDays ?? null,
      volume?.times ?? null,
      hours?.atLeast ?? null,
      hash,
    ],
  };
}
