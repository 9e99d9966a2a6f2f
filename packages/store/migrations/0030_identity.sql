-- People at the door: second factors, half-open sign-ins, limits of guessing, known browsers, shared devices, badges.

alter table system.account
  add column password_changed_at timestamptz,
  -- A password that an administrator set: good once, until then.
  add column must_change_password boolean not null default false,
  add column one_time_until timestamptz,
  add column last_sign_in_at timestamptz;

alter table system.session
  -- What people see and end; the token itself is known to nobody but its bearer.
  add column id uuid not null default gen_random_uuid(),
  -- Null: no limit of idleness (partners' clients).
  add column idle_seconds integer,
  add column via text collate "C",
  add column place text collate "C",
  add column address text,
  add column agent text,
  add column device uuid,
  -- When the person last proved who they are; changes of one's own account ask for a fresh proof.
  add column confirmed_at timestamptz;
create unique index session_id on system.session (id);
create index session_account on system.session (account) where account is not null;

-- Time-based codes, passkeys and recovery codes. A row without `confirmed_at` is being set up and opens nothing.
create table system.factor (
  id uuid primary key,
  account uuid not null references system.account (id),
  kind text collate "C" not null check (kind in ('totp', 'passkey', 'recovery')),
  label text not null,
  -- totp: the shared secret, sealed where the installation has a key; recovery: SHA-256 of the code.
  secret bytea,
  credential text collate "C" unique,
  public_key bytea,
  counter bigint not null default 0,
  transports text[] not null default '{}',
  -- The host that a passkey belongs to.
  rp text collate "C",
  created_at timestamptz not null,
  confirmed_at timestamptz,
  used_at timestamptz
);
create index factor_account on system.factor (account, kind);

-- A sign-in that has begun: short-lived, good for its next step alone, never a session.
create table system.sign_in_ticket (
  token_hash bytea primary key,
  step text collate "C" not null,
  account uuid,
  tenant integer,
  passed boolean not null default false,
  via text collate "C" not null,
  challenge text,
  tries integer not null default 0,
  expires_at timestamptz not null
);
create index sign_in_ticket_expiry on system.sign_in_ticket (expires_at);

create table system.known_browser (
  account uuid not null references system.account (id),
  token_hash bytea not null,
  last_used_at timestamptz not null,
  primary key (account, token_hash)
);

-- Failed attempts by what they came from. `blocked_until` grows with each failure over the free ones.
create table system.attempt (
  key text collate "C" primary key,
  failures integer not null,
  last_at timestamptz not null,
  blocked_until timestamptz
);
create index attempt_age on system.attempt (last_at);

-- Counts an attempt before it is judged, so that many at once do not slip through; gives the end of the wait when it is
-- not admitted. `p_free`: failures without a wait; then p_base seconds, doubling up to p_cap; forgotten after p_window.
create function mach_attempt(p_key text, p_now timestamptz, p_free integer, p_base integer, p_cap integer, p_window integer)
  returns timestamptz language plpgsql as $$
declare a system.attempt;
begin
  insert into system.attempt as t (key, failures, last_at) values (p_key, 0, p_now) on conflict (key) do nothing;
  select * into a from system.attempt where key = p_key for update;
  if a.blocked_until > p_now then return a.blocked_until; end if;
  if a.last_at < p_now - make_interval(secs => p_window) then a.failures := 0; end if;
  a.failures := a.failures + 1;
  update system.attempt set failures = a.failures, last_at = p_now,
    blocked_until = case when a.failures >= p_free
      then p_now + make_interval(secs => least(p_cap::float8, p_base * power(2::float8, least(a.failures - p_free, 30)))) end
    where key = p_key;
  return null;
end $$;

-- A shared ward computer or a phone that this facility has taken in. Its key is renewed as it is used.
create table system.device (
  id uuid primary key,
  tenant integer not null references system.tenant (id),
  kind text collate "C" not null check (kind in ('ward', 'phone')),
  label text not null,
  room text collate "C",
  key_hash bytea,
  previous_key_hash bytea,
  rotated_at timestamptz,
  enrol_hash bytea,
  enrol_until timestamptz,
  created_by text collate "C" not null,
  created_at timestamptz not null,
  enrolled_at timestamptz,
  last_seen_at timestamptz,
  revoked_at timestamptz,
  revoked_why text collate "C"
);
create index device_tenant on system.device (tenant);
create unique index device_enrol on system.device (enrol_hash) where enrol_hash is not null;

create table system.badge (
  tenant integer not null references system.tenant (id),
  account uuid not null references system.account (id),
  number text collate "C" not null,
  pin_hash text collate "C" not null,
  failures integer not null default 0,
  set_at timestamptz not null,
  primary key (tenant, account),
  unique (tenant, number)
);

-- Who no longer works here: out of `membership`, so that no door takes them in.
create table system.membership_ended (
  tenant integer not null references system.tenant (id),
  account uuid not null references system.account (id),
  roles text[] not null,
  practitioner text collate "C",
  ended_at timestamptz not null,
  ended_by text collate "C" not null,
  primary key (tenant, account)
);
alter table system.membership add column staff_version integer not null default 1;

-- The second lock: a connection of one facility sees its own devices, badges and people only; the sign-in has none yet.
do $$
declare t text;
begin
  foreach t in array array['device', 'badge', 'membership_ended'] loop
    execute format('alter table system.%I enable row level security', t);
    execute format('create policy tenant_rows on system.%I using (mach_tenant() is null or tenant = mach_tenant())
      with check (mach_tenant() is null or tenant = mach_tenant())', t);
  end loop;
end $$;

grant select, insert, update, delete on system.factor, system.sign_in_ticket, system.known_browser, system.attempt,
  system.device, system.badge, system.membership_ended to mach_app;
grant insert on system.account to mach_app;
grant update (display_name, password_hash, password_changed_at, must_change_password, one_time_until, last_sign_in_at,
  disabled_at) on system.account to mach_app;
grant insert, update, delete on system.membership to mach_app;

-- Whether somebody is left who may administer this facility; asked at the end of each change of staff, one at a time.
create function mach_keep_administrator(p_roles text[]) returns void language plpgsql security definer
  set search_path = public, system, pg_temp as $$
begin
  perform 1 from system.tenant where id = mach_tenant() for update;
  if not exists (select 1 from system.membership m join system.account a on a.id = m.account
                 where m.tenant = mach_tenant() and m.roles && p_roles and a.disabled_at is null) then
    raise exception 'conflict on staff: nobody is left who may administer' using errcode = 'MV409';
  end if;
end $$;
