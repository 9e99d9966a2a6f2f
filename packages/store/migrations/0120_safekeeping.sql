-- What was done so that nothing is lost, and how it went: backups, drills, restores, alarms. System plane.
create table system.safekeeping (
  id uuid primary key,
  at timestamptz not null,
  kind text collate "C" not null check (kind in ('file', 'base', 'drill', 'restore', 'upgrade', 'alarm')),
  sound boolean not null,
  seconds numeric,
  detail jsonb not null default '{}'
);
create index safekeeping_newest on system.safekeeping (kind, at desc);
grant select, insert on system.safekeeping to mach_app;

-- A message of which nobody here knows whether it was sent: the house was put back to a time before its answer.
alter table outbox add column restored_at timestamptz;
