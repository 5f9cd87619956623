/** A page of 3,000 words in 144 blocks reaches a visitor within one TCP initial window: heavier than that, and this fails the build. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitBlocks } from '#domains/library/text/blocks.ts';
import { splitPage } from '#domains/library/text/page.ts';
import { publishFirstEdition } from '#domains/library/editions/publish-first.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { as } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { renderPage } from '#domains/library/text/render-page.ts';
import { total, weigh } from '../../bin/weigh.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { makeSpace, pageText } from '../support/space.ts';

/** Ten segments of 1,460 bytes: what a server sends before it hears back. */
const WINDOW = 14_600;
const fixture = readFileSync(new URL('../fixtures/long-page.md', import.meta.url), 'utf8');
const neighbours = [
  'Account and session hijacking',
  'Attacks against credentials',
  'Attacks against systems and platforms',
  'Code exploitation',
  'Data misuse',
  'Denial of service',
  'Insider attacks',
  'Deception in the middle',
  'Compromise of infrastructure',
  'Compromise of services',
  'Unauthorised access to data',
  'Malware',
  'Zero-day attacks',
  'Rogue devices',
  'Access to mobile devices',
  'Unintended disclosure',
];

let database: FreshDatabase;
let hub: Hub;
beforeAll(async () => {
  database = await freshDatabase();
  const space = await makeSpace('long', 1, {
    'long-page': pageText('Before', 'Words.'),
    ...Object.fromEntries(neighbours.map((title) => [title.toLowerCase().replaceAll(' ', '-'), pageText(title, 'Words.')])),
  });
  // The heavier case: an edition is in force, and the page has moved on since.
  await as({ kind: 'clerk' }, async (tx) => {
    await publishFirstEdition(tx, space.id, space.authorId);
    const page = await tx.selectFrom('app.pages').select(['id', 'revision_id']).where('path', '=', 'long-page').executeTakeFirstOrThrow();
    const change = {
      action: 'edit' as const,
      page_id: page.id,
      base_revision_id: page.revision_id,
      path: 'long-page',
      parent_path: null,
      position: null,
      text: fixture,
      retires: [],
    };
    const merger = await tx.selectFrom('app.bylines').select('id').where('name', '=', 'Publisher').executeTakeFirstOrThrow();
    const request = await openChangeRequest(tx, {
      space_id: space.id,
      title: 'Long',
      reason: 'Long',
      retry_key: newId(),
      byline_id: space.authorId,
      pages: [change],
    });
    await mergeChangeRequest(tx, { id: request.id, byline_id: merger.id });
  });
  hub = await openHub();
});
afterAll(async () => {
  await hub?.close();
  await database?.drop();
});

test('the page is as long as it says', () => {
  const { body } = splitPage(fixture);
  expect(splitBlocks(body)).toHaveLength(144);
  expect(renderPage(body).words).toBeGreaterThanOrEqual(3_000);
});

test('a first visit fits one window, in at most two requests, without a script', async () => {
  const cold = await weigh(`${hub.base}/library/long/long-page`);
  const kept = await weigh(`${hub.base}/library/long/long-page`);
  if (process.env.KEEP_PAGE) writeFileSync(process.env.KEEP_PAGE, await (await fetch(`${hub.base}/library/long/long-page`)).text());
  for (const visit of [cold, kept]) {
    const fetched = visit.map(({ kind, headers, body }) => `${kind} ${headers}+${body}`).join(', ');
    expect(visit.map((each) => each.status)).toEqual(visit.map(() => 200));
    expect(visit.length, fetched).toBeLessThanOrEqual(2);
    expect(
      visit.some((each) => each.kind === 'script'),
      fetched,
    ).toBe(false);
    expect(total(visit), fetched).toBeLessThanOrEqual(WINDOW);
  }
  console.log(`page weight: ${total(cold)} bytes first of all, ${total(kept)} bytes kept, ${kept.length} requests`);
});
