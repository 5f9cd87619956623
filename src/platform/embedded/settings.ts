/** The embedded server's settings: small enough for the whole product to stay under 400 MB when idle, and closed to everything but this machine. */
export function postgresSettings(port: number, major: number, unsafe = false): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    // TCP with a password only: a socket file would need a path that both accounts can enter.
    unix_socket_directories: '',
    max_connections: '60',
    superuser_reserved_connections: '3',
    shared_buffers: '64MB',
    effective_cache_size: '512MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '512MB',
    min_wal_size: '80MB',
    checkpoint_timeout: '15min',
    wal_compression: 'on',
    // One set of processes less: the set fits in memory, so reading ahead gains nothing.
    ...(major >= 18 ? { io_method: 'sync' } : {}),
    autovacuum_max_workers: '2',
    max_worker_processes: '4',
    max_parallel_workers: '2',
    max_parallel_workers_per_gather: '1',
    max_wal_senders: '0',
    wal_level: 'minimal',
    jit: 'off',
    huge_pages: 'off',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    password_encryption: 'scram-sha-256',
    idle_in_transaction_session_timeout: '10s',
    // Values never reach the log, neither with an error nor with a slow statement.
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_checkpoints: 'off',
    // A crashed Node must not leave a backend waiting on a dead socket for hours.
    tcp_keepalives_idle: '60',
    client_connection_check_interval: '5s',
    ...(unsafe ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200', wal_compression: 'off' } : {}),
  };
}
