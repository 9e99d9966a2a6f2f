-- The row of the file in which each row of an uploaded sheet stands: titles above the headings and empty rows are not kept.
alter table house_sheet add column numbers jsonb;
