/** Looks at what the hub needs outside itself, at a steward's wish: mail, disk, name, clock. Each answers with what was really said. */
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { taking } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { maySetHub } from './queries.server.ts';

/** Counts a try: whoever may set the hub may look outside six times a minute. Refuses with hub.too_often, and as not found for others. */
export async function takeLook(tx: Tx): Promise<void> {
  if (!(await maySetHub(tx))) throw notFound();
  const { rows } = await sql<{ me: string }>`select app.me() as me`.execute(tx);
  const taken = await sql<{ ok: boolean }>`select ${taking(['look-outside', rows[0]!.me], 6, 60)} as ok`.execute(tx);
  if (!taken.rows[0]?.ok) throw new Refusal('hub.too_often', { status: 429 });
}

export type Storage = { place: string; used: number; free: number };

/** Where files are kept, what they take and what the disk has left, in bytes. */
export function storage(): Storage {
  const place = join(config().data, 'files');
  let names: string[] = [];
  try {
    names = readdirSync(place);
  } catch {
    // No file was kept so far.
  }
  const used = names.reduce((sum, name) => sum + (statSync(join(place, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  const disk = statfsSync(config().data);
  return { place, used, free: disk.bavail * disk.bsize };
}

/** Writes, reads and deletes a megabyte where files are kept. */
export function tryStorage(): { ms: number } | { why: string } {
  const folder = join(config().data, 'files');
  const path = join(folder, `.try-${process.pid}`);
  const bytes = randomBytes(1024 * 1024);
  const began = performance.now();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes, { mode: 0o600, flush: true });
    if (!readFileSync(path).equals(bytes)) return { why: 'what was read is not what was written' };
    return { ms: Math.round(performance.now() - began) };
  } catch (error) {
    return { why: (error as Error).message };
  } finally {
    rmSync(path, { force: true });
  }
}

/** Where the name of the hub leads to, seen from this machine. */
export async function tryName(): Promise<{ host: string; addresses: string[] }> {
  const host = new URL(config().url).hostname;
  const found = await lookup(host.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  return { host, addresses: found.map(({ address }) => address) };
}

/** Seconds by which the clock of the database is before this process's; the way there and back is taken into account. */
export async function clockSkew(tx: Tx): Promise<number> {
  const before = Date.now();
  const { rows } = await sql<{ at: number }>`select extract(epoch from clock_timestamp())::float8 as at`.execute(tx);
  return rows[0]!.at - (before + Date.now()) / 2_000;
}
