/** Bringing a hub that holds something to a newer version: first a backup, then the migrations. */
import { hkdfSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asOwner, connectOnce } from '../database/connect.server.ts';
import { migrate, type Migrated, pendingMigrations } from '../database/migrate.server.ts';
import { Fault, oneLine } from '../fault.ts';
import { currentKey, keyVersion } from '../keys.server.ts';
import { makeBackup, noteBackup } from './make-backup.server.ts';

/** How many backups of this kind are kept; the oldest goes when a new one stands. */
const KEPT = 3;
const NAME = /^before-\d{4}-\d{14}(?:-key-\d+)?\.backup$/;

export type Upgrade = {
  /** An address whose user is indaba_owner or may become it. */
  url: string;
  data: string;
  keys: string;
  seed: string;
  /** Whoever set one for backups; without it the hub's own key seals. */
  passphrase?: string | undefined;
  withoutBackup?: boolean;
  folder?: URL;
  say?: (line: string) => void;
};

/**
 * What a backup of the hub's own is sealed with, where nobody chose a passphrase: made from its seal key, so that whoever holds the keys of the hub can
 * open it and nobody else. Undefined when this folder has no such key.
 */
export function ownPassphrase(keys: string, version?: number): string | undefined {
  const key = version === undefined ? currentKey('seal', keys) : keyVersion('seal', version, keys);
  return key && Buffer.from(hkdfSync('sha256', Buffer.from(key.key, 'base64url'), '', 'indaba backup before upgrade', 32)).toString('base64url');
}

/** The number of the key that a file of this kind was sealed with, as its name says. */
export const keyOfBackup = (path: string): number | undefined => {
  const version = /-key-(\d+)\.backup$/.exec(path)?.[1];
  return version ? Number(version) : undefined;
};

/**
 * Migrates; where something is pending and the hub holds something, a backup is made first. Throws a Fault, with nothing changed, when that fails, and one
 * that says how to go back when a migration does.
 */
export async function upgrade(input: Upgrade): Promise<Migrated> {
  const { url, folder, say } = input;
  const pending = await pendingMigrations(url, folder);
  const path = pending.length > 0 && !input.withoutBackup && (await holdsSomething(url)) ? await backUp(input, pending) : undefined;
  try {
    const done = await migrate({ url, ...(folder && { folder }), ...(say && { say }) });
    if (path) await noteBackup(url, 'before_upgrade', statSync(path).size).catch(() => {});
    return done;
  } catch (error) {
    if (pending.length === 0) throw error;
    const left = await pendingMigrations(url, folder).catch(() => pending);
    throw new Fault(`${oneLine(error)} ${wayBack(pending.length - left.length, path)}`, { cause: error });
  }
}

function wayBack(applied: number, path: string | undefined): string {
  if (applied === 0) return 'No migration was applied: start the earlier version again, it finds its database as it was.';
  const restore = path
    ? `restore ${path} with the earlier version into a new INDABA_DATA or an empty database ("indaba restore", docs/operating/upgrading.md)`
    : 'restore your last backup with the earlier version';
  return `${applied} migration(s) before it were applied, so the earlier version no longer opens this database. Run the new version again once the cause is mended, or go back: ${restore}.`;
}

async function holdsSomething(url: string): Promise<boolean> {
  const client = await connectOnce(asOwner(url));
  try {
    const { rows } = await client.query("select to_regclass('app.members') is not null and to_regclass('app.hub') is not null as made");
    if (!rows[0].made) return false;
    return (await client.query('select seeded_at is not null or exists (select from app.members) as used from app.hub')).rows[0]?.used ?? false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function backUp(input: Upgrade, pending: string[]): Promise<string> {
  const { url, data, keys, seed, say } = input;
  const folder = join(data, 'backups');
  try {
    const key = input.passphrase ? undefined : currentKey('seal', keys).version;
    const passphrase = input.passphrase ?? ownPassphrase(keys);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const path = join(folder, `before-${pending[0]!.slice(0, 4)}-${stamp}${key ? `-key-${key}` : ''}.backup`);
    say?.(`${pending.length} migration(s) are new. First a backup: ${path}`);
    await makeBackup({ url, passphrase: passphrase!, path, seed, folders: { files: join(data, 'files'), keys } });
    say?.(
      input.passphrase
        ? 'It is sealed with INDABA_BACKUP_PASSPHRASE.'
        : 'It is sealed with the key of this hub (no INDABA_BACKUP_PASSPHRASE is set): it opens only beside these keys, so it is no substitute for a backup kept elsewhere.',
    );
    for (const name of readdirSync(folder)
      .filter((each) => NAME.test(each))
      .sort(byStamp)
      .slice(0, -KEPT))
      rmSync(join(folder, name));
    return path;
  } catch (error) {
    const why = existsSync(join(keys, 'seal.json')) || input.passphrase ? oneLine(error) : 'this node has no keys (INDABA_KEYS) to seal it with.';
    throw new Fault(
      `The upgrade was not begun, because the backup before it failed: ${why} Nothing was changed. Mend that, or make a backup of your own and run "indaba migrate --without-backup".`,
      { cause: error },
    );
  }
}

const stampOf = (name: string) => /-(\d{14})/.exec(name)?.[1] ?? '';
const byStamp = (one: string, other: string) => stampOf(one).localeCompare(stampOf(other));
