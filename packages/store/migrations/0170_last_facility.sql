-- Who works in several facilities comes back to the one where he was last.
alter table system.membership add column last_used_at timestamptz;
