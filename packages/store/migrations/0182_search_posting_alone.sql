-- All rows have been moved. Nothing may be left behind: the table that goes is proved empty.
do $$ begin
  if exists (select 1 from search_key_moving) then
    raise exception 'search_key_moving still has rows';
  end if;
end $$;
create or replace view search_key with (security_invoker = true) as
select p.tenant, p.qualifier, p.key, p.block + ascii(c.slot) - 48 as rid
from search_posting p cross join lateral unnest(string_to_array(p.slots, null)) c(slot);

create or replace function mach_write_search_key() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into search_posting as p (tenant, qualifier, key, block, slots)
    values (new.tenant, new.qualifier, new.key, new.rid & -64, chr(48 + (new.rid & 63)::integer))
    on conflict (tenant, key, qualifier, block) do update set slots = translate(p.slots, excluded.slots, '') || excluded.slots;
    return new;
  end if;
  update search_posting p set slots = translate(p.slots, chr(48 + (old.rid & 63)::integer), '')
  where p.tenant = old.tenant and p.key = old.key and p.qualifier = old.qualifier and p.block = (old.rid & -64);
  return old;
end $$;

-- contract: 0.1.0 never read it
drop table search_key_moving;
alter table search_posting force row level security;
