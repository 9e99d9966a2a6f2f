-- The equality index, many records in one row (docs/decisions/0025): numbers of records come in blocks of 64, and a row
-- holds those of one block that carry a key, one character each: '0' is the first of the block, 'o' the last. A command
-- that makes records takes blocks of its own, so what it writes together is found in the same rows, and nobody waits.
create table search_posting (
  tenant integer not null,
  qualifier integer not null,
  key bigint not null,
  block bigint not null,
  slots text collate "C" not null,
  primary key (tenant, key, qualifier, block)
);
alter table search_posting enable row level security;
create policy tenant_rows on search_posting using (tenant = mach_tenant()) with check (tenant = mach_tenant());
grant select, insert, update, delete on search_posting to mach_app;

-- The old table keeps what has not been moved yet; its owner moves the rows of all facilities.
-- contract: 0.1.0 finds the view of the same name
alter table search_key rename to search_key_moving;
alter table search_key_moving no force row level security;

create view search_key with (security_invoker = true) as
select p.tenant, p.qualifier, p.key, p.block + ascii(c.slot) - 48 as rid
from search_posting p cross join lateral unnest(string_to_array(p.slots, null)) c(slot)
union all select m.tenant, m.qualifier, m.key, m.rid from search_key_moving m;
grant select, insert, delete on search_key to mach_app;

-- The version before writes rows of one record, and finds them as it wrote them.
create function mach_write_search_key() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into search_posting as p (tenant, qualifier, key, block, slots)
    values (new.tenant, new.qualifier, new.key, new.rid & -64, chr(48 + (new.rid & 63)::integer))
    on conflict (tenant, key, qualifier, block) do update set slots = translate(p.slots, excluded.slots, '') || excluded.slots;
    return new;
  end if;
  delete from search_key_moving m
  where m.tenant = old.tenant and m.key = old.key and m.qualifier = old.qualifier and m.rid = old.rid;
  update search_posting p set slots = translate(p.slots, chr(48 + (old.rid & 63)::integer), '')
  where p.tenant = old.tenant and p.key = old.key and p.qualifier = old.qualifier and p.block = (old.rid & -64);
  return old;
end $$;
create trigger write_row instead of insert or delete on search_key
  for each row execute function mach_write_search_key();

create or replace view access.search_key with (security_invoker = true) as
select k.tenant, k.qualifier, k.key, k.rid from public.search_key k
where exists (select 1 from access.record v where v.tenant = k.tenant and v.rid = k.rid);

-- What of each row may be seen; a row of which nothing may is empty. Each record is asked about by its number: `offset 0`
-- keeps the planner from reading all of them for one row.
create view access.search_posting with (security_invoker = true) as
select p.tenant, p.qualifier, p.key, p.block, coalesce((
  select string_agg(c.slot, '') from unnest(string_to_array(p.slots, null)) c(slot)
  where exists (select 1 from access.record v where v.tenant = p.tenant and v.rid = p.block + ascii(c.slot) - 48 offset 0)), '') as slots
from public.search_posting p;
grant select on access.search_posting to mach_app;
