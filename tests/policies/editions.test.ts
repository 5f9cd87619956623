/** Editions: who prepares, reads and publishes one; that nobody changes it afterwards, not even the owner; and that it stands still while the text moves on. */
import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editionToExport, packEdition } from '#domains/library/editions/export-edition.server.ts';
import { changeEdition, dropEdition, prepareEdition } from '#domains/library/editions/prepare-edition.server.ts';
import { publishEdition } from '#domains/library/editions/publish-edition.server.ts';
import {
  editionControls,
  editionOfPage,
  editionTree,
  findEdition,
  findEditionPage,
  heldMark,
  listEditions,
  listHoldable,
} from '#domains/library/editions/queries.server.ts';
import { withdrawEdition } from '#domains/library/editions/withdraw-edition.server.ts';
import { summariseEditions } from '#domains/library/editions/summary.server.ts';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { controlText, type MadeSpace, makeSpace, pageText } from '../support/space.ts';

type Who = Name | 'visitor';
let db: FreshDatabase;
let c: Cast;
let rules: MadeSpace;
let circle: MadeSpace;
const first = pageText('Rules', 'The first words.', controlText('ask', 'Ask first', 'Ask before.', 'gitbook:1.1'));
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  rules = await makeSpace('rules', 1, { rules: first, more: pageText('More', 'See [the rules](rules).') });
  circle = await makeSpace('ours', c.audience.circle, { ours: pageText('Ours', 'Secret words.', controlText('hush', 'Hush', 'Say nothing.')) });
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const actor = (who: Who): Actor => (who === 'visitor' ? { kind: 'visitor' } : c.as(who));
const tried = (who: Who | Actor, work: (tx: Tx) => Promise<unknown>) =>
  as(typeof who === 'string' ? actor(who) : who, work).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const prepare = (who: Name, space: MadeSpace, number: string) => (tx: Tx) =>
  prepareEdition(tx, { space_id: space.id, byline_id: c.byline[who], number, dated_on: null, words: `Words of ${number}` });
const numbers = (who: Who, space: MadeSpace) =>
  as(actor(who), async (tx) => (await listEditions(tx, space.id)).map(({ number, status }) => `${number} ${status}`));
const idOf = async (space: MadeSpace, number: string) =>
  (await c.behind<{ id: string }>('select id from app.editions where space_id = $1 and number = $2', [space.id, number]))[0]!.id;
async function merge(space: MadeSpace, path: string, text: string): Promise<void> {
  const id = await as(c.as('amina'), async (tx) => {
    const page = await tx.selectFrom('app.pages').select(['id', 'revision_id']).where('id', '=', space.pages[path]!).executeTakeFirstOrThrow();
    const change = {
      action: 'edit' as const,
      page_id: page.id,
      base_revision_id: page.revision_id,
      path,
      parent_path: null,
      position: null,
      text,
      retires: [],
    };
    return (
      await openChangeRequest(tx, { space_id: space.id, title: 'Better', reason: 'It was not', retry_key: newId(), byline_id: c.byline.amina, pages: [change] })
    ).id;
  });
  await as(c.as('mei'), (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.mei }));
}

describe('a draft', () => {
  test('is begun by whoever decides where they read, and by nobody else', async () => {
    for (const who of NAMES) {
      const may = ['mei', 'noor'].includes(who);
      expect([who, await tried(who, prepare(who, rules, '1.0'))]).toEqual([
        who,
        may ? (who === 'mei' ? 'done' : 'library.edition.draft_exists') : 'library.edition.may_not_publish',
      ]);
    }
    const token = await c.signIn('noor', ['read']);
    expect(await tried(token.actor, prepare('noor', circle, '1.0'))).not.toBe('done');
    // Noor decides, but does not read the circle; Mei does both.
    expect(await tried('noor', prepare('noor', circle, '1.0'))).toBe('common.not_found');
    expect(await tried('mei', prepare('mei', circle, '0.1'))).toBe('done');
    for (const who of ['eve', 'karim', 'jonas', 'lucia'] as const)
      expect([
        who,
        await tried(who, (tx) =>
          sql`insert into app.editions (id, space_id, audience_id, number, byline_id) values (gen_random_uuid(), ${rules.id}, 1, '9', ${c.byline[who]})`.execute(
            tx,
          ),
        ),
      ]).not.toEqual([who, 'done']);
  });

  test('is seen, changed and given up by those who decide alone', async () => {
    const id = await idOf(rules, '1.0');
    for (const who of [...NAMES, 'visitor' as const]) {
      const may = ['mei', 'noor'].includes(who);
      expect([who, await numbers(who, rules)]).toEqual([who, may ? ['1.0 draft'] : []]);
      if (who !== 'visitor')
        expect([who, await tried(who, (tx) => changeEdition(tx, id, { number: '1.0', dated_on: '2026-10-12', words: 'First' }))]).toEqual([
          who,
          may ? 'done' : 'library.edition.not_found',
        ]);
      if (!may && who !== 'visitor') expect([who, await tried(who, (tx) => dropEdition(tx, id))]).toEqual([who, 'library.edition.not_found']);
      if (!may)
        expect([
          who,
          await tried(who, (tx) =>
            sql`update app.editions set words = 'x'`.execute(tx).then(({ numAffectedRows }) => {
              if (!numAffectedRows) throw Object.assign(new Error(), { code: 'none' });
            }),
          ),
        ]).not.toEqual([who, 'done']);
    }
    expect(await tried('mei', (tx) => dropEdition(tx, id))).toBe('done');
    expect(await tried('noor', prepare('noor', rules, '1.0'))).toBe('done');
  });
});

describe('publishing', () => {
  test('is for those who decide, with a fresh proof, and takes what they saw', async () => {
    const id = await idOf(rules, '1.0');
    const by = (who: Name, seen?: string) => (tx: Tx) =>
      publishEdition(tx, { id, byline_id: c.byline[who], dated_on: '2026-10-12', ...(seen ? { seen } : {}) });
    for (const who of NAMES.filter((name) => !['mei', 'noor'].includes(name)))
      expect([who, await tried(who, by(who))]).toEqual([who, 'library.edition.not_found']);
    expect(await tried('mei', by('noor'))).toBe('library.edition.not_found');
    const browser = await c.signIn('mei');
    await c.behind(`update app.sessions set proved_at = now() - interval '1 hour' where id = $1`, [browser.sessionId]);
    expect(await tried(browser.actor, by('mei'))).toBe('people.step_up.needed');
    await c.behind(`update app.sessions set proved_at = now() where id = $1`, [browser.sessionId]);
    expect(await tried(browser.actor, by('mei', 'other'))).toBe('library.edition.moved');
    expect(await tried((await c.signIn('mei', ['read'])).actor, by('mei'))).not.toBe('done');
    const mark = await as(c.as('mei'), async (tx) => heldMark(await listHoldable(tx, rules.id)));
    expect(await tried(browser.actor, by('mei', mark))).toBe('done');
    expect(await tried('mei', by('mei'))).toBe('library.edition.not_found');
    expect(await tried('mei', (tx) => publishEdition(tx, { id: newId(), byline_id: c.byline.mei }))).toBe('library.edition.not_found');
  });

  test('is held up by a link that leads nowhere, which is named', async () => {
    // Planted behind the merge, which would not have let it through.
    const broken = await makeSpace('broken', 2, { a: pageText('A', 'See [b](b).') });
    await as(c.as('mei'), prepare('mei', broken, '1.0'));
    const id = await idOf(broken, '1.0');
    await expect(as(c.as('mei'), (tx) => publishEdition(tx, { id, byline_id: c.byline.mei }))).rejects.toMatchObject({
      code: 'library.edition.breaks_links',
      details: { links: 'A: b' },
    });
    expect(await numbers('mei', broken)).toEqual(['1.0 draft']);
    expect(await c.behind('select 1 from app.edition_pages where edition_id = $1', [id])).toEqual([]);
  });

  test('is held up by a comment without a disposition, which is named; not by what was decided', async () => {
    const talked = await makeSpace('talked', 2, { a: pageText('Talked about', 'Words.') });
    const comment = { subject: { kind: 'page' as const, id: talked.pages.a! }, kind: 'technical' as const, body: 'Why?', retry_key: newId() };
    const { thread_id } = await as(c.as('pita'), (tx) => makeComment(tx, comment));
    await as(c.as('mei'), prepare('mei', talked, '1.0'));
    const publish = async (tx: Tx) => publishEdition(tx, { id: (await findEdition(tx, talked.id, '1.0'))!.id, byline_id: c.byline.mei });
    await expect(as(c.as('mei'), publish)).rejects.toMatchObject({ code: 'library.edition.comments_open', details: { places: 'Talked about' } });
    await as(c.as('mei'), (tx) => disposeComment(tx, { id: thread_id, disposition: 'noted', reason: 'Thanks', version: 0, retry_key: newId() }));
    expect(await tried('mei', publish)).toBe('done');
  });

  test('of an empty space is refused, and so is a number that does not come after', async () => {
    const empty = newId();
    await c.behind(`insert into app.spaces (id, slug, audience_id, title) values ($1, 'empty', 2, 'Empty')`, [empty]);
    await as(c.as('mei'), prepare('mei', { ...rules, id: empty }, '1.0'));
    const id = await idOf({ ...rules, id: empty }, '1.0');
    expect(await tried('mei', (tx) => publishEdition(tx, { id, byline_id: c.byline.mei }))).toBe('library.edition.empty');
    for (const number of ['1', '0.9', '1.0.0'])
      expect([number, await tried('mei', prepare('mei', rules, number))]).toEqual([number, 'library.edition.number_not_after']);
    for (const number of ['01', 'x', '1.0.0.0']) expect([number, await tried('mei', prepare('mei', rules, number))]).not.toEqual([number, 'done']);
  });
});

describe('a published edition', () => {
  test('stands still while the text moves on, under addresses of its own', async () => {
    await merge(rules, 'rules', pageText('Rules', 'Other words.', controlText('ask', 'Ask first', 'Ask before.', 'gitbook:1.2')));
    await as({ kind: 'visitor' }, async (tx) => {
      const edition = await findEdition(tx, rules.id, '1.0');
      expect(edition).toMatchObject({ status: 'in_force', datedOn: '2026-10-12', pages: 2, controls: 1, publishedBy: 'Mei' });
      const page = await findEditionPage(tx, edition!.id, 'rules');
      expect(page?.revision.text).toBe(first);
      expect(page).toMatchObject({ title: 'Rules', now: { path: 'rules' } });
      expect((await editionTree(tx, edition!.id)).map(({ path }) => path)).toEqual(['rules', 'more']);
      expect((await editionControls(tx, edition!.id)).get('ask')).toMatchObject({ number: '1.1' });
      expect(await editionOfPage(tx, rules.id, rules.pages['rules']!)).toEqual({ number: '1.0', path: 'rules', revision: 1, changed: true });
      expect(await editionOfPage(tx, rules.id, rules.pages['more']!)).toMatchObject({ changed: false });
    });
  });

  test('is read by the readers of its space, and by nobody else, in rows and in counts', async () => {
    const id = await idOf(circle, '0.1');
    await as(c.as('mei'), (tx) => publishEdition(tx, { id, byline_id: c.byline.mei }));
    for (const who of [...NAMES, 'visitor' as const]) {
      const may = CIRCLE.includes(who as Name);
      expect([who, await numbers(who, circle)]).toEqual([who, may ? ['0.1 in_force'] : []]);
      expect([who, await numbers(who, rules)]).toEqual([who, ['1.0 in_force']]);
      const seen = await as(actor(who), async (tx) => ({
        pages: await editionTree(tx, id),
        page: await findEditionPage(tx, id, 'ours'),
        controls: await editionControls(tx, id),
        rows: (
          await sql`select from app.edition_pages where edition_id = ${id} union all select from app.edition_controls where edition_id = ${id}`.execute(tx)
        ).rows.length,
      }));
      expect([who, seen.pages.length, Boolean(seen.page), seen.controls.size, seen.rows]).toEqual([who, may ? 1 : 0, may, may ? 1 : 0, may ? 2 : 0]);
    }
  });

  test('hides a page of a smaller audience from those who may not read it, and does not count it', async () => {
    // No space holds such a page today; the rule stands on the piece.
    const id = await idOf(rules, '1.0');
    await c.behind(`alter table app.edition_pages disable trigger kept`);
    await c.behind(
      `insert into app.edition_pages (edition_id, audience_id, page_id, revision_id, path, position, title, description) select $1, audience_id, id, revision_id, 'hidden', 9, 'Hidden', '' from app.pages where id = $2`,
      [id, circle.pages['ours']],
    );
    await c.behind(`alter table app.edition_pages enable trigger kept`);
    for (const who of [...NAMES, 'visitor' as const])
      expect([
        who,
        (await as(actor(who), (tx) => findEdition(tx, rules.id, '1.0')))?.pages,
        Boolean(await as(actor(who), (tx) => findEditionPage(tx, id, 'hidden'))),
      ]).toEqual(CIRCLE.includes(who as Name) ? [who, 3, true] : [who, 2, false]);
  });

  test('is changed by nobody, in no part: not by those who decide, not by the clerk, not by the owner', async () => {
    const statements = [
      `update app.editions set number = '3' where status <> 'draft'`,
      `update app.editions set dated_on = '2020-01-01' where status <> 'draft'`,
      `update app.editions set status = 'draft', published_at = null, published_by = null where status <> 'draft'`,
      `update app.editions set words = 'x' where status <> 'draft'`,
      `delete from app.editions where status <> 'draft'`,
      ...['pages', 'controls', 'assets'].flatMap((part) => [`delete from app.edition_${part}`, `update app.edition_${part} set edition_id = edition_id`]),
      `insert into app.edition_pages (edition_id, audience_id, page_id, revision_id, path, position, title, description) select x.edition_id, x.audience_id, p.id, x.revision_id, 'forged', 1, 'Forged', '' from app.edition_pages x, app.pages p where p.id <> x.page_id limit 1`,
    ];
    const state = () =>
      c.behind(
        `select (select jsonb_agg(e order by e.id) from app.editions e) as e, (select jsonb_agg(p order by p.edition_id, p.page_id) from app.edition_pages p) as p, (select jsonb_agg(x order by x.edition_id, x.control_id) from app.edition_controls x) as x`,
      );
    const before = await state();
    for (const statement of statements) {
      for (const who of ['mei', 'noor', 'lucia', 'eve', 'visitor'] as Who[]) await tried(who, (tx) => sql.raw(statement).execute(tx));
      await tried({ kind: 'clerk' }, (tx) => sql.raw(statement).execute(tx));
      // The administrator passes every policy; the trigger holds them too.
      await c.behind(statement).catch(() => undefined);
    }
    expect(await state()).toEqual(before);
  });

  test('is superseded by the next, and withdrawn with a reason; readable under its address all the while', async () => {
    await as(c.as('noor'), prepare('noor', rules, '1.1'));
    await as(c.as('noor'), async (tx) => publishEdition(tx, { id: (await findEdition(tx, rules.id, '1.1'))!.id, byline_id: c.byline.noor }));
    expect(await numbers('visitor', rules)).toEqual(['1.1 in_force', '1.0 superseded']);
    const id = await idOf(rules, '1.0');
    const withdraw =
      (who: Name, reason = 'Table 2 was wrong') =>
      (tx: Tx) =>
        withdrawEdition(tx, { id, byline_id: c.byline[who], reason });
    for (const who of NAMES.filter((name) => !['mei', 'noor'].includes(name)))
      expect([who, await tried(who, withdraw(who))]).toEqual([who, 'library.edition.may_not_publish']);
    expect(await tried('mei', withdraw('mei'))).toBe('done');
    expect(await tried('mei', withdraw('mei'))).toBe('library.edition.not_found');
    await as({ kind: 'visitor' }, async (tx) => {
      expect(await findEdition(tx, rules.id, '1.0')).toMatchObject({ status: 'withdrawn', withdrawn: { by: 'Mei', reason: 'Table 2 was wrong' } });
      expect((await findEditionPage(tx, id, 'rules'))?.revision.text).toBe(first);
    });
    expect(await c.behind(`select kind from app.events where kind like 'edition.%' order by id`)).toEqual(
      ['edition.published', 'edition.published', 'edition.published', 'edition.published', 'edition.withdrawn'].map((kind) => ({ kind })),
    );
  });

  test('says by itself what changed since, with the reason for what is gone, and nothing of a page one may not read', async () => {
    const id = await as(c.as('amina'), async (tx) => {
      const page = await tx.selectFrom('app.pages').select(['id', 'revision_id', 'path']).where('id', '=', rules.pages.rules!).executeTakeFirstOrThrow();
      const change = {
        action: 'edit' as const,
        page_id: page.id,
        base_revision_id: page.revision_id,
        path: page.path,
        parent_path: null,
        position: null,
        retires: ['ask'],
      };
      const text = pageText('Rules', 'Other words.', controlText('listen', 'Listen', 'Then listen.', 'gitbook:1.3'));
      return (
        await openChangeRequest(tx, {
          space_id: rules.id,
          title: 'Listen',
          reason: 'Asking was not enough',
          retry_key: newId(),
          byline_id: c.byline.amina,
          pages: [{ ...change, text }],
        })
      ).id;
    });
    await as(c.as('mei'), (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.mei }));
    const summary = async (who: Who, from: string, to?: string) =>
      as(actor(who), async (tx) =>
        summariseEditions(tx, rules.id, (await findEdition(tx, rules.id, from))!, to ? await findEdition(tx, rules.id, to) : undefined),
      );
    const { controls, pages } = await summary('visitor', '1.0', '1.1');
    expect(controls).toMatchObject({ added: [], changed: [], withdrawn: [], renumbered: [{ slug: 'ask', title: 'Ask first', from: '1.1', number: '1.2' }] });
    expect(pages).toMatchObject({ changed: [{ path: 'rules', from: 1, to: 2 }], added: [], moved: [] });
    const since = await summary('visitor', '1.1');
    expect(since.controls).toMatchObject({
      added: [{ slug: 'listen', title: 'Listen', page: { path: 'rules' } }],
      withdrawn: [{ slug: 'ask', title: 'Ask first' }],
    });
    expect(Object.values(since.gone)).toMatchObject([{ reason: 'Asking was not enough' }]);
    // The page planted in 1.0 for the circle alone: whoever may not read it does not hear that it is gone.
    for (const who of [...NAMES, 'visitor' as const])
      expect([who, (await summary(who, '1.0', '1.1')).pages.withdrawn.length]).toEqual([who, CIRCLE.includes(who as Name) ? 1 : 0]);
  });
});

test('as a file: who reads the edition takes it along, the same bytes whoever asks and whatever happens after; drafts and a circle’s texts are absent', async () => {
  const taken = (who: Who, slug: string, number: string) => as(actor(who), async (tx) => packEdition(await editionToExport(tx, slug, number)));
  const space = await makeSpace('along', 1, {
    'a-page': pageText('A page', 'Words of the edition.', controlText('hold', 'Hold', 'Hold it.', 'gitbook:7.7')),
    b: pageText('B', 'More.'),
  });
  const members = await makeSpace('members', 2, { only: pageText('Only', 'For members.') });
  for (const each of [space, members]) {
    await as(c.as('mei'), prepare('mei', each, '1.0'));
    await as(c.as('mei'), async (tx) => publishEdition(tx, { id: await idOf(each, '1.0'), byline_id: c.byline.mei }));
  }
  const one = await taken('visitor', 'along', '1.0');
  const files = unzipSync(one.bytes);
  expect(Object.keys(files).sort()).toEqual(['along-1.0/HANDLING.txt', 'along-1.0/manifest.json', 'along-1.0/pages/a-page.md', 'along-1.0/pages/b.md']);
  const manifest = JSON.parse(strFromU8(files['along-1.0/manifest.json']!));
  expect(manifest).toMatchObject({ marking: 'TLP:CLEAR', space: 'along', edition: '1.0', controls: [{ slug: 'hold', number: '7.7' }] });
  const text = files['along-1.0/pages/a-page.md']!;
  expect(manifest.files[0]).toMatchObject({ file: 'pages/a-page.md', sha256: createHash('sha256').update(text).digest('hex'), title: 'A page' });
  expect(strFromU8(text)).toContain('Words of the edition.');
  // A draft of the next is nobody's file; what is published then changes nothing of this one.
  await merge(space, 'a-page', pageText('A page', 'Other words.', controlText('hold', 'Hold', 'Hold it.', 'gitbook:7.7')));
  await as(c.as('mei'), prepare('mei', space, '1.1'));
  expect(await tried('mei', (tx) => editionToExport(tx, 'along', '1.1'))).toBe('common.not_found');
  await as(c.as('mei'), async (tx) => publishEdition(tx, { id: await idOf(space, '1.1'), byline_id: c.byline.mei }));
  for (const who of ['visitor', 'eve', 'karim', 'pita', 'mei'] as const) expect((await taken(who, 'along', '1.0')).sha256, who).toBe(one.sha256);
  expect((await taken('visitor', 'along', '1.1')).sha256).not.toBe(one.sha256);
  expect((await taken('pita', 'members', '1.0')).marking).toBe('TLP:GREEN');
  for (const who of ['visitor', 'eve', 'karim'] as const) expect(await tried(who, (tx) => editionToExport(tx, 'members', '1.0')), who).toBe('common.not_found');
  for (const who of ['karim', 'mei', 'visitor'] as const) expect(await tried(who, (tx) => editionToExport(tx, 'ours', '1.0')), who).toBe('common.not_found');
});
