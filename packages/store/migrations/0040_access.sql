-- What a person who may see only some records works with: views of the record tables in which the rest does not exist.
-- They are found first on the search path of such a question, so that reads, searches, chains, counts, orders, histories
-- and exports are all asked of the same, smaller world; others pay nothing for it. See docs/decisions/0009.
create schema access;
grant usage on schema access to mach_app;

-- Whose patient a person or a unit is: one row for each person, room and department of an encounter, and for each grant
-- in an emergency. `ended`: when care ended, from where a policy counts its days. `until`: never after that.
create table access.relation (
  tenant integer not null,
  patient text collate "C" not null,
  who text collate "C" not null,
  source text collate "C" not null,
  ended timestamptz,
  until timestamptz,
  primary key (tenant, patient, who, source)
);

-- Grants in an emergency, by whom: few, and told on the screen while they last.
create index relation_until on access.relation (tenant, who, until) where until is not null;

-- Sensitivity labels (meta.security), `system|code`. A label of a Patient is one of everything of that patient.
create table access.label (
  tenant integer not null,
  rid bigint not null,
  label text collate "C" not null,
  patient text collate "C",
  primary key (tenant, rid, label)
);
create index label_patient on access.label (tenant, patient, label) where patient is not null;

-- What a patient has refused, by purpose and by whom; empty means any.
create table access.refusal (
  tenant integer not null,
  patient text collate "C" not null,
  consent text collate "C" not null,
  purpose text collate "C" not null,
  who text collate "C" not null,
  starts timestamptz not null,
  ends timestamptz,
  primary key (tenant, patient, consent, purpose, who)
);

do $$
declare t text;
begin
  foreach t in array array['relation', 'label', 'refusal'] loop
    execute format('alter table access.%I enable row level security', t);
    execute format('alter table access.%I force row level security', t);
    execute format('create policy tenant_rows on access.%I using (tenant = mach_tenant()) with check (tenant = mach_tenant())', t);
  end loop;
end $$;
grant select, insert, delete on access.relation, access.label, access.refusal to mach_app;

-- `Location/1`, `http://host/fhir/Location/1/_history/2` → `Location/1`
create function access.local_reference(reference text) returns text language sql immutable parallel safe
  as $$ select substring(reference from '(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$') $$;

-- Labels in a stored text, as `system|code`.
create function access.labels_of(content text) returns setof text language sql immutable parallel safe
  as $$ select distinct coalesce(s ->> 'system', '') || '|' || (s ->> 'code')
        from jsonb_array_elements(content::jsonb #> '{meta,security}') s where s ->> 'code' is not null $$;

-- 44 Encounter, 140 Task, 29 Consent, 103 Patient: numbers of R4 types are fixed (types.ts); a test compares them.
create function access.follow_record() returns trigger language plpgsql as $$
declare c jsonb;
begin
  if tg_op = 'UPDATE' then
    if old.type = 44 or old.type = 140 then
      delete from access.relation where tenant = old.tenant and patient = old.patient
        and source = case old.type when 44 then 'Encounter/' else 'Task/' end || old.id;
    elsif old.type = 29 then
      delete from access.refusal where tenant = old.tenant and patient = old.patient and consent = old.id;
    end if;
    delete from access.label where tenant = old.tenant and rid = old.rid;
  end if;
  if new.deleted or new.content is null then return null; end if;
  c := new.content::jsonb;
  if new.type = 44 and new.patient is not null and c ->> 'status' not in ('cancelled', 'entered-in-error') then
    insert into access.relation (tenant, patient, who, source, ended)
    select new.tenant, new.patient, w.who, 'Encounter/' || new.id,
      case when c ->> 'status' = 'finished' then coalesce((c #>> '{period,end}')::timestamptz, new.updated)
        else (c #>> '{period,end}')::timestamptz end
    from (
      select access.local_reference(p #>> '{individual,reference}') as who from jsonb_array_elements(c -> 'participant') p
      union select access.local_reference(l #>> '{location,reference}') from jsonb_array_elements(c -> 'location') l
      union select access.local_reference(c #>> '{serviceProvider,reference}')) w
    where w.who is not null
    on conflict do nothing;
  elsif new.type = 140 and new.patient is not null and c #>> '{code,coding,0,code}' = 'break-glass'
    and c #>> '{code,coding,0,system}' = 'https://mach.vn/fhir/cs/access' then
    insert into access.relation (tenant, patient, who, source, until)
    select new.tenant, new.patient, c #>> '{requester,identifier,value}', 'Task/' || new.id,
      least((c #>> '{restriction,period,end}')::timestamptz, (c #>> '{executionPeriod,end}')::timestamptz)
    where c #>> '{requester,identifier,value}' is not null and c #>> '{restriction,period,end}' is not null
    on conflict do nothing;
  elsif new.type = 29 and new.patient is not null and c ->> 'status' = 'active' and c #>> '{provision,type}' = 'deny' then
    insert into access.refusal (tenant, patient, consent, purpose, who, starts, ends)
    select new.tenant, new.patient, new.id, p.purpose, a.who,
      coalesce((c #>> '{provision,period,start}')::timestamptz, (c ->> 'dateTime')::timestamptz, '-infinity'),
      (c #>> '{provision,period,end}')::timestamptz
    from (select x ->> 'code' as purpose from jsonb_array_elements(c #> '{provision,purpose}') x
          union select '' where c #> '{provision,purpose}' is null) p,
         (select access.local_reference(x #>> '{reference,reference}') as who from jsonb_array_elements(c #> '{provision,actor}') x
          union select '' where c #> '{provision,actor}' is null) a
    where p.purpose is not null and a.who is not null
    on conflict do nothing;
  end if;
  if strpos(new.content, '"security"') > 0 then
    insert into access.label (tenant, rid, label, patient)
    select new.tenant, new.rid, l, case new.type when 103 then new.id end from access.labels_of(new.content) l
    on conflict do nothing;
  end if;
  return null;
end $$;

-- Most writes concern neither relations nor labels, and are told so without a call.
create trigger access_insert after insert on record for each row
  when (new.type in (44, 140, 29) or strpos(new.content, '"security"') > 0)
  execute function access.follow_record();
create trigger access_update after update on record for each row
  when (new.type in (44, 140, 29) or strpos(new.content, '"security"') > 0 or strpos(old.content, '"security"') > 0)
  execute function access.follow_record();

-- From the records that are there.
do $$
declare t integer;
begin
  for t in select id from system.tenant loop
    perform set_config('mach.tenant', t::text, true);
    update record set sealed = sealed where tenant = t and not deleted
      and (type in (44, 140, 29) or strpos(content, '"security"') > 0);
  end loop;
  perform set_config('mach.tenant', '', true);
end $$;
