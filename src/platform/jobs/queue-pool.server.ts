import pg from 'pg';

/**
 * The connections of the job runner. It is ours, because the runner's own loses its listener before its last connections are closed:
 * a database that ends at that moment would end the process with it.
 */
export function queuePool(url: string, size: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: size, application_name: 'indaba-jobs' });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
