/**
 * Random requests over random trees, opened together and merged in any order: nothing is lost, nothing is merged silently over another, and after each
 * accepted merge the registry is what reading all texts afresh gives. What stood there first is found under its first address, block by block.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import type { PageChange } from '#domains/library/model.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { findPage, findRedirect, pageTree } from '#domains/library/queries.server.ts';
import { parseControls } from '#domains/library/text/controls.ts';
import { joinPage, splitPage } from '#domains/library/text/page.ts';
import { splitBlocks } from '#domains/library/text/blocks.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const clerk = <T>(work: (tx: Tx) => Promise<T>) => as({ kind: 'clerk' }, work);
/** Mulberry32: the same numbers in every run. */
function dice(seed: number) {
  let a = seed;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (n: number) => Math.floor(next() * n), one: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T };
}
type Dice = ReturnType<typeof dice>;
const WORDS = 'agent bank code delay entity fraud guard handset issuer journal key ledger market network operator port quota risk swap token'.split(' ');
let marks = 0;
let seenGone = 0;
/** A paragraph known by its mark, which no edit changes. */
const paragraph = (d: Dice) => `Mark${++marks} ${Array.from({ length: 14 }, () => d.one(WORDS)).join(' ')}.`;
const markOf = (block: string) => /Mark\d+/.exec(block)?.[0] ?? '';
const slugOf = (block: string | undefined) => /^:::control\[[^\]]*\]\{#([a-z0-9-]+)/.exec(block ?? '')?.[1];
const marksOf = (text: string) => new Set([...text.matchAll(/Mark\d+/g)].map(([mark]) => mark));

type Now = { id: string; path: string; position: number; revision_id: string; text: string; parent_path: string | null };
const readNow = (tx: Tx, space: string) =>
  sql<Now>`select p.id, p.path, p.position, p.revision_id, r.text, a.path as parent_path from app.pages p join app.revisions r on r.id = p.revision_id left join app.pages a on a.id = p.parent_id
    where p.space_id = ${space} and p.retired_at is null order by p.id`
    .execute(tx)
    .then(({ rows }) => rows);

const blocksOf = (text: string) => splitBlocks(splitPage(text).body).map((block) => block.text.trim());
const write = (text: string, blocks: string[]) => joinPage(splitPage(text).front, `${blocks.join('\n\n')}\n`);

/** What somebody wants: words changed, added and taken away, controls moved to another page, pages renamed, moved, retired and made. */
function wish(d: Dice, now: readonly Now[], edits: number, retiring: boolean): PageChange[] {
  const texts = new Map(now.map((page) => [page.id, blocksOf(page.text)]));
  const changes = new Map<string, PageChange>();
  const change = (page: Now) => {
    const found = changes.get(page.id) ?? {
      action: 'edit' as const,
      page_id: page.id,
      base_revision_id: page.revision_id,
      path: page.path,
      parent_path: null,
      position: null,
      text: page.text,
      retires: [],
    };
    changes.set(page.id, found);
    return found;
  };
  for (let n = 0; n < edits; n++) {
    const page = d.one(now);
    const blocks = texts.get(page.id) as string[];
    const at = d.below(blocks.length + 1);
    const what = d.below(20);
    if (what < 9 && blocks[at]) {
      const words = blocks[at].split(' ');
      const k = words.findLastIndex((word) => WORDS.includes(word.replace('.', '')));
      if (k > 0) words[k] = d.one(WORDS);
      blocks[at] = words.join(' ');
    } else if (what < 12) blocks.splice(at, 0, paragraph(d));
    else if (what < 13 && blocks[at] && retiring && !blocks[at].startsWith(':::')) blocks.splice(at, 1);
    else if (what < 15 && blocks.length > 1) blocks.splice(d.below(blocks.length), 0, ...blocks.splice(d.below(blocks.length), 1));
    else if (what < 17) {
      const control = blocks.findIndex((block) => block.startsWith(':::control'));
      const other = d.one(now);
      if (control >= 0 && other !== page) {
        (texts.get(other.id) as string[]).push(...blocks.splice(control, 1));
        change(other);
      }
    } else if (what < 18 && retiring && d.below(2) === 0) {
      // A control goes for good, and another follows it; that one may move, or go itself, in a request of somebody else.
      const control = blocks.findIndex((block) => block.startsWith(':::control'));
      const next = slugOf((texts.get(d.one(now).id) as string[]).find((block) => block.startsWith(':::control') && block !== blocks[control]));
      const slug = slugOf(blocks[control]);
      if (slug && next && slug !== next) {
        blocks.splice(control, 1);
        const found = change(page);
        Object.assign(found, {
          retires: [...found.retires, slug],
          withdrawals: [...(found.withdrawals ?? []), { control: slug, because: `Because of ${slug}`, successor: next }],
        });
      }
    } else if (what < 18) change(page).path = `renamed-${++marks}`;
    else if (what < 19)
      Object.assign(change(page), { parent_path: d.one([null, ...now.filter((each) => each !== page).map(({ path }) => path)]), position: d.below(9) });
    else if (retiring && d.below(3) === 0) {
      changes.set(`new ${n}`, {
        action: 'create',
        page_id: newId(),
        base_revision_id: null,
        path: `page-${++marks}`,
        parent_path: d.one(now).path,
        position: 1,
        text: pageText(`Page ${marks}`, paragraph(d)),
        retires: [],
      });
    }
    change(page);
  }
  for (const [id, blocks] of texts) {
    const found = changes.get(id);
    if (found) found.text = write(found.text, blocks);
  }
  if (retiring && d.below(4) === 0) {
    const [gone] = [...changes.values()].filter(({ action }) => action === 'edit');
    const was = now.find(({ id }) => id === gone?.page_id);
    if (gone && was)
      Object.assign(gone, {
        action: 'retire',
        text: '',
        path: was.path,
        parent_path: null,
        position: null,
        retires: parseControls(splitPage(was.text).body).controls.map(({ slug }) => slug),
        withdrawals: [{ control: null, because: '', successor: d.one(now.filter(({ id }) => id !== was.id)).id }],
      });
  }
  // A control that would stand in two pages, or in none, is not what anybody wants.
  return [...changes.values()];
}

async function ask(space: MadeSpace, pages: PageChange[]): Promise<string | undefined> {
  const retry_key = newId();
  return clerk((tx) => openChangeRequest(tx, { space_id: space.id, title: 'Change', reason: 'Random', retry_key, byline_id: space.authorId, pages })).then(
    ({ id }) => id,
    (error: unknown) => {
      if (error instanceof Refusal) return undefined;
      throw error;
    },
  );
}
async function merge(id: string, by: string): Promise<string> {
  return clerk((tx) => mergeChangeRequest(tx, { id, byline_id: by })).then(
    () => 'merged',
    (error: unknown) => {
      if (error instanceof Refusal) return error.code;
      throw error;
    },
  );
}

/** The registry against all texts read afresh; and every page is reached from the top of the tree. */
async function whole(space: MadeSpace): Promise<void> {
  await clerk(async (tx) => {
    const now = await readNow(tx, space.id);
    const { rows } = await sql<{ slug: string; page_id: string; title: string; text: string; number: string | null; position: number }>`
      select slug, page_id, title, text, number, position from app.controls where space_id = ${space.id} and retired_at is null order by slug`.execute(tx);
    const afresh = now.flatMap((page) =>
      parseControls(splitPage(page.text).body).controls.map(({ slug, title, text, aliases }, position) => ({
        slug,
        page_id: page.id,
        title,
        text,
        number: aliases[0]?.value ?? null,
        position,
      })),
    );
    expect(rows).toEqual(afresh.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)));
    // Whatever went says why; what follows it is another, and was there when it went.
    const { rows: gone } = await sql<{ slug: string; because: string | null; next: string | null; stood: boolean }>`
      select c.slug, c.retired_because as because, n.slug as next, n.id is null or n.retired_at is null or n.retired_at >= c.retired_at as stood
      from app.controls c left join app.controls n on n.id = c.successor_id where c.space_id = ${space.id} and c.retired_at is not null
      union all select p.path, p.retired_because, n.path, n.id is null or n.retired_at is null or n.retired_at >= p.retired_at
      from app.pages p left join app.pages n on n.id = p.successor_id where p.space_id = ${space.id} and p.retired_at is not null`.execute(tx);
    for (const each of gone) expect(each).toMatchObject({ because: expect.stringMatching(/./), stood: true });
    for (const { slug, next } of gone) expect(next).not.toBe(slug);
    seenGone += gone.filter(({ next }) => next !== null).length;
    expect((await pageTree(tx, space.id)).map(({ id }) => id).sort()).toEqual(now.map(({ id }) => id).sort());
  });
}

async function random(name: string, d: Dice, pages: number): Promise<{ space: MadeSpace; merger: string }> {
  const space = await makeSpace(
    name,
    1,
    Object.fromEntries(
      Array.from({ length: pages }, (_, i) => [
        `p${i}`,
        pageText(
          `P ${i}`,
          paragraph(d),
          controlText(`${name}-c${i}`, `Control ${i}`, paragraph(d), `gitbook:${i}.1`),
          paragraph(d),
          paragraph(d),
          controlText(`${name}-d${i}`, `Other ${i}`, paragraph(d)),
          paragraph(d),
        ),
      ]),
    ),
  );
  const [merger] = await clerk((tx) => tx.selectFrom('app.bylines').select('id').where('name', '=', 'Publisher').orderBy('id', 'desc').limit(1).execute());
  return { space, merger: merger!.id };
}

test('requests opened together and merged in any order: nothing lost, nothing silent, the registry always what the texts say', async () => {
  const d = dice(7);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 6; round++) {
    const { space, merger } = await random(`round${round}`, d, 4);
    const base = await clerk((tx) => readNow(tx, space.id));
    const asked: Array<{ id: string; pages: PageChange[] }> = [];
    for (let n = 0; n < 7; n++) {
      const pages = wish(d, base, 1 + d.below(3), true);
      const id = await ask(space, pages);
      if (id) asked.push({ id, pages });
    }
    expect(asked.length).toBeGreaterThan(3);
    // The first two at once, as two reviewers do; the others in an order of their own.
    asked.sort(() => d.below(3) - 1);
    const before = await clerk((tx) => readNow(tx, space.id));
    const together = await Promise.all(asked.slice(0, 2).map(async ({ id, pages }) => ({ pages, outcome: await merge(id, merger) })));
    await kept(
      before,
      together.flatMap(({ pages, outcome }) => (outcome === 'merged' ? [pages] : [])),
      base,
      space,
    );
    for (const { outcome } of together) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    for (const { id, pages } of asked.slice(2)) {
      const standing = await clerk((tx) => readNow(tx, space.id));
      const outcome = await merge(id, merger);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === 'merged') await kept(standing, [pages], base, space);
      else expect(await clerk((tx) => readNow(tx, space.id))).toEqual(standing);
      await whole(space);
    }
  }
  // It can fail, and it can succeed.
  expect(outcomes.get('merged')).toBeGreaterThan(12);
  expect(outcomes.get('library.change_request.conflict')).toBeGreaterThan(2);
  expect(seenGone).toBeGreaterThan(0);
}, 60_000);

/** Each paragraph that stood there stands there still, unless a merged request took it away; each that a merged request brought is there; in the words of whoever changed them. */
async function kept(before: readonly Now[], merged: PageChange[][], base: readonly Now[], space: MadeSpace): Promise<void> {
  const after = await clerk((tx) => readNow(tx, space.id));
  const all = marksOf(after.map(({ text }) => text).join('\n'));
  const [taken, brought] = [new Set<string>(), new Set<string>()];
  const words = new Map<string, string>();
  for (const pages of merged) {
    const had = marksOf(pages.map(({ page_id }) => base.find(({ id }) => id === page_id)?.text ?? '').join('\n'));
    const has = marksOf(pages.map(({ text }) => text).join('\n'));
    for (const mark of had) if (!has.has(mark)) taken.add(mark);
    for (const mark of has) if (!had.has(mark)) brought.add(mark);
    const old = new Set(pages.flatMap(({ page_id }) => blocksOf(base.find(({ id }) => id === page_id)?.text ?? '')));
    for (const block of pages.flatMap(({ text }) => blocksOf(text))) if (!old.has(block) && markOf(block)) words.set(markOf(block), block);
  }
  for (const mark of marksOf(before.map(({ text }) => text).join('\n'))) if (!taken.has(mark)) expect([...all]).toContain(mark);
  for (const mark of brought) expect([...all]).toContain(mark);
  const standing = new Set(after.flatMap(({ text }) => blocksOf(text)));
  for (const [mark, block] of words) if (!taken.has(mark)) expect([...standing]).toContain(block);
}

test('after 500 edits, moves and renames every first address leads to its page, and every first block is there under its id', async () => {
  const d = dice(11);
  const { space, merger } = await random('long', d, 6);
  const ids = async () =>
    clerk(async (tx) => {
      const { rows } = await sql<{ page_id: string; text: string; blocks: Array<{ id: string }> }>`
        select p.id as page_id, r.text, r.blocks from app.pages p join app.revisions r on r.id = p.revision_id where p.space_id = ${space.id}`.execute(tx);
      return rows.flatMap(({ page_id, text, blocks }) =>
        blocksOf(text).map((block, i) => ({ page_id, mark: markOf(block), id: blocks[i]!.id, control: block.startsWith(':::') })),
      );
    });
  const first = await ids();
  const codes = await clerk((tx) => tx.selectFrom('app.controls').select(['code', 'slug']).where('space_id', '=', space.id).execute());
  let edits = 0;
  for (let n = 0; n < 100 && edits < 500; n++) {
    const now = await clerk((tx) => readNow(tx, space.id));
    const id = await ask(space, wish(d, now, 20, false));
    if (id && (await merge(id, merger)) === 'merged') edits += 20;
  }
  expect(edits).toBeGreaterThanOrEqual(500);
  await whole(space);
  const last = new Map((await ids()).map((block) => [block.mark, block]));
  await clerk(async (tx) => {
    for (const [path, page] of Object.entries(space.pages)) {
      const there = (await findPage(tx, space.id, path))?.id ?? (await findPage(tx, space.id, (await findRedirect(tx, space.id, path)) ?? ''))?.id;
      expect([path, there]).toEqual([path, page]);
    }
    const still = await tx.selectFrom('app.controls').select(['code', 'slug']).where('space_id', '=', space.id).where('retired_at', 'is', null).execute();
    expect(still).toHaveLength(codes.length);
    expect(still).toEqual(expect.arrayContaining(codes));
  });
  // A control is found by its own address wherever it went; every other block has its id where it always was.
  for (const { mark, id, page_id, control } of first) {
    expect(last.get(mark), mark).toBeDefined();
    if (!control) expect(last.get(mark)).toMatchObject({ id, page_id });
  }
}, 60_000);
