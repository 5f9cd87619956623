/** Every link of every page of the demonstration is followed, as a visitor and as members: none leads nowhere, and every place named after # is there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSignInKey } from '#domains/people/sign-in-key.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { ensureKeys } from '#platform/keys.server.ts';
import { seed } from '../../seeds/seed.server.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub, Visitor } from '../support/hub.ts';

let db: FreshDatabase;
let hub: Hub;
let folder: string;
beforeAll(async () => {
  db = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'indaba-links-'));
  Object.assign(process.env, { INDABA_DATA: folder, INDABA_KEYS: join(folder, 'keys'), INDABA_SEED: 'demo' });
  forgetConfig();
  ensureKeys();
  await ensureSignInKey(db.admin);
  await seed('demo');
  hub = await openHub();
}, 120_000);
afterAll(async () => {
  await hub?.close();
  await db?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Addresses with a question mark, of which there are as many as combinations, and those of one message: a few of each stand for all. */
const FEW = 12;
/** Pages that are left by being opened. */
const LEAVES = /^\/(signout|events|dev\/)/;

type Found = { ids: Set<string>; links: string[] };
const read = (html: string): Found => ({
  ids: new Set([...html.matchAll(/\s(?:id|name)="([^"]+)"/g)].map((match) => match[1]!)),
  links: [...html.matchAll(/<(?:a|link|img|script|form)\b[^>]*?\s(?:href|src|action)="([^"]*)"/g)].map((match) => match[1]!.replaceAll('&amp;', '&')),
});

/** Follows everything from the first page on; gives what leads nowhere, each with a page it stands on. */
async function crawl(reader: Visitor): Promise<{ pages: number; broken: string[] }> {
  const pages = new Map<string, Found>();
  const waiting = new Map([['/', 'the address bar']]);
  const places: [string, string, string][] = [];
  const broken: string[] = [];
  const asked = new Map<string, number>();
  const follow = async (path: string, from: string) => {
    const kind = path.replace(/\?.*/, '?').replace(/^\/m\/[^/?]+/, '/m/…?');
    asked.set(kind, (asked.get(kind) ?? 0) + 1);
    if (kind.includes('?') && asked.get(kind)! > FEW) return;
    let answer = await reader.get(path);
    for (let hops = 0; answer.location && hops < 5; hops++) answer = await reader.get(new URL(answer.location, hub.base + path).href.slice(hub.base.length));
    if (answer.status >= 400) broken.push(`${answer.status} ${path} (on ${from})`);
    if (!answer.headers.get('content-type')?.startsWith('text/html')) return;
    const found = read(answer.text);
    pages.set(path, found);
    for (const link of found.links) {
      const url = new URL(link, hub.base + path);
      if (url.origin !== new URL(hub.base).origin || link.startsWith('?/')) continue;
      const to = url.pathname + url.search;
      // A pattern that the script fills in.
      if (to.includes('%7Bid%7D')) continue;
      if (LEAVES.test(to) || url.searchParams.has('/')) continue;
      if (!waiting.has(to)) waiting.set(to, path);
      // Where one stopped reading moves on as one reads, and this one has read it by then.
      if (url.hash && !url.hash.startsWith('#since-')) places.push([to, decodeURIComponent(url.hash.slice(1)), path]);
    }
  };
  // Some at a time: a page waits for the database more than for us.
  for (let done = 0; done < waiting.size; ) {
    const next = [...waiting].slice(done, done + 6);
    done += next.length;
    await Promise.all(next.map(([path, from]) => follow(path, from)));
  }
  for (const [to, id, from] of places) if (pages.has(to) && !pages.get(to)!.ids.has(id)) broken.push(`no place #${id} in ${to} (on ${from})`);
  return { pages: pages.size, broken: [...new Set(broken)] };
}

test.each([null, 'lucia'])(
  'as %s',
  async (slug) => {
    const reader = new Visitor(hub.base);
    if (slug) expect((await reader.post('/signin?/become', { slug })).status).toBeLessThan(400);
    const { pages, broken } = await crawl(reader);
    expect(broken).toEqual([]);
    expect(pages).toBeGreaterThan(300);
  },
  300_000,
);
