-- One row a command: its idempotency key, its answer, and its place in the feed of changes.
create table command_log (
  tenant integer not null,
  key text collate "C" not null,
  name text collate "C" not null,
  version smallint not null,
  body_hash bytea not null,
  actor text collate "C" not null,
  performed_at timestamptz not null,
  received_at timestamptz not null,
  device text collate "C",
  device_sequence bigint,
  rule_packs text[] not null default '{}',
  overrides jsonb,
  result jsonb,
  records jsonb not null default '[]',
  events jsonb not null default '[]',
  dirty jsonb not null default '{}',
  seq bigint generated always as identity,
  epoch integer,
  position bigint,
  primary key (tenant, key)
);
create index command_log_pending on command_log (tenant, seq) where position is null;
create unique index command_log_position on command_log (tenant, epoch, position);

-- The relay's head: one row a tenant, moved only by the relay, so no writer waits for it.
create table feed_head (
  tenant integer primary key,
  epoch integer not null default 1,
  position bigint not null default 0
);

create table feed_cursor (
  tenant integer not null,
  consumer text collate "C" not null,
  epoch integer not null,
  position bigint not null,
  primary key (tenant, consumer)
);

-- Audit: who did what to whose data. Written with the command, or in groups for reads; never updated.
create table audit (
  tenant integer not null,
  at timestamptz not null,
  id uuid not null,
  kind text collate "C" not null,
  action text collate "C" not null,
  actor text collate "C" not null,
  outcome text collate "C" not null,
  patient text collate "C",
  purpose text collate "C",
  origin text collate "C",
  entities jsonb not null default '[]',
  detail jsonb,
  primary key (tenant, at, id)
) partition by range (at);
create table audit_default partition of audit default;
create index audit_patient on audit (tenant, patient, at);

-- What leaves the facility: one queue, many destinations; a failure has an owner and a clock.
create table outbox (
  tenant integer not null,
  id uuid not null,
  destination text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  patient text collate "C",
  payload text not null,
  payload_hash bytea not null,
  state text collate "C" not null default 'pending'
    check (state in ('pending', 'sending', 'accepted', 'refused', 'superseded')),
  created_at timestamptz not null,
  deadline timestamptz not null,
  next_attempt_at timestamptz not null,
  attempts integer not null default 0,
  lease_until timestamptz,
  worker text collate "C",
  receipt jsonb,
  last_error jsonb,
  owner text collate "C" not null,
  corrects uuid,
  answered_at timestamptz,
  primary key (tenant, id)
);
create index outbox_due on outbox (tenant, next_attempt_at) where state in ('pending', 'sending');
create index outbox_subject on outbox (tenant, subject);
