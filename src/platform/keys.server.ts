import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { config } from './config.server.ts';
import { readSecret, writeSecret } from './data-folder.server.ts';

/** What each key is for; a file per name, so that one can be rotated without touching the others. */
export const KEY_NAMES = ['session', 'seal', 'vapid', 'edition-signature', 'indicator-hmac'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

export type KeyVersion = { version: number; createdAt: string; kind: 'secret' | 'ed25519' | 'p256'; key: string; publicKey?: string };
type KeyFile = { name: KeyName; current: number /** The highest number ever given. */; last?: number; versions: KeyVersion[] };

/** Creates every key file that is missing (0600, first version) in the keys folder. */
export function ensureKeys(folder = config().keys): void {
  for (const name of KEY_NAMES) if (!readSecret<KeyFile>(pathOf(folder, name))) save(folder, { name, current: 1, versions: [fresh(name, 1)] });
}

/** The current version of a key: sign and seal with this one. Throws when `ensureKeys` has not run in this folder. */
export function currentKey(name: KeyName, folder = config().keys): KeyVersion {
  const file = load(folder, name);
  return file.versions.find((each) => each.version === file.current) as KeyVersion;
}

/** An older or current version of a key by its number: verify and open with this one; undefined when it never existed. */
export function keyVersion(name: KeyName, version: number, folder = config().keys): KeyVersion | undefined {
  return load(folder, name).versions.find((each) => each.version === version);
}

/** Every version that is still held, the current one first, then from the newest to the oldest. */
export function keyVersions(name: KeyName, folder = config().keys): KeyVersion[] {
  const { current, versions } = load(folder, name);
  return [...versions].sort((a, b) => Number(b.version === current) - Number(a.version === current) || b.version - a.version);
}

/** A new version that nobody has seen yet; nothing is written. A number that was retired never comes again. */
export function nextKey(name: KeyName, folder = config().keys): KeyVersion {
  const { current, versions, last = 0 } = load(folder, name);
  return fresh(name, Math.max(current, last, ...versions.map((each) => each.version)) + 1);
}

/** Keeps a version made by `nextKey` and makes it the current one; the old ones stay for what was made with them. */
export function adoptKey(name: KeyName, made: KeyVersion, folder = config().keys): void {
  const file = load(folder, name);
  if (file.versions.some((each) => each.version === made.version)) throw new Error(`version ${made.version} of the key "${name}" is there already`);
  save(folder, { ...file, current: made.version, last: made.version, versions: [...file.versions, made] });
}

/** Forgets a version that is not the current one, for good. */
export function retireKey(name: KeyName, version: number, folder = config().keys): void {
  const file = load(folder, name);
  if (file.current === version) throw new Error(`version ${version} of the key "${name}" is the current one`);
  save(folder, { ...file, versions: file.versions.filter((each) => each.version !== version) });
}

function fresh(name: KeyName, version: number): KeyVersion {
  const createdAt = new Date().toISOString();
  if (name !== 'edition-signature' && name !== 'vapid') return { version, createdAt, kind: 'secret', key: randomBytes(32).toString('base64url') };
  if (name === 'vapid') {
    // As push services and browsers take them: the bare numbers.
    const curve = createECDH('prime256v1');
    curve.generateKeys();
    return {
      version,
      createdAt,
      kind: 'p256',
      key: curve.getPrivateKey().toString('base64url').padStart(43, 'A'),
      publicKey: curve.getPublicKey().toString('base64url'),
    };
  }
  const pair = generateKeyPairSync('ed25519');
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
  return { version, createdAt, kind: 'ed25519', key, publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url') };
}

function load(folder: string, name: KeyName): KeyFile {
  const file = readSecret<KeyFile>(pathOf(folder, name));
  if (!file) throw new Error(`the key "${name}" was not created`);
  return file;
}

function save(folder: string, file: KeyFile): void {
  writeSecret(pathOf(folder, file.name), file);
}

function pathOf(folder: string, name: KeyName): string {
  return join(folder, `${name}.json`);
}
