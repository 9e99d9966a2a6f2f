-- Ledgers: movements between two accounts, append-only; the balance is a guarded row proved against them.
create table ledger_account (
  tenant integer not null,
  ledger text collate "C" not null,
  account text collate "C" not null,
  unit text collate "C" not null,
  balance numeric not null default 0,
  floor numeric,
  attributes jsonb not null default '{}',
  primary key (tenant, ledger, account),
  constraint ledger_floor check (floor is null or balance >= floor)
);

create table ledger_movement (
  tenant integer not null,
  ledger text collate "C" not null,
  id uuid not null,
  from_account text collate "C" not null,
  to_account text collate "C" not null,
  amount numeric not null check (amount > 0),
  at timestamptz not null,
  reason text collate "C" not null,
  record text collate "C",
  command_key text collate "C" not null,
  reverses uuid,
  primary key (tenant, ledger, id),
  check (from_account <> to_account)
);
create index ledger_movement_from on ledger_movement (tenant, ledger, from_account);
create index ledger_movement_to on ledger_movement (tenant, ledger, to_account);
create index ledger_movement_record on ledger_movement (tenant, record);
-- A movement is undone once at most.
create unique index ledger_movement_reverses on ledger_movement (tenant, ledger, reverses) where reverses is not null;
