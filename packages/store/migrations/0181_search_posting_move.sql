-- online
-- The rows of the old table, a few hundred pages at a time, each lot kept as it is done: broken off, it goes on where it
-- was. Beside it the version before finds each row in one of the two places.
do $$
declare
  pages constant bigint := 512;
  page bigint := 0;
  size bigint := pg_relation_size('public.search_key_moving') / current_setting('block_size')::bigint;
begin
  while page < size loop
    with gone as (
      delete from public.search_key_moving
      where ctid >= format('(%s,0)', page)::tid and ctid < format('(%s,0)', page + pages)::tid
      returning tenant, qualifier, key, rid)
    insert into public.search_posting as p (tenant, qualifier, key, block, slots)
    select tenant, qualifier, key, rid & -64, string_agg(chr(48 + (rid & 63)::integer), '' order by rid)
    from gone group by 1, 2, 3, 4 order by 1, 3, 2, 4
    on conflict (tenant, key, qualifier, block) do update set slots = translate(p.slots, excluded.slots, '') || excluded.slots;
    commit;
    page := page + pages;
  end loop;
end $$;
