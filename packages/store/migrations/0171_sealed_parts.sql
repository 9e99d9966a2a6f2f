-- Parts of records that are kept sealed, apart from the record: in its place stands a handle. So the stored text never
-- changes when keys do.
create table system.sealed_part (
  tenant integer not null references system.tenant (id),
  id text collate "C" not null check (id ~ '^[A-Za-z0-9_-]{43}$'),
  -- Whose it is: the writer and the only end that it may go to. The seal holds for just this text.
  bound text collate "C" not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant, id)
);
alter table system.sealed_part enable row level security;
create policy tenant_rows on system.sealed_part using (mach_tenant() is null or tenant = mach_tenant())
  with check (mach_tenant() is null or tenant = mach_tenant());
grant select, insert on system.sealed_part to mach_app;

-- From when on a data key seals; null: from its beginning. Until then the servers that run have come to know it.
alter table system.data_key add column seals_from timestamptz;
