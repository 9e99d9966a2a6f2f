-- Records: the current version in one row, older versions moved aside, each stored once as text.
-- `rid` is the short surrogate that the search index points at; `type` is the number of the R4 type.
create sequence record_rid increment by 4096;

create table record (
  tenant integer not null,
  type smallint not null,
  id text collate "C" not null,
  rid bigint not null,
  version integer not null,
  updated timestamptz not null,
  deleted boolean not null default false,
  sealed boolean not null default false,
  patient text collate "C",
  content text,
  primary key (tenant, type, id)
);
create unique index record_rid_key on record (tenant, rid);

create table record_history (
  tenant integer not null,
  type smallint not null,
  id text collate "C" not null,
  version integer not null,
  rid bigint not null,
  updated timestamptz not null,
  deleted boolean not null,
  content text,
  primary key (tenant, type, id, version)
);

-- Equality index of tokens, references and uris. key = 64-bit hash of (parameter, code | id | uri);
-- qualifier = 32-bit hash of the token's system, or of the reference's type. Hashes keep a row at about 90 bytes
-- with its index entry, and integer operators are leakproof, so that row-level security does not switch the index off.
create table search_key (
  tenant integer not null,
  qualifier integer not null,
  key bigint not null,
  rid bigint not null,
  primary key (tenant, key, qualifier, rid)
);
create index search_key_rid on search_key (tenant, rid);

-- Folded text for prefix search (ranges in C collation).
create table search_string (
  tenant integer not null,
  param integer not null,
  rid bigint not null,
  value text collate "C" not null,
  primary key (tenant, param, value, rid)
);
create index search_string_rid on search_string (tenant, rid);

-- Dates as milliseconds since 1970, as the interval that the written precision covers.
create table search_date (
  tenant integer not null,
  param integer not null,
  low bigint not null,
  high bigint not null,
  rid bigint not null,
  primary key (tenant, param, low, rid, high)
);
create index search_date_rid on search_date (tenant, rid);

create table search_number (
  tenant integer not null,
  param integer not null,
  qualifier integer not null default 0,
  low numeric not null,
  high numeric not null,
  rid bigint not null,
  primary key (tenant, param, low, rid, qualifier, high)
);
create index search_number_rid on search_number (tenant, rid);

-- Counter rows for business numbers: gaps are possible, repeats are not.
create table counter (
  tenant integer not null,
  name text collate "C" not null,
  value bigint not null,
  primary key (tenant, name)
);
