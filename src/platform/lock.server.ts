import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { folderFault } from './data-folder.server.ts';

export type Lock = { release(): void };

/*
 * Node has no flock. SQLite takes real fcntl locks, which the kernel drops when the process dies however it dies, and
 * `begin` writes nothing, so the lock also works on a full disk. A pid file would have to guess after a kill -9.
 */

/** Takes the lock alone; undefined when another process holds it in any way. */
export function lockAlone(path: string): Lock | undefined {
  return take(path, 'begin exclusive');
}

/** Takes the lock beside other holders; undefined when one process holds it alone. */
export function lockShared(path: string): Lock | undefined {
  return take(path, 'begin; select count(*) from sqlite_schema');
}

/** Waits for the lock up to `milliseconds`; undefined when it did not become free. */
export async function waitFor(attempt: () => Lock | undefined, milliseconds: number): Promise<Lock | undefined> {
  const until = Date.now() + milliseconds;
  for (;;) {
    const lock = attempt();
    if (lock || Date.now() > until) return lock;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function take(path: string, sql: string): Lock | undefined {
  let handle: DatabaseSync | undefined;
  try {
    handle = new DatabaseSync(path);
    chmodSync(path, 0o600);
    // A journal beside the file would outlive a kill -9 for nothing: no page is ever written.
    handle.exec(`pragma journal_mode = memory; ${sql}`);
    const held = handle;
    return { release: () => held.isOpen && held.close() };
  } catch (error) {
    handle?.close();
    if ((error as { errcode?: number }).errcode === 5) return undefined;
    throw folderFault(dirname(path), error);
  }
}
