import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { asUser, connectOnce } from '#platform/database/connect.server.ts';
import { migrate, migrationHash } from '#platform/database/migrate.server.ts';
import { createRoles, LOGINS, type Passwords } from '#platform/database/roles.server.ts';
import { newPassword } from '#platform/database/scram.ts';
import { ADMIN_NAME, startCluster } from '#platform/embedded/cluster.server.ts';
import { isAlive, livingPostmaster, stopPostmaster } from '#platform/embedded/postmaster.server.ts';

/** One server for the whole run, one migrated template; INDABA_TEST_POSTGRES=16 takes the oldest supported version, INDABA_TEST_DATABASE_URL (a superuser's) a server of yours. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const folder = mkdtempSync(join(tmpdir(), 'indaba-test-'));
  writeFileSync(join(folder, 'owner'), String(process.pid));
  const password = newPassword();
  const given = process.env.INDABA_TEST_DATABASE_URL;
  const packageName = process.env.INDABA_TEST_POSTGRES ? `postgres-${process.env.INDABA_TEST_POSTGRES}-${process.platform}-${process.arch}` : undefined;
  const cluster = given ? undefined : await startCluster({ folder, admin: { user: ADMIN_NAME, password }, unsafe: true, packageName });
  const admin = given ?? asUser(`postgres://127.0.0.1:${cluster?.port}/postgres`, ADMIN_NAME, password);
  const passwords = Object.fromEntries(LOGINS.map((login) => [login, newPassword()])) as Passwords;
  const template = `indaba_template_${migrationHash().slice(0, 12)}`;
  const undo = async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await query(admin, `drop database if exists ${template} with (force)`);
    await query(admin, `create database ${template}`);
    const inside = new URL(admin);
    inside.pathname = `/${template}`;
    const client = await connectOnce(inside.href);
    await createRoles(client, passwords).finally(() => client.end());
    await migrate({ url: asUser(inside.href, 'indaba_owner', passwords.owner) });
  } catch (error) {
    await undo();
    throw error;
  }
  project.provide('database', { admin, template, passwords });
  return undo;
}

async function query(url: string, sql: string): Promise<void> {
  const client = await connectOnce(url);
  await client.query(sql).finally(() => client.end());
}

/** A run that was killed leaves its server behind: the next one ends it. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith('indaba-test-'))) {
    const folder = join(tmpdir(), name);
    const owner = join(folder, 'owner');
    if (!existsSync(owner) || isAlive(Number(readFileSync(owner, 'utf8')))) continue;
    const living = await livingPostmaster(join(folder, 'postgres'), 1_000);
    if (living) await stopPostmaster(living.pid);
    rmSync(folder, { recursive: true, force: true });
  }
}
