import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { macOf } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { currentKey, KEY_NAMES } from '#platform/keys.server.ts';
import type { Facts, Node } from './model.ts';

const EVERY = 20_000;
const began = new Date();

/** What this process sees of itself. `root`: the checkout, whose version and newest migration it runs. */
export function factsHere(root = process.env.INDABA_ROOT ?? process.cwd()): Facts {
  const { url, data, smtpUrl, keys, scanner } = config();
  const disk = statfsSync(data);
  return {
    url,
    version: quietly(() => (JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string }).version),
    migration: quietly(() => readdirSync(`${root}/db/migrations`).sort().at(-1) ?? ''),
    disk_free: disk.bavail * disk.bsize,
    disk_total: disk.blocks * disk.bsize,
    smtp: smtpUrl !== undefined,
    scanner: scanner !== undefined,
    keys: Object.fromEntries(KEY_NAMES.map((name) => [name, currentKey(name, keys).version])),
  };
}

function quietly(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Tells the database that this process lives, and what it sees. `now`: its clock, another one in tests. */
export async function beat(kind: Node['kind'], node = nameOf(), now = Date.now, facts = factsHere()): Promise<void> {
  const at = now() / 1_000;
  const mac = macOf(`beat:${kind}:${node}:${at}`);
  await as({ kind: 'visitor' }, (tx) => sql`select app.beat(${kind}, ${node}, ${began}, ${at}, ${JSON.stringify(facts)}::jsonb, ${mac})`.execute(tx));
}

/** The machine and the port: what comes up again in its place is the same node. */
const nameOf = () => `${hostname()}:${new URL(config().url).port || config().port}`;

/** Beats from now on until the process ends in order; a beat that fails is missed, which is what it tells. */
export function startBeating(kind: Node['kind']): void {
  const once = () => void beat(kind).catch(() => {});
  once();
  const timer = setInterval(once, EVERY);
  timer.unref();
  const stops = ((globalThis as Record<symbol, unknown>)[Symbol.for('indaba.farewell')] ??= []) as Array<() => Promise<void>>;
  stops.push(async () => {
    clearInterval(timer);
    const node = nameOf();
    await as({ kind: 'visitor' }, (tx) => sql`select app.leave(${kind}, ${node}, ${macOf(`leave:${kind}:${node}`)})`.execute(tx)).catch(() => {});
  });
}
