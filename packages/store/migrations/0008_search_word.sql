-- Words of records for `_text`, `_content` and `:text`, folded by the program (no tones, đ as d). Nothing is kept here
-- until such a search is asked; from then on the next one brings it up to date first. So writes pay nothing for it, and
-- a facility that never searches by words stores none.
create table search_word (
  tenant integer not null,
  rid bigint not null,
  version integer not null,
  words tsvector not null,
  primary key (tenant, rid)
);
create index search_word_words on search_word using gin (words);

-- How far it has got: first along the records, then along their changes.
create table search_word_state (
  tenant integer primary key,
  rid bigint not null,
  updated timestamptz not null,
  complete boolean not null default false
);

alter table search_word enable row level security;
create policy tenant_rows on search_word using (tenant = mach_tenant()) with check (tenant = mach_tenant());
alter table search_word_state enable row level security;
alter table search_word_state force row level security;
create policy tenant_rows on search_word_state using (tenant = mach_tenant()) with check (tenant = mach_tenant());
grant select, insert, update, delete on search_word, search_word_state to mach_app;

-- The operator @@ is not leakproof, so row-level security would keep the application's role from the index. The owner
-- looks on its behalf, at the rows of the connection's tenant alone.
create function mach_word_search(query text) returns table (rid bigint)
  language sql stable security definer set search_path = public, pg_temp
  as $$ select w.rid from search_word w where w.words @@ query::tsquery and w.tenant = mach_tenant() $$;
revoke execute on function mach_word_search(text) from public;
grant execute on function mach_word_search(text) to mach_app;
