-- A row of the audit is sealed once, and nothing else of it ever changes: compared as it lies there, not as text made twice for
-- each row that is sealed.
create or replace function mach_audit_guard() returns trigger language plpgsql as $$
declare kept record;
begin
  if tg_op = 'DELETE' then raise exception 'audit rows are never deleted' using errcode = 'MV403'; end if;
  kept := new;
  kept.seal := old.seal;
  if old.seal is not null or kept *<> old then
    raise exception 'audit rows are never changed' using errcode = 'MV403';
  end if;
  return new;
end $$;
