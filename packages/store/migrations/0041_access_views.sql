-- The smaller world. What the one who asks may see is told with each question, in settings of that transaction alone:
--   mach.types    one sign a type (its number is the place): 0 closed, 1 open, a… a profile of relations
--   mach.me       who he is, `Practitioner/1` and his account; mach.units: his rooms and departments
--   mach.person, mach.unit   by profile: since when care by himself, or by his units, may have ended; null: does not count
--   mach.hidden   labels that he never sees; mach.soft: only of patients in his own care, or in an emergency; mach.own:
--                 since when his own care may have ended
--   mach.purpose  his purpose of use where consent decides, else empty
--   mach.hide     elements taken out, {"type number": [names]}
--   mach.now      the instant of the question
create function access.setting(name text) returns text language sql stable parallel safe
  as $$ select coalesce(current_setting(name, true), '') $$;

-- A resource without the elements that are hidden, marked as such (v3-ObservationValue REDACTED).
create function access.redact(hide text, type smallint, content text) returns text language sql immutable parallel safe as $$
  select case when content is null or not hide::jsonb ? type::text then content else
    jsonb_set((content::jsonb - array(select jsonb_array_elements_text(hide::jsonb -> type::text)) - 'text' - 'contained'),
      '{meta,security}', coalesce(content::jsonb #> '{meta,security}', '[]') ||
      '[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"REDACTED"}]')::text end $$;

create view access.record with (security_invoker = true) as
select r.tenant, r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.sealed, r.patient,
  case when access.setting('mach.hide') = '' then r.content
    else access.redact(current_setting('mach.hide'), r.type, r.content) end as content
from public.record r
where case substr(access.setting('mach.types'), r.type, 1)
    when '1' then true
    when '0' then false
    when '' then false
    else exists (
      select 1 from access.relation c
      where c.tenant = r.tenant and c.patient = r.patient
        and (c.until is null or c.until > (select current_setting('mach.now')::timestamptz))
        and ((c.who = any((select current_setting('mach.me')::text[])::text[])
              and (c.until is not null or coalesce(c.ended, 'infinity') >
                (select current_setting('mach.person')::timestamptz[])[ascii(substr(current_setting('mach.types'), r.type, 1)) - 96]))
          or (c.who = any((select current_setting('mach.units')::text[])::text[]) and c.until is null
              and coalesce(c.ended, 'infinity') >
                (select current_setting('mach.unit')::timestamptz[])[ascii(substr(current_setting('mach.types'), r.type, 1)) - 96])))
    end
  and (access.setting('mach.hidden') = '' or not exists (
    select 1 from access.label l where l.tenant = r.tenant and l.rid = r.rid
      and l.label = any((select current_setting('mach.hidden')::text[])::text[])))
  and (access.setting('mach.hidden') = '' or r.patient is null or not exists (
    select 1 from access.label l where l.tenant = r.tenant and l.patient = r.patient
      and l.label = any((select current_setting('mach.hidden')::text[])::text[])))
  and (access.setting('mach.soft') = ''
    or not (exists (select 1 from access.label l where l.tenant = r.tenant and l.rid = r.rid
          and l.label = any((select current_setting('mach.soft')::text[])::text[]))
        or (r.patient is not null and exists (select 1 from access.label l where l.tenant = r.tenant and l.patient = r.patient
          and l.label = any((select current_setting('mach.soft')::text[])::text[]))))
    or exists (select 1 from access.relation c where c.tenant = r.tenant and c.patient = r.patient
          and c.who = any((select current_setting('mach.me')::text[])::text[])
          and (c.until is null or c.until > (select current_setting('mach.now')::timestamptz))
          and (c.until is not null or coalesce(c.ended, 'infinity') > (select current_setting('mach.own')::timestamptz))))
  and (access.setting('mach.purpose') = '' or r.patient is null
    or not exists (select 1 from access.refusal f where f.tenant = r.tenant and f.patient = r.patient
          and (f.purpose = '' or f.purpose = current_setting('mach.purpose'))
          and (f.who = '' or f.who = any((select current_setting('mach.me')::text[])::text[]) or f.who = any((select current_setting('mach.units')::text[])::text[]))
          and f.starts <= (select current_setting('mach.now')::timestamptz)
          and (f.ends is null or f.ends > (select current_setting('mach.now')::timestamptz)))
    or exists (select 1 from access.relation c where c.tenant = r.tenant and c.patient = r.patient
          and c.who = any((select current_setting('mach.me')::text[])::text[])
          and c.until > (select current_setting('mach.now')::timestamptz)));

-- Older versions of what is visible now, save those that carried a hidden label themselves.
create view access.record_history with (security_invoker = true) as
select h.tenant, h.type, h.id, h.version, h.rid, h.updated, h.deleted,
  case when access.setting('mach.hide') = '' then h.content
    else access.redact(current_setting('mach.hide'), h.type, h.content) end as content
from public.record_history h
where exists (select 1 from access.record v where v.tenant = h.tenant and v.rid = h.rid)
  and (strpos(coalesce(h.content, ''), '"security"') = 0 or (access.setting('mach.hidden') = '' and access.setting('mach.soft') = '')
    or not exists (select 1 from access.labels_of(h.content) l
      where l = any(coalesce(nullif(access.setting('mach.hidden'), ''), '{}')::text[])
         or l = any(coalesce(nullif(access.setting('mach.soft'), ''), '{}')::text[])));

create view access.search_key with (security_invoker = true) as select k.tenant, k.qualifier, k.key, k.rid from public.search_key k
  where exists (select 1 from access.record v where v.tenant = k.tenant and v.rid = k.rid);
create view access.search_string with (security_invoker = true) as select k.tenant, k.param, k.rid, k.value from public.search_string k
  where exists (select 1 from access.record v where v.tenant = k.tenant and v.rid = k.rid);
create view access.search_date with (security_invoker = true) as select k.tenant, k.param, k.low, k.high, k.rid from public.search_date k
  where exists (select 1 from access.record v where v.tenant = k.tenant and v.rid = k.rid);
create view access.search_number with (security_invoker = true) as
  select k.tenant, k.param, k.qualifier, k.low, k.high, k.rid from public.search_number k
  where exists (select 1 from access.record v where v.tenant = k.tenant and v.rid = k.rid);

-- The index of words is brought up to date by those who see everything; here it is always taken for up to date.
create view access.search_word_state as
  select mach_tenant() as tenant, 0::bigint as rid, 'infinity'::timestamptz as updated, true as complete;
create view access.search_word with (security_invoker = true) as select w.tenant, w.rid, w.version, w.words from public.search_word w
  where exists (select 1 from access.record v where v.tenant = w.tenant and v.rid = w.rid);
create function access.mach_word_search(query text) returns table (rid bigint) language sql stable
  as $$ select w.rid from public.mach_word_search(query) w
        where exists (select 1 from access.record v where v.tenant = mach_tenant() and v.rid = w.rid) $$;

grant select on access.record, access.record_history, access.search_key, access.search_string, access.search_date,
  access.search_number, access.search_word_state, access.search_word to mach_app;
