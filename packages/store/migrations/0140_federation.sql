-- Sign-in by another authority: OpenID providers that a facility trusts, and whose account is whose.
create table system.identity_provider (
  id text collate "C" primary key check (id ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  -- It opens sessions of this facility only.
  tenant integer not null references system.tenant (id),
  name text not null,
  issuer text collate "C" not null,
  client_id text collate "C" not null,
  -- Sealed under the installation's key; null for a public client.
  client_secret bytea,
  scopes text collate "C" not null default 'openid profile',
  -- Values of `acr` or `amr` that stand for a second factor shown there.
  factors text[] not null default '{}',
  -- The claim that names an account of ours at the first sign-in; null: people link their accounts themselves.
  login_claim text collate "C",
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create index identity_provider_tenant on system.identity_provider (tenant);

create table system.external_identity (
  provider text collate "C" not null references system.identity_provider (id) on delete cascade,
  subject text collate "C" not null,
  account uuid not null references system.account (id),
  linked_at timestamptz not null,
  linked_by text collate "C" not null,
  last_used_at timestamptz,
  primary key (provider, subject),
  unique (provider, account)
);
create index external_identity_account on system.external_identity (account);

-- Programs that keep the staff list of a facility (SCIM 2): known by the SHA-256 of their token.
create table system.scim_client (
  id text collate "C" primary key check (id ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  tenant integer not null references system.tenant (id),
  token_hash bytea not null unique,
  -- Their `externalId` is the subject at this provider.
  provider text collate "C" references system.identity_provider (id),
  -- What somebody is given who comes without roles.
  default_roles text[] not null default '{}',
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table system.scim_user (
  tenant integer not null references system.tenant (id),
  account uuid not null references system.account (id),
  client text collate "C" not null references system.scim_client (id),
  external_id text collate "C",
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant, account)
);
create unique index scim_user_external on system.scim_user (tenant, client, external_id) where external_id is not null;

-- The second lock: a connection of one facility sees its own; the sign-in has none yet.
do $$
declare t text;
begin
  foreach t in array array['identity_provider', 'scim_client', 'scim_user'] loop
    execute format('alter table system.%I enable row level security', t);
    execute format('create policy tenant_rows on system.%I using (mach_tenant() is null or tenant = mach_tenant())
      with check (mach_tenant() is null or tenant = mach_tenant())', t);
  end loop;
end $$;

grant select on system.identity_provider, system.scim_client to mach_app;
grant select, insert, update, delete on system.external_identity, system.scim_user to mach_app;
