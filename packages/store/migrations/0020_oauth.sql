-- Registered apps are data: `confidential` and `backend` ones keep a secret or publish keys, `public` ones have neither.
alter table system.client
  alter column secret_hash drop not null,
  add column name text,
  add column kind text collate "C" not null default 'confidential' check (kind in ('confidential', 'public', 'backend')),
  add column redirect_uris text[] not null default '{}',
  -- Where the staff app opens it for a patient.
  add column launch_url text,
  add column jwks jsonb,
  add column jwks_uri text,
  add column created_at timestamptz not null default now(),
  add column disabled_at timestamptz;

-- What the OpenID provider keeps between requests. Tokens and codes are known by their SHA-256 alone.
create table system.oauth_object (
  kind text collate "C" not null,
  id bytea not null,
  grant_id text collate "C",
  uid text collate "C",
  payload jsonb not null,
  consumed_at timestamptz,
  expires_at timestamptz not null,
  primary key (kind, id)
);
create index oauth_object_grant on system.oauth_object (grant_id) where grant_id is not null;
create index oauth_object_uid on system.oauth_object (uid) where uid is not null;
create index oauth_object_expiry on system.oauth_object (expires_at);

-- Keys that sign identity tokens; an old one stays published until the last token under it is over.
create table system.oauth_key (
  kid text collate "C" primary key,
  jwk jsonb not null,
  created_at timestamptz not null default now()
);

-- A launch from the staff app: for one person, one app and one patient, once, within minutes.
create table oauth_launch (
  tenant integer not null,
  id bytea not null,
  account uuid not null,
  client text collate "C" not null,
  patient text collate "C" not null,
  encounter text collate "C",
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant, id)
);

-- What a person has allowed an app, and the patient it is about.
create table oauth_grant (
  tenant integer not null,
  id text collate "C" not null,
  account uuid not null,
  client text collate "C" not null,
  scopes text[] not null,
  patient text collate "C",
  encounter text collate "C",
  -- SHA-256 of the sign-in that it was given under, where it ends with that.
  session_hash bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (tenant, id)
);
create index oauth_grant_account on oauth_grant (tenant, account, client);

do $$
declare t text;
begin
  foreach t in array array['oauth_launch', 'oauth_grant'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant_rows on %I using (tenant = mach_tenant()) with check (tenant = mach_tenant())', t);
  end loop;
end $$;

grant select, insert, update, delete on oauth_launch, oauth_grant, system.oauth_object to mach_app;
grant select, insert, delete on system.oauth_key to mach_app;
