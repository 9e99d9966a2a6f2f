-- Nothing but the feed looks for a position. While the database has no statistics of a young table, an index that begins
-- with the tenant looks as good to it as the one that has the whole key, and every row of the tenant was read.
drop index command_log_position;
create unique index command_log_position on command_log (tenant, epoch, position) where position is not null;
