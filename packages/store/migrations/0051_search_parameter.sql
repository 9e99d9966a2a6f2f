-- Search parameters that an installation has added, one row a definition (its hash): while `indexing` they are kept up
-- with every write and may not be searched by yet; `refused` says why one has no effect.
create table system.search_parameter (
  hash text collate "C" primary key,
  tenant integer not null,
  id text collate "C" not null,
  code text collate "C" not null,
  definition jsonb not null,
  state text collate "C" not null check (state in ('indexing', 'active', 'refused')),
  reason text,
  noted_at timestamptz not null default now()
);
grant select, insert, update, delete on system.search_parameter to mach_app;
