-- Timers of the house. A run is a job with the time that it was due: written once, whoever writes it.
alter table system.job
  add column schedule text collate "C",
  add column due_at timestamptz,
  -- Somebody asked the one who works on it to stop.
  add column stop_asked boolean not null default false,
  add column stopped_by text;
create unique index job_run_once on system.job (tenant, schedule, due_at) where schedule is not null;

-- How far each timer has been planned; what is paused is planned and not run.
create table system.schedule (
  tenant integer not null,
  name text collate "C" not null,
  planned_to timestamptz not null,
  paused_by text,
  paused_at timestamptz,
  primary key (tenant, name)
);
grant select, insert, update on system.schedule to mach_app;
