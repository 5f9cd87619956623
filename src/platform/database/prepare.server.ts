import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config.server.ts';
import { readSecret, writeSecret } from '../data-folder.server.ts';
import { Fault } from '../fault.ts';
import { asUser, connectOnce } from './connect.server.ts';
import { refuseOldServer } from './faults.server.ts';
import { createRoles, LOGINS, type Login, type Passwords, roleState, rolesSql } from './roles.server.ts';
import { newPassword } from './scram.ts';

/** Addresses of the database, one per login, and a direct one for LISTEN. */
export type Urls = Record<Login, string> & { listen: string };

type Secrets = { admin?: string; passwords: Partial<Passwords>; roles?: string };

const NAME = 'indaba';

/** The passwords of the embedded database, made on first use and kept 0600 in the data folder. */
export function embeddedAdminPassword(data: string): string {
  const secrets = load(data);
  if (secrets.admin) return secrets.admin;
  save(data, { ...secrets, admin: newPassword(), passwords: Object.fromEntries(LOGINS.map((login) => [login, newPassword()])) });
  return embeddedAdminPassword(data);
}

/** Makes the database and its roles inside the running embedded server; throws a Fault when its passwords were lost. */
export async function prepareEmbedded(data: string, port: number, admin: string): Promise<Urls> {
  const secrets = load(data);
  const passwords = secrets.passwords as Passwords;
  const base = `postgres://127.0.0.1:${port}/${NAME}`;
  const urls = Object.fromEntries(LOGINS.map((login) => [login, asUser(base, `indaba_${login}`, passwords[login])])) as Record<Login, string>;
  const wanted = rolesHash();
  if (secrets.roles !== wanted) {
    const root = asUser(`postgres://127.0.0.1:${port}/postgres`, admin, secrets.admin ?? '');
    await withClient(root, async (client) => {
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [NAME]);
      if (!rowCount) await client.query(`create database ${NAME}`);
    });
    await withClient(asUser(base, admin, secrets.admin ?? ''), (client) => createRoles(client, passwords));
    save(data, { ...secrets, roles: wanted });
  }
  return { ...urls, listen: urls.stream };
}

/** Checks the database that DATABASE_URL names and makes what is missing if that user may; throws a Fault in one line when not. */
export async function prepareExternal(config: Config): Promise<Urls> {
  const url = config.databaseUrl as string;
  const given: Partial<Record<Login, string>> = { web: config.webUrl, worker: config.workerUrl, stream: config.streamUrl };
  return withClient(url, async (client) => {
    const { rows } = await client.query("select current_setting('server_version_num')::int as version");
    refuseOldServer(rows[0].version);
    const secrets = load(config.data);
    const state = await roleState(client);
    const upToDate = state.complete && state.mayOwn;
    if (!upToDate && !state.mayCreate)
      throw new Fault(
        `The user "${state.user}" of DATABASE_URL may not ${state.complete ? 'act as indaba_owner' : 'create roles'}: run "indaba migrate --print-sql" and let an administrator run what it prints.`,
      );
    const fresh: Partial<Passwords> = {};
    for (const login of LOGINS) {
      if (login === 'owner' || given[login] || secrets.passwords[login]) continue;
      if (state.existing.includes(login))
        throw new Fault(`The login indaba_${login} exists but its password is not in ${config.data}: give INDABA_${login.toUpperCase()}_URL with it.`);
      fresh[login] = newPassword();
    }
    const passwords = { ...secrets.passwords, ...fresh };
    if (Object.keys(fresh).length > 0) save(config.data, { ...secrets, passwords });
    const unmade = Object.fromEntries(Object.entries(passwords).filter(([login]) => !state.existing.includes(login as Login)));
    if (!upToDate || (state.mayCreate && secrets.roles !== rolesHash())) {
      await createRoles(client, unmade);
      save(config.data, { ...secrets, passwords, roles: rolesHash() });
    }
    const of = (login: Exclude<Login, 'owner'>) => given[login] ?? asUser(url, `indaba_${login}`, passwords[login] ?? '');
    return { owner: url, web: of('web'), worker: of('worker'), stream: of('stream'), listen: config.listenUrl ?? of('stream') };
  });
}

async function withClient<T>(url: string, work: (client: Awaited<ReturnType<typeof connectOnce>>) => Promise<T>): Promise<T> {
  const client = await connectOnce(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function rolesHash(): string {
  return createHash('sha256').update(rolesSql()).digest('hex');
}

function load(data: string): Secrets {
  return readSecret<Secrets>(join(data, 'database.json')) ?? { passwords: {} };
}

function save(data: string, secrets: Secrets): void {
  writeSecret(join(data, 'database.json'), secrets);
}
