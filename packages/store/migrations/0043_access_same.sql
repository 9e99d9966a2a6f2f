-- An encounter is written ten times a visit, and who is in charge of it changes twice: the rest is told apart first.
create or replace function access.follow_record() returns trigger language plpgsql as $$
declare
  c jsonb := new.content::jsonb;
  o jsonb;
begin
  if tg_op = 'UPDATE' and new.type = 44 and not new.deleted and old.content is not null then
    o := old.content::jsonb;
    if strpos(old.content || new.content, '"security"') = 0 and old.patient is not distinct from new.patient
      and row(o -> 'status', o -> 'participant', o -> 'location', o -> 'serviceProvider', o -> 'period')
        is not distinct from row(c -> 'status', c -> 'participant', c -> 'location', c -> 'serviceProvider', c -> 'period')
    then return null; end if;
  end if;
  if tg_op = 'UPDATE' then
    if old.type = 44 or old.type = 140 then
      delete from access.relation where tenant = old.tenant and patient = old.patient
        and source = case old.type when 44 then 'Encounter/' else 'Task/' end || old.id;
    elsif old.type = 29 then
      delete from access.refusal where tenant = old.tenant and patient = old.patient and consent = old.id;
    end if;
    if strpos(coalesce(old.content, ''), '"security"') > 0 then
      delete from access.label where tenant = old.tenant and rid = old.rid;
    end if;
  end if;
  if new.deleted or c is null then return null; end if;
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
