-- The system plane: what has no tenant. Everything else starts its primary key with the tenant.
create schema system;

create table system.tenant (
  id integer primary key,
  facility_code text collate "C" not null unique,
  name text not null,
  mode text collate "C" not null default 'production' check (mode in ('production', 'demo', 'training')),
  created_at timestamptz not null default now()
);

create table system.account (
  id uuid primary key,
  login text collate "C" not null unique,
  display_name text not null,
  password_hash text collate "C",
  demo boolean not null default false,
  disabled_at timestamptz,
  failed_count integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now()
);

-- A person who works in two facilities has two memberships and one account.
create table system.membership (
  tenant integer not null references system.tenant (id),
  account uuid not null references system.account (id),
  roles text[] not null,
  practitioner text collate "C",
  primary key (tenant, account)
);

-- Opaque sessions: only the SHA-256 of the token is kept.
create table system.session (
  token_hash bytea primary key,
  tenant integer not null,
  account uuid,
  client text collate "C",
  scope text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_expiry on system.session (expires_at);

create table system.client (
  id text collate "C" primary key,
  tenant integer not null,
  secret_hash text collate "C" not null,
  scopes text[] not null,
  demo boolean not null default false
);

-- Every edition that a decision was ever taken with, by its content hash.
create table system.rule_pack (
  hash text collate "C" primary key,
  subject text collate "C" not null,
  edition text collate "C" not null,
  valid_from date not null,
  valid_to date,
  known_from date not null,
  source jsonb not null,
  registered_at timestamptz not null default now()
);
create index rule_pack_subject on system.rule_pack (subject, valid_from, known_from);

-- Long work: a lease with a heartbeat, a cursor to resume from, a count for people.
create table system.job (
  id uuid primary key,
  tenant integer not null,
  kind text collate "C" not null,
  args jsonb not null,
  state text collate "C" not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  worker text collate "C",
  lease_until timestamptz,
  run_at timestamptz not null default now(),
  cursor jsonb,
  done_count bigint not null default 0,
  total_count bigint,
  started_at timestamptz,
  finished_at timestamptz,
  attempts integer not null default 0,
  error text,
  created_at timestamptz not null default now()
);
create index job_due on system.job (state, run_at);

create table system.view (
  name text collate "C" not null,
  hash text collate "C" not null,
  table_name text collate "C" not null,
  current boolean not null default false,
  filled_at timestamptz,
  primary key (name, hash)
);

create table system.setting (
  tenant integer not null,
  key text collate "C" not null,
  value jsonb not null,
  primary key (tenant, key)
);

-- The tenant of this connection; null where none was set, and then no row is visible.
create function mach_tenant() returns integer language sql stable parallel safe
  as $$ select nullif(current_setting('mach.tenant', true), '')::integer $$;

-- Ends the transaction when fewer rows changed than the decision was based on.
create function mach_expect(actual bigint, expected bigint, what text) returns void language plpgsql as $$
begin
  if actual <> expected then
    raise exception 'conflict on %: % of % rows', what, actual, expected using errcode = 'MV409';
  end if;
end $$;
