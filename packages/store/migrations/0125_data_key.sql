-- Keys under which secrets in the database are sealed, each wrapped by the key file of the data folder. Without a row the
-- file's key itself is the first data key: it comes here when the file's key is changed for the first time.
create table system.data_key (
  id smallint primary key check (id between 1 and 255),
  -- The key file that wraps it, by a digest of its key.
  wrapped_by text collate "C" not null,
  wrapped bytea not null,
  created_at timestamptz not null default now()
);
grant select on system.data_key to mach_app;
