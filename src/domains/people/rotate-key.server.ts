import { sql } from 'kysely';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { Fault } from '#platform/fault.ts';
import { adoptKey, type KeyName, keyVersion, keyVersions, nextKey, retireKey as forgetKey } from '#platform/keys.server.ts';
import { resealValues } from './reseal.server.ts';
import { acceptSignInKeys } from './sign-in-key.server.ts';

const clerk = { kind: 'clerk' } as const;

/** What still depends on a version of a key, in words; nothing when it may go. */
export async function needsOfKey(name: KeyName, version: number): Promise<string[]> {
  const needs: string[] = [];
  const ask = (query: ReturnType<typeof sql<{ n: number }>>) => as(clerk, async (tx) => (await query.execute(tx)).rows[0]!.n);
  if (name === 'session') {
    const passwords = await ask(sql<{ n: number }>`select app.passwords_under(${version}) as n`);
    if (passwords) needs.push(`${passwords} password(s), until their owners sign in once`);
  }
  if (name === 'vapid') {
    const browsers = await ask(sql<{ n: number }>`select app.subscriptions_under(${version}) as n`);
    if (browsers) needs.push(`${browsers} browser(s) that are told by push and know only this version`);
  }
  if (name === 'seal') {
    const { rows } = await as(clerk, (tx) => sql<{ sealed: string }>`select sealed from app.sealed_values('', 100000)`.execute(tx));
    const values = rows.filter(({ sealed }) => sealed.startsWith(`${version}:`)).length;
    if (values) needs.push(`${values} sealed value(s): "indaba keys rotate" or the next run of the job closes them anew`);
    const folder = join(config().data, 'backups');
    const backups = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(`-key-${version}.backup`)).length : 0;
    if (backups) needs.push(`${backups} backup(s) in ${folder} that only this version opens`);
  }
  const nodes = await ask(sql<{ n: number }>`select app.nodes_using_key(${name}, ${version}) as n`);
  if (nodes) needs.push(`${nodes} running process(es) that do not have the new key yet`);
  return needs;
}

/** Adds a version of a key and makes it the present one, in an order that no running process stumbles over; then closes anew what can be. Gives back the version and how many values were closed anew. */
export async function rotateKey(name: KeyName, ownerUrl: string): Promise<{ version: number; resealed: number; unopened: number }> {
  const fresh = nextKey(name);
  // The database takes the new one before anybody uses it, and goes on taking the old ones.
  if (name === 'session') await acceptSignInKeys(ownerUrl, [...keyVersions('session'), fresh]);
  adoptKey(name, fresh);
  await as(clerk, (tx) => sql`select app.note_key('key.rotated', ${name}, ${fresh.version})`.execute(tx));
  return { version: fresh.version, ...(name === 'seal' ? await resealValues() : { resealed: 0, unopened: 0 }) };
}

/** Takes an older version of a key away for good. Throws a Fault for the present one, one that is not there, and, unless `anyway`, one that something depends on. */
export async function retireKey(name: KeyName, version: number, ownerUrl: string, anyway = false): Promise<void> {
  if (!keyVersion(name, version)) throw new Fault(`The key "${name}" has no version ${version}.`);
  if (keyVersions(name)[0]!.version === version) throw new Fault(`Version ${version} of "${name}" is the present one: rotate first.`);
  const needs = await needsOfKey(name, version);
  if (needs.length && !anyway)
    throw new Fault(`Version ${version} of "${name}" is still needed by ${needs.join('; ')}. With --anyway it goes all the same, and they stop working.`);
  forgetKey(name, version);
  if (name === 'session') await acceptSignInKeys(ownerUrl, keyVersions('session'));
  await as(clerk, (tx) => sql`select app.note_key('key.retired', ${name}, ${version})`.execute(tx));
}
