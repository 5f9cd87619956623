import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { Client } from 'pg';
import { plant } from '#cli/plant.ts';
import { listRecoveries } from '#domains/people/recovery.server.ts';
import { listCast } from '#domains/people/queries.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type FreshDatabase, freshDatabase } from '../tests/support/database.ts';
import { ownKeys } from '../tests/support/keys.ts';
import { cast, signInAs } from './cast.ts';
import { seed } from './seed.server.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const counts = () =>
  as(
    { kind: 'clerk', as: cast[0]!.id },
    async (tx) =>
      (
        await sql`select (select count(*)::int from app.spaces) spaces, (select count(*)::int from app.controls where kind = 'control') controls,
	(select count(*)::int from app.channels) channels, (select count(*)::int from app.messages) messages, (select count(*)::int from app.change_requests where status = 'open') open, (select count(*)::int from app.events where at > now() - interval '1 minute' and kind like 'message%') fresh`.execute(
          tx,
        )
      ).rows[0],
  );

test('a demo hub is seeded whole, once, with scenes of different ages', async () => {
  await seed('demo');
  const first = await counts();
  expect(first).toMatchObject({ spaces: 8, controls: 120, open: 3, fresh: 0 });
  await seed('demo');
  expect(await counts()).toEqual(first);
  // What waits for somebody: an application with half its checklist, a colleague who cannot sign in, guests with a last day.
  const { rows } = await as({ kind: 'clerk', as: cast.find(({ slug }) => slug === 'lucia')!.id }, (tx) =>
    sql<{
      state: string;
      answers: number;
      guests: number;
    }>`select app.application_state(a) as state, (select count(*)::int from app.vetting_answers v where v.application_id = a.id) as answers,
      (select count(*)::int from app.circle_members cm join app.circles c on c.id = cm.circle_id where c.slug = 'providers-round-table' and cm.ends_at is not null) as guests from app.applications a`.execute(
      tx,
    ),
  );
  expect(rows).toEqual([{ state: 'vetting', answers: 3, guests: 2 }]);
  expect((await as({ kind: 'clerk', as: cast.find(({ slug }) => slug === 'pita')!.id }, listRecoveries)).map(({ name }) => name)).toEqual(['Sefa Lolo']);
  // One click makes one of the cast; the others of the community are there to be read, not to be.
  const offered = await as({ kind: 'visitor' }, listCast);
  expect(offered.map((each) => each.slug).sort()).toEqual(signInAs.map((each) => each.slug).sort());
  // The starter library is edition 1.0, as it came; the demo's own changes are later.
  const editions = () =>
    as(
      { kind: 'visitor' },
      async (tx) =>
        (
          await sql<{ n: number; number: string; pages: number; controls: number; moved: number; old: boolean }>`
      select count(distinct e.id)::int n, min(e.number) as number, count(*)::int as pages, (select count(*)::int from app.edition_controls) as controls,
        count(*) filter (where x.revision_id <> p.revision_id)::int as moved, bool_and(e.published_at < now() - interval '30 days') as old
      from app.editions e join app.edition_pages x on x.edition_id = e.id join app.pages p on p.id = x.page_id where e.status = 'in_force'`.execute(tx)
        ).rows[0],
    );
  const published = await editions();
  // One has had its next edition, with what the demo decided.
  expect(published).toMatchObject({ n: 8, number: '1.0', moved: 0, old: false });
  expect(published?.controls).toBeGreaterThan(200);
  // A hub that was seeded before there were editions gets the same ones, once.
  const client = new Client({ connectionString: db.admin });
  await client.connect();
  await client.query(`set session_replication_role = replica; truncate app.editions, app.edition_pages, app.edition_controls, app.edition_assets cascade`);
  await client.end();
  for (let n = 0; n < 2; n++) {
    expect(await plant('demo')).toBe(false);
    expect(await editions()).toMatchObject({ n: 8, number: '1.0', pages: published?.pages, moved: 1, old: true });
  }
  await expect(as({ kind: 'clerk' }, (tx) => sql`select app.backdate('space', gen_random_uuid(), now())`.execute(tx))).rejects.toMatchObject({
    code: 'common.not_allowed',
  });
});
