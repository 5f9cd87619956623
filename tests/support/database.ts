import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { forgetConfig } from '#platform/config.server.ts';
import { asUser } from '#platform/database/connect.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Passwords, rolesSql } from '#platform/database/roles.server.ts';

/** What the global setup tells the tests: the one server, its administrator and the migrated template. */
export type TestServer = { admin: string; template: string; passwords: Passwords };

declare module 'vitest' {
  export interface ProvidedContext {
    database: TestServer;
  }
}

/** A database of one's own with every migration and policy in it, and an address for each login. */
export type FreshDatabase = {
  name: string;
  /** Superuser, for looking behind row-level security in tests. */
  admin: string;
  owner: string;
  web: string;
  worker: string;
  stream: string;
  drop(): Promise<void>;
};

/**
 * A migrated database of one's own in some 200 ms. It also points the process's environment (INDABA_WEB_URL and the
 * others) at it unless `environment: false`, so the opener and the jobs use it; take it before the first `as(…)`.
 */
export async function freshDatabase(options: { environment?: boolean; empty?: boolean } = {}): Promise<FreshDatabase> {
  const server = inject('database');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await asAdmin(server.admin, options.empty ? `create database ${name}` : `create database ${name} template ${server.template} strategy wal_log`);
  const admin = new URL(server.admin);
  admin.pathname = `/${name}`;
  // A copy does not take along who may connect and who may make temporary tables.
  await asAdmin(admin.href, rolesSql());
  const of = (login: keyof Passwords) => asUser(admin.href, `indaba_${login}`, server.passwords[login]);
  const fresh = { name, admin: admin.href, owner: of('owner'), web: of('web'), worker: of('worker'), stream: of('stream') };
  if (options.environment !== false) {
    // Files of rights follow one another in one process: the one before may have left its lines open.
    await closePools();
    Object.assign(process.env, {
      DATABASE_URL: fresh.owner,
      INDABA_WEB_URL: fresh.web,
      INDABA_WORKER_URL: fresh.worker,
      INDABA_STREAM_URL: fresh.stream,
      INDABA_LISTEN_URL: fresh.stream,
    });
    forgetConfig();
  }
  return { ...fresh, drop: () => asAdmin(server.admin, `drop database if exists ${name} with (force)`) };
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
