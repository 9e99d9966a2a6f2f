-- Looks at records that somebody should look at: one row a day, rule, person and patient. Computed from the audit, and
-- computed again without harm; what a reviewer has found stays, unless more looks of that day have come to light.
create table access_unusual (
  tenant integer not null,
  id uuid not null default gen_random_uuid(),
  day date not null,
  rule text collate "C" not null,
  actor text collate "C" not null,
  -- Empty: the rule is about the person's day, not about one patient.
  patient text collate "C" not null default '',
  looks integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  detail jsonb not null default '{}',
  -- Hash of the rule pack that found it.
  pack text collate "C" not null,
  state text collate "C" not null default 'open' check (state in ('open', 'justified', 'unjustified')),
  note text,
  reviewer text collate "C",
  reviewed_at timestamptz,
  primary key (tenant, day, rule, actor, patient)
);
create unique index access_unusual_id on access_unusual (tenant, id);
create index access_unusual_open on access_unusual (tenant, day) where state = 'open';
alter table access_unusual enable row level security;
alter table access_unusual force row level security;
create policy tenant_rows on access_unusual using (tenant = mach_tenant()) with check (tenant = mach_tenant());
grant select, insert, update, delete on access_unusual to mach_app;
