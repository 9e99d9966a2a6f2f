-- The second lock: every tenant table shows and takes only the rows of the connection's tenant.
do $$
declare t text;
begin
  foreach t in array array['record', 'record_history', 'search_key', 'search_string', 'search_date', 'search_number',
    'counter', 'ledger_account', 'ledger_movement', 'command_log', 'feed_head', 'feed_cursor', 'audit', 'audit_default', 'outbox']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant_rows on %I using (tenant = mach_tenant()) with check (tenant = mach_tenant())', t);
  end loop;
end $$;

grant usage on schema public, system to mach_app;
grant select, insert, update on record, counter, ledger_account, command_log, feed_head, feed_cursor, outbox to mach_app;
grant select, insert on record_history, ledger_movement, audit to mach_app;
grant select, insert, delete on search_key, search_string, search_date, search_number to mach_app;
grant usage on sequence record_rid to mach_app;
grant select on system.tenant, system.account, system.membership, system.client, system.view, system.rule_pack to mach_app;
grant select, insert, update, delete on system.session, system.job, system.setting to mach_app;
grant update (failed_count, locked_until) on system.account to mach_app;
grant insert on system.rule_pack to mach_app;
create schema view;
grant usage on schema view to mach_app;
