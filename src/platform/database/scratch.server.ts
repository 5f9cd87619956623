import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asUser, connectOnce } from './connect.server.ts';
import { migrate } from './migrate.server.ts';
import { closePools } from './pool.server.ts';
import { createRoles, LOGINS, type Passwords } from './roles.server.ts';
import { newPassword } from './scram.ts';
import { ADMIN_NAME, startCluster } from '../embedded/cluster.server.ts';

/**
 * Runs work on a server of its own with every migration and policy in it, gone afterwards, for measurements and for what is written
 * down from the schema. admin is the superuser's address; the environment points the opener there. Commits are durable unless `unsafe`.
 */
export async function withDatabase<T>(work: (admin: string) => Promise<T>, options: { unsafe?: boolean } = {}): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'indaba-scratch-'));
  const password = newPassword();
  const cluster = await startCluster({ folder, admin: { user: ADMIN_NAME, password }, ...options });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void cluster.stop().finally(() => process.exit(1)));
  try {
    const admin = asUser(`postgres://127.0.0.1:${cluster.port}/postgres`, ADMIN_NAME, password);
    const passwords = Object.fromEntries(LOGINS.map((login) => [login, newPassword()])) as Passwords;
    const root = await connectOnce(admin);
    await createRoles(root, passwords).finally(() => root.end());
    const of = (login: (typeof LOGINS)[number]) => asUser(admin, `indaba_${login}`, passwords[login]);
    await migrate({ url: of('owner') });
    Object.assign(process.env, {
      DATABASE_URL: of('owner'),
      INDABA_WEB_URL: of('web'),
      INDABA_WORKER_URL: of('worker'),
      INDABA_STREAM_URL: of('stream'),
      INDABA_LISTEN_URL: of('stream'),
    });
    return await work(admin);
  } finally {
    await closePools();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
