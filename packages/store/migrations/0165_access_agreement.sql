-- What patients have agreed to, by purpose and by whom (empty: by anybody): some purposes of use are open only where they
-- have. Silence is no agreement, nor is one for another purpose. A refusal (access.refusal) overrides it.
create table access.agreement (
  tenant integer not null,
  patient text collate "C" not null,
  consent text collate "C" not null,
  purpose text collate "C" not null,
  who text collate "C" not null,
  starts timestamptz not null,
  ends timestamptz,
  primary key (tenant, patient, consent, purpose, who)
);
alter table access.agreement enable row level security;
alter table access.agreement force row level security;
create policy tenant_rows on access.agreement using (tenant = mach_tenant()) with check (tenant = mach_tenant());
grant select, insert, delete on access.agreement to mach_app;

-- Whether the patient has refused the purpose to this person, or has not agreed where the purpose asks for it
-- (mach.agree = '1'); in an emergency neither counts.
create or replace function access.refused(of_tenant integer, of_patient text) returns boolean language sql stable as $$
  select (exists (select 1 from access.refusal f where f.tenant = of_tenant and f.patient = of_patient
        and f.purpose in ('', current_setting('mach.purpose'))
        and (f.who = '' or f.who = any(current_setting('mach.who')::text[]))
        and f.starts <= current_setting('mach.now')::timestamptz
        and (f.ends is null or f.ends > current_setting('mach.now')::timestamptz))
      or (coalesce(current_setting('mach.agree', true), '') = '1'
        and not exists (select 1 from access.agreement g where g.tenant = of_tenant and g.patient = of_patient
          and g.purpose = current_setting('mach.purpose')
          and (g.who = '' or g.who = any(current_setting('mach.who')::text[]))
          and g.starts <= current_setting('mach.now')::timestamptz
          and (g.ends is null or g.ends > current_setting('mach.now')::timestamptz))))
    and not exists (select 1 from access.relation c where c.tenant = of_tenant and c.patient = of_patient
      and c.who = any(current_setting('mach.who')::text[]) and c.until > current_setting('mach.now')::timestamptz) $$;

-- Beside access.follow_record(), which keeps relations, labels and refusals: Consent alone (29) is followed here.
create function access.follow_consent() returns trigger language plpgsql as $$
declare
  c jsonb;
begin
  if tg_op = 'UPDATE' and old.patient is not null then
    delete from access.agreement where tenant = old.tenant and patient = old.patient and consent = old.id;
  end if;
  if new.deleted or new.content is null or new.patient is null then return null; end if;
  c := new.content::jsonb;
  if c ->> 'status' = 'active' and c #>> '{provision,type}' = 'permit' then
    insert into access.agreement (tenant, patient, consent, purpose, who, starts, ends)
    select new.tenant, new.patient, new.id, p.purpose, a.who,
      coalesce((c #>> '{provision,period,start}')::timestamptz, (c ->> 'dateTime')::timestamptz, '-infinity'),
      (c #>> '{provision,period,end}')::timestamptz
    from (select x ->> 'code' as purpose from jsonb_array_elements(c #> '{provision,purpose}') x) p,
         (select access.local_reference(x #>> '{reference,reference}') as who from jsonb_array_elements(c #> '{provision,actor}') x
          union select '' where c #> '{provision,actor}' is null) a
    where p.purpose is not null and a.who is not null
    on conflict do nothing;
  end if;
  return null;
end $$;
create trigger access_consent_insert after insert on record for each row
  when (new.type = 29) execute function access.follow_consent();
create trigger access_consent_update after update on record for each row
  when (new.type = 29) execute function access.follow_consent();

-- From the consents that are there.
do $$
declare t integer;
begin
  for t in select id from system.tenant loop
    perform set_config('mach.tenant', t::text, true);
    update record set sealed = sealed where tenant = t and not deleted and type = 29;
  end loop;
  perform set_config('mach.tenant', '', true);
end $$;
