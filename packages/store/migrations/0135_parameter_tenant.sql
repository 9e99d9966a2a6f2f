-- A search parameter holds in the facility that has defined it. Two may define the same one (the same hash): each looks at
-- its own records.
alter table system.search_parameter drop constraint search_parameter_pkey;
alter table system.search_parameter add primary key (tenant, hash);
