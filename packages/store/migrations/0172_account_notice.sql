-- What was changed in how somebody signs in: told to him at his next screens, whoever has done it and by whatever way.
create table system.account_notice (
  id uuid primary key default gen_random_uuid(),
  account uuid not null references system.account (id),
  at timestamptz not null,
  kind text collate "C" not null check (kind in ('password', 'factor-added', 'factor-removed', 'code-repeated')),
  seen_at timestamptz
);
create index account_notice_account on system.account_notice (account, at);
grant select, insert, delete on system.account_notice to mach_app;
grant update (seen_at) on system.account_notice to mach_app;

-- In the database, so that no way past the program's own code goes untold. Not at an insert: a restore inserts.
create function mach_tell_account() returns trigger language plpgsql security definer set search_path = public, system, pg_temp as $$
begin
  if tg_table_name = 'account' then
    if old.password_hash is not null and new.password_hash is distinct from old.password_hash then
      insert into system.account_notice (account, at, kind) values (new.id, now(), 'password');
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' then
    if old.kind <> 'recovery' and old.confirmed_at is not null then
      insert into system.account_notice (account, at, kind) values (old.account, now(), 'factor-removed');
    end if;
    return old;
  end if;
  if old.confirmed_at is null and new.confirmed_at is not null then
    insert into system.account_notice (account, at, kind) values (new.account, now(), 'factor-added');
  end if;
  return new;
end $$;
create trigger tell_account after update of password_hash on system.account for each row execute function mach_tell_account();
create trigger tell_factor after update of confirmed_at or delete on system.factor for each row execute function mach_tell_account();
