-- Records and their older versions by the time at which they were written: for `_lastUpdated`, and for the history of a
-- type and of all types. A block range index: a few kilobytes, nothing to keep up on a write, and an update of a record
-- stays on its page.
create index record_updated on record using brin (updated) with (pages_per_range = 16, autosummarize = on);
create index record_history_updated on record_history using brin (updated) with (pages_per_range = 16, autosummarize = on);
