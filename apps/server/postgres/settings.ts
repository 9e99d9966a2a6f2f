/**
 * Settings for a small machine (2 cores, 4 GB, perhaps a spinning disk), written to `mach.conf` in the cluster. What
 * an administrator sets with ALTER SYSTEM is read later and wins. Durability is never traded for speed: a signed
 * dose survives a power cut.
 */
export const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '40',
  shared_buffers: '96MB',
  effective_cache_size: '768MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  // Bounds the hash tables of a report at 2 × work_mem.
  hash_mem_multiplier: '2',
  synchronous_commit: 'on',
  // This build has no lz4, and pglz doubles the CPU of an update (0.10 → 0.19 ms): the log is bounded by recycling.
  wal_compression: 'off',
  min_wal_size: '64MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '10min',
  checkpoint_completion_target: '0.9',
  // Base backups travel over a replication connection.
  wal_level: 'replica',
  max_wal_senders: '2',
  max_replication_slots: '2',
  // The log waits for its copy on the backup disk, but never fills this one: beyond that it is let go, with an alarm.
  max_slot_wal_keep_size: '1GB',
  max_logical_replication_workers: '0',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  io_workers: '2',
  random_page_cost: '1.1',
  jit: 'off',
  // Worklists are small tables with many updates: clean often and little.
  autovacuum_max_workers: '2',
  autovacuum_naptime: '30s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_vacuum_insert_scale_factor: '0.1',
  autovacuum_analyze_scale_factor: '0.02',
  // A client that died in the middle must not hold back vacuum and the change feed.
  idle_in_transaction_session_timeout: '5min',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %d ',
  log_min_messages: 'warning',
  // Statements and DETAIL lines carry patients' data: neither belongs in a log file.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/** For throw-away clusters of tests: a crash of the machine may lose everything. */
export const VOLATILE_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '120',
};

/** The text of a PostgreSQL configuration file. */
export function renderSettings(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    if (!/^[a-z][a-z0-9_.]*$/.test(name)) throw new Error(`not the name of a setting: ${name}`);
    return `${name} = '${value.replaceAll("'", "''")}'`;
  });
  return `# Written at every start. Your own settings: ALTER SYSTEM, or postgresql.auto.conf, which is read after this.\n${lines.join('\n')}\n`;
}
