import pg from 'pg';
import { loginUrl } from './logins.server.ts';

export type Login = 'web' | 'worker' | 'stream';
const sizes: Record<Login, number> = { web: 12, worker: 4, stream: 2 };
const pools = new Map<Login, pg.Pool>();

// bigint columns (event ids, xid) stay strings; counts that we cast to int come as numbers.
pg.types.setTypeParser(20, (value) => value);

/** The connections of one login. Each login may become only what design says; web and worker never meet in one pool. */
export function pool(login: Login): pg.Pool {
  let found = pools.get(login);
  if (!found) {
    found = new pg.Pool({
      connectionString: loginUrl(login),
      max: sizes[login],
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: 5_000,
      application_name: `indaba-${login}`,
      // A request is one transaction of at most two seconds; jobs and seeds may take longer.
      options: `-c idle_in_transaction_session_timeout=10s${login === 'web' ? ' -c statement_timeout=2s' : ''}`,
      pipeline: true,
    });
    // An idle connection that dies is replaced; without a listener it would end the process.
    found.on('error', () => {});
    // The same for one in use: its query fails and says so, but the event on the line itself has nobody else to hear it.
    found.on('connect', (client) => client.on('error', () => {}));
    pools.set(login, found);
    const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.shutdown')] ??= []) as Array<() => Promise<void>>;
    stops.push(() => closePools());
  }
  return found;
}

/** Ends all connections; the next use opens new ones. */
export async function closePools(): Promise<void> {
  const open = [...pools.values()];
  pools.clear();
  await Promise.all(open.map((p) => p.end()));
}
