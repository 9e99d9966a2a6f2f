-- Spreadsheets that somebody has uploaded to be imported: their cells as text, kept for some days, and how the columns of
-- such a sheet were read the last time.
create table house_sheet (
  tenant integer not null,
  -- SHA-256 of the file.
  id text collate "C" not null,
  name text not null,
  columns jsonb not null,
  rows jsonb not null,
  row_count integer not null,
  uploaded_by text collate "C" not null,
  uploaded_at timestamptz not null,
  primary key (tenant, id)
);
create index house_sheet_age on house_sheet (tenant, uploaded_at);

create table house_mapping (
  tenant integer not null,
  kind text collate "C" not null,
  -- Heading as it is compared: without marks and case.
  heading text collate "C" not null,
  -- Empty: this column is left out.
  field text collate "C" not null,
  primary key (tenant, kind, heading)
);

do $$
declare t text;
begin
  foreach t in array array['house_sheet', 'house_mapping']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant_rows on %I using (tenant = mach_tenant()) with check (tenant = mach_tenant())', t);
  end loop;
end $$;
grant select, insert, update, delete on house_sheet, house_mapping to mach_app;
