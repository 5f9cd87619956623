import { join } from 'node:path';
import { type Config, forgetConfig } from '../config.server.ts';
import { ensureDataFolder } from '../data-folder.server.ts';
import { ADMIN_NAME, type Cluster, startCluster } from '../embedded/cluster.server.ts';
import { Fault } from '../fault.ts';
import { type Lock, lockAlone, lockShared, waitFor } from '../lock.server.ts';
import { embeddedAdminPassword, prepareEmbedded, prepareExternal, type Urls } from './prepare.server.ts';

/** A database that is there for as long as this process needs it. */
export type DatabaseSession = {
  urls: Urls;
  embedded: { port: number; pid: number; adopted: boolean } | undefined;
  /** Leaves it. An embedded one is stopped by the last to leave; `stop: true` stops it for everybody. */
  close(options?: { stop?: boolean }): Promise<void>;
};

/**
 * Joins the database, starting the embedded one when nobody has, and writes the logins' addresses into the environment
 * for the opener and the jobs. Throws a Fault in one line when that is not possible.
 */
export async function openDatabase(config: Config): Promise<DatabaseSession> {
  ensureDataFolder(config.data);
  const session = config.databaseUrl ? { urls: await prepareExternal(config), embedded: undefined, close: async () => {} } : await openEmbedded(config);
  const { web, worker, stream, listen } = session.urls;
  Object.assign(process.env, { INDABA_WEB_URL: web, INDABA_WORKER_URL: worker, INDABA_STREAM_URL: stream, INDABA_LISTEN_URL: listen });
  forgetConfig();
  return session;
}

/*
 * Two locks: `change` is held by whoever starts or stops the server, `users` is shared by all who use it. Who can take
 * `users` alone is the last one and stops the server.
 */
async function openEmbedded(config: Config): Promise<DatabaseSession> {
  const changing = () => whileChanging(config.data);
  const users = join(config.data, 'database.users');
  const change = await changing();
  let using: Lock | undefined;
  let cluster: Cluster | undefined;
  try {
    const admin = { user: ADMIN_NAME, password: embeddedAdminPassword(config.data) };
    cluster = await startCluster({ folder: config.data, admin });
    using = lockShared(users);
    const urls = await prepareEmbedded(config.data, cluster.port, ADMIN_NAME);
    const { port, pid, adopted } = cluster;
    const stop = cluster.stop;
    const held = using;
    return {
      urls,
      embedded: { port, pid, adopted },
      close: async (options) => {
        const last = await changing();
        held?.release();
        const alone = options?.stop ? undefined : lockAlone(users);
        if (options?.stop || alone) await stop();
        alone?.release();
        last.release();
      },
    };
  } catch (error) {
    using?.release();
    if (cluster && !cluster.adopted) await cluster.stop();
    throw error;
  } finally {
    change.release();
  }
}

async function whileChanging(data: string): Promise<Lock> {
  const lock = await waitFor(() => lockAlone(join(data, 'database.change')), 90_000);
  if (!lock) throw new Fault(`Another process has been starting or stopping the database in ${data} for a minute and a half: end it and try again.`);
  return lock;
}
