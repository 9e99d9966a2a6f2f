-- Subscriptions: what the record `Subscription/{id}` has come to. `asked` is the version whose end is still to be shaken
-- hands with; `seen` the newest one that anybody has written; `version` the one that counts.
create table subscription_state (
  tenant integer not null,
  id text collate "C" not null,
  owner jsonb,
  base text,
  seen integer not null,
  asked integer,
  version integer,
  live boolean not null default false,
  status text collate "C" not null default 'requested' check (status in ('requested', 'active', 'error', 'off')),
  reason text,
  -- Whether something is pushed to it; what listens on a socket is told by who holds the socket.
  pushed boolean not null default false,
  events bigint not null default 0,
  delivered bigint not null default 0,
  attempts integer not null default 0,
  next_at timestamptz,
  last_sent timestamptz,
  worker text collate "C",
  lease_until timestamptz,
  primary key (tenant, id)
);
create index subscription_due on subscription_state (tenant, next_at) where next_at is not null;

-- What happened, numbered for each subscription without a gap, in the order in which it became visible.
create table subscription_event (
  tenant integer not null,
  subscription text collate "C" not null,
  number bigint not null,
  at timestamptz not null,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  what text collate "C" not null check (what in ('create', 'update', 'delete')),
  noted_at timestamptz not null default now(),
  primary key (tenant, subscription, number)
);
create index subscription_event_age on subscription_event (tenant, noted_at);

-- Tickets for the socket: only the hash is kept.
create table subscription_ticket (
  tenant integer not null,
  hash bytea not null,
  subscriptions text[] not null,
  owner jsonb not null,
  expires_at timestamptz not null,
  primary key (tenant, hash)
);

do $$
declare t text;
begin
  foreach t in array array['subscription_state', 'subscription_event', 'subscription_ticket']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant_rows on %I using (tenant = mach_tenant()) with check (tenant = mach_tenant())', t);
  end loop;
end $$;
grant select, insert, update, delete on subscription_state, subscription_event, subscription_ticket to mach_app;
