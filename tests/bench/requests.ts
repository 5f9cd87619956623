/**
 * Requests over many pages: proposing, reading, merging 200 pages beside the bare rows, and beside 50; comparing two revisions of the longest page beside
 * showing one. `node tests/bench/requests.ts`. A scratch server and database of its own, gone afterwards.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sql } from 'kysely';
import { compareRevisions } from '#domains/library/compare-revisions.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { readText } from '#domains/library/page-view.server.ts';
import { findChangeRequest, listRequestPages } from '#domains/library/queries/change-requests.server.ts';
import { review } from '#domains/library/queries/review.server.ts';
import { reviewPage } from '#domains/library/review-page.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { withDatabase } from '#platform/database/scratch.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast } from '../support/cast.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

const BLOCKS = 30;
const words = (n: number) =>
  Array.from({ length: 60 }, (_, i) => ['agent', 'bank', 'code', 'delay', 'entity', 'fraud', 'guard', 'handset'][(n * 7 + i * 3) % 8]).join(' ');
const page = (space: string, n: number) =>
  pageText(
    `Page ${n}`,
    ...Array.from({ length: BLOCKS }, (_, b) =>
      b % 10 === 5
        ? controlText(`${space}-c${n}-${b}`, `Control ${n} ${b}`, `${words(n + b)} Mark${n}x${b}.`, `gitbook:${n}.${b}`)
        : `Mark${n}x${b} ${words(n * BLOCKS + b)}.`,
    ),
  );
const timed = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
  const begun = performance.now();
  const result = await work();
  return [performance.now() - begun, result];
};
const say = (what: string, ms: number, beside: string, other: number) =>
  console.log(`  ${what}: ${ms.toFixed(0)} ms, ${(ms / other).toFixed(1)} × ${beside} (${other.toFixed(0)} ms)`);

await withDatabase(async (admin) => {
  const c = await cast({ admin });
  const small = await many(c, 50);
  const large = await many(c, 200);
  console.log('  200 pages beside four times 50 pages; 1 is linear:');
  for (const key of Object.keys(large) as Array<keyof typeof large>) say(key, large[key], '4 × 50 pages', small[key] * 4);
  await compare(c);
  await closePools();
});
process.exit(0);

async function many(c: Cast, pages: number) {
  const slug = `bench-${pages}`;
  const space: MadeSpace = await makeSpace(slug, 1, Object.fromEntries(Array.from({ length: pages }, (_, n) => [`p${n}`, page(slug, n)])));
  const amina = <T>(work: (tx: Tx) => Promise<T>) => as(c.as('amina'), work);
  const parts = (mark: number, by: string) =>
    amina(async (tx) => {
      const { rows } = await sql<{ id: string; revision: string; path: string; text: string }>`
        select p.id, r.id as revision, p.path, r.text from app.pages p join app.revisions r on r.id = p.revision_id where p.space_id = ${space.id} order by p.position`.execute(
        tx,
      );
      return rows.map(({ id, revision, path, text }) => ({
        action: 'edit' as const,
        page_id: id,
        base_revision_id: revision,
        path,
        parent_path: null,
        position: null,
        retires: [],
        text: text.replace(new RegExp(`(Mark\\d+x${mark}) `), `$1 ${by} `).replace(new RegExp(`(Mark\\d+x${mark + 2}) `), `$1 ${by} `),
      }));
    });
  const open = async (mark: number, by: string) => {
    const asked = await parts(mark, by);
    return timed(() =>
      amina((tx) => openChangeRequest(tx, { space_id: space.id, title: by, reason: 'Bench', retry_key: newId(), byline_id: c.byline.amina, pages: asked })),
    );
  };
  const [proposing, { id }] = await open(1, 'first');
  const [, { id: other }] = await open(11, 'second');
  const all = (request: string) => amina((tx) => listRequestPages(tx, request));
  await all(id);
  const [reading] = await timed(() => all(id));
  const [comparing] = await timed(async () => (await all(id)).map((each) => reviewPage(each, true)));
  const [first] = await timed(() => as(c.as('mei'), async (tx) => review(tx, (await findChangeRequest(tx, { id }))!, null)));
  const [one] = await all(id);
  const [saving] = await timed(() =>
    amina((tx) =>
      updateChangeRequest(tx, {
        id,
        byline_id: c.byline.amina,
        page: { page_id: one!.page_id, base_revision_id: one!.base_revision_id, retires: [], text: `${one!.text}\nMore.\n` },
      }),
    ),
  );
  const merge = (request: string) => timed(() => as(c.as('mei'), (tx) => mergeChangeRequest(tx, { id: request, byline_id: c.byline.mei })));
  const [merging] = await merge(id);
  const [stale] = await timed(() => as(c.as('mei'), async (tx) => review(tx, (await findChangeRequest(tx, { id: other }))!, null)));
  const [joining] = await merge(other);
  const [bare] = await timed(() =>
    c.behind(
      `insert into app.revisions (id, page_id, audience_id, number, text, blocks, change_request_id, byline_id) select gen_random_uuid(), r.page_id, r.audience_id, r.number + 100, r.text, r.blocks, r.change_request_id, r.byline_id
       from app.revisions r join app.pages p on p.revision_id = r.id where p.space_id = $1`,
      [space.id],
    ),
  );
  console.log(`  ${pages} pages of ${BLOCKS} blocks:`);
  say('proposed', proposing, 'the bare rows', bare);
  say('all compared', comparing, 'reading them', reading);
  say('the request shown', first, 'reading them', reading);
  say('shown after all pages moved', stale, 'reading them', reading);
  say('one text saved again', saving, 'reading them', reading);
  say('merged', merging, 'the bare rows', bare);
  say('joined with moved pages and merged', joining, 'the bare rows', bare);
  return { proposing, comparing, first, stale, saving, merging, joining };
}

async function compare(c: Cast): Promise<void> {
  const text = readFileSync(resolve(import.meta.dirname, '../fixtures/long-page.md'), 'utf8');
  const space = await makeSpace('longest', 1, { long: text });
  const now = await as(c.as('amina'), (tx) =>
    tx.selectFrom('app.revisions').select(['id', 'text', 'blocks']).where('page_id', '=', space.pages['long']!).executeTakeFirstOrThrow(),
  );
  let n = 0;
  const changed = now.text
    .split('\n')
    .map((line) => (line.startsWith(':::') ? line : line.replace(/\bthe\b/g, (word) => (n++ % 9 === 0 ? 'each' : word))))
    .join('\n');
  const { id } = await as(c.as('amina'), (tx) =>
    openChangeRequest(tx, {
      space_id: space.id,
      title: 'Long',
      reason: 'Bench',
      retry_key: newId(),
      byline_id: c.byline.amina,
      pages: [
        {
          action: 'edit',
          page_id: space.pages['long']!,
          base_revision_id: now.id,
          path: 'long',
          parent_path: null,
          position: null,
          retires: [],
          text: changed,
        },
      ],
    }),
  );
  await as(c.as('mei'), (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.mei }));
  const here = { id: space.id, slug: space.slug, licence: '', sources: [] };
  const show = () => as(c.as('amina'), (tx) => readText(tx, here, { path: 'long', revision: { text: now.text, blocks: [] } }, new Map()));
  const both = () => as(c.as('amina'), (tx) => compareRevisions(tx, here, { id: space.pages['long']!, path: 'long' }, { from: 1, to: 2 }, new Map()));
  const median = async (work: () => Promise<unknown>) => {
    const took: number[] = [];
    for (let round = 0; round < 9; round++) took.push((await timed(work))[0]);
    return took.toSorted((a, b) => a - b)[4]!;
  };
  console.log('  the longest page:');
  say('two revisions compared as readers see them', await median(both), 'the page shown', await median(show));
}
