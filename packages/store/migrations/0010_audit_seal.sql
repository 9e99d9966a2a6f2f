-- The audit log is sealed in groups: each seal is a hash over its rows and the seal before it, so that a row cannot be
-- changed, added or taken away afterwards without breaking the chain. The head is anchored outside the database.
alter table audit add column seal bigint;
create index audit_unsealed on audit (tenant, at) where seal is null;

create table audit_seal (
  tenant integer not null,
  number bigint not null,
  sealed_at timestamptz not null,
  row_count integer not null,
  previous bytea not null,
  hash bytea not null,
  primary key (tenant, number)
);
alter table audit_seal enable row level security;
alter table audit_seal force row level security;
create policy tenant_rows on audit_seal using (tenant = mach_tenant()) with check (tenant = mach_tenant());
grant select, insert on audit_seal to mach_app;
grant update (seal) on audit to mach_app;

-- What a seal covers of one row: everything but the seal's own number, in a form that does not depend on settings.
create function mach_audit_text(a audit) returns text language sql stable
  as $$ select jsonb_build_array(extract(epoch from a.at), a.id, a.kind, a.action, a.actor, a.outcome, a.patient,
    a.purpose, a.origin, a.entities, a.detail)::text $$;

-- A sealed row keeps its seal, and nothing else of a row ever changes: also the owner is stopped, loudly.
create function mach_audit_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'audit rows are never deleted' using errcode = 'MV403'; end if;
  if old.seal is not null or mach_audit_text(old) is distinct from mach_audit_text(new) then
    raise exception 'audit rows are never changed' using errcode = 'MV403';
  end if;
  return new;
end $$;
create trigger audit_guard before update or delete on audit for each row execute function mach_audit_guard();
