import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
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
  expect(first).toMatchObject({ spaces: 8, controls: 120, open: 2, fresh: 0 });
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
  await expect(as({ kind: 'clerk' }, (tx) => sql`select app.backdate('space', gen_random_uuid(), now())`.execute(tx))).rejects.toMatchObject({
    code: 'common.not_allowed',
  });
});
