-- Policy by patient. What decides on a record is its type, its patient and its own labels: records of one type and one
-- patient without labels of their own have one answer. See docs/decisions/0024.

-- The view as in 0042, but: what the settings say of types and instants is read once a question and not with each record
-- and relation; and where a facility has no label at all (told within the same snapshot) none is looked for.
create or replace view access.record with (security_invoker = true) as
select r.tenant, r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.sealed, r.patient,
  case when access.setting('mach.hide') = '' then r.content
    else access.redact(current_setting('mach.hide'), r.type, r.content) end as content
from public.record r
where case when
  case substr((select access.setting('mach.types')), r.type, 1)
    when '1' then true
    when '0' then false
    when '' then false
    else exists (
      select 1 from access.relation c
      where c.tenant = r.tenant and c.patient = r.patient
        and c.who = any((select current_setting('mach.who')::text[])::text[])
        and case when c.until is not null then c.until > current_setting('mach.now')::timestamptz
          else coalesce(c.ended, 'infinity') >
            (case when left(c.who, 1) in ('L', 'O') then (select current_setting('mach.unit')::timestamptz[])
              else (select current_setting('mach.person')::timestamptz[]) end)
              [ascii(substr((select current_setting('mach.types')), r.type, 1)) - 96] end
      offset 0)
  end
  -- Few records are left when labels and refusals are asked.
  then (access.setting('mach.closed') = ''
      or not (select exists (select 1 from access.label z where z.tenant = mach_tenant() offset 0))
      or not exists (
      select 1 from (
        select o.label from access.label o where o.tenant = r.tenant and o.rid = r.rid
        union all select p.label from access.label p where p.tenant = r.tenant and p.patient = r.patient) l
      where l.label = any((select access.listed('mach.closed'))::text[])
        and not (l.label = any(access.listed('mach.soft')) and r.patient is not null
          and access.in_own_care(r.tenant, r.patient))
      offset 0))
    and (access.setting('mach.purpose') = '' or r.patient is null or not access.refused(r.tenant, r.patient))
  else false end;

-- How many of these records are there for the one who asks. The view decides on one record for each type and patient, and
-- on every record that has labels of its own.
create function access.count_visible(rids bigint[]) returns bigint language sql stable as $$
  with found as materialized (
    select r.type, r.patient, r.rid,
      (select exists (select 1 from access.label z where z.tenant = mach_tenant() offset 0))
        and exists (select 1 from access.label l where l.tenant = mach_tenant() and l.rid = r.rid offset 0) as marked
    from unnest(rids) k(rid)
      cross join lateral (select o.type, o.patient, o.rid from public.record o
        where o.tenant = mach_tenant() and o.rid = k.rid offset 0) r)
  select coalesce((
      select sum(g.n) from (
        select min(f.rid) as rid, count(*) as n from found f where not f.marked group by f.type, f.patient) g
      where exists (select 1 from access.record v where v.tenant = mach_tenant() and v.rid = g.rid offset 0)), 0)::bigint
    + (select count(*) from found f where f.marked
      and exists (select 1 from access.record v where v.tenant = mach_tenant() and v.rid = f.rid offset 0)) $$;
