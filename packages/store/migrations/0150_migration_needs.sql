-- The oldest program that still works beside what a step took away; empty for a step that only adds. A program that is
-- older does not start.
alter table public.migration add column needs text collate "C";
