/** A browser's session ends when nobody used it; use puts that off, never beyond its last moment; tokens are left alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '#domains/people/create-token.server.ts';
import { findMe } from '#domains/people/queries.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
beforeAll(async () => {
  hub = await plantCommunity();
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});
const hours = (kind: string) =>
  hub
    .behind<{ idle: number; last: number | null }>(
      `select round(extract(epoch from expires_at - now()) / 3600)::int as idle, round(extract(epoch from ends_at - now()) / 3600)::int as last from app.sessions where member_id = '${hub.ids['amina']}' and kind = '${kind}'`,
    )
    .then(([row]) => row);

test('seven days from each use, thirty in all', async () => {
  const amina = await hub.be('amina');
  const since = (idle: string, last: string) =>
    hub.behind(
      `update app.sessions set last_seen_at = now() - interval '6 days', expires_at = now() + interval '${idle}', ends_at = now() + interval '${last}' where kind = 'browser'`,
    );
  expect(await hours('browser')).toEqual({ idle: 7 * 24, last: 30 * 24 });
  await since('1 day', '24 days');
  expect(await as(amina, findMe)).toMatchObject({ slug: 'amina' });
  expect(await hours('browser')).toEqual({ idle: 7 * 24, last: 24 * 24 });
  await since('1 day', '2 days');
  await as(amina, findMe);
  expect(await hours('browser')).toEqual({ idle: 2 * 24, last: 2 * 24 });
  await hub.behind(`insert into app.settings (name, value) values ('idle_days', '1')`);
  await since('1 day', '24 days');
  await as(amina, findMe);
  expect(await hours('browser')).toEqual({ idle: 24, last: 24 * 24 });
  const { token } = await as(amina, (tx) => createToken(tx, { name: 't', scopes: [], days: 90 }));
  await as({ kind: 'person', key: keyOf(token) }, findMe);
  expect(await hours('token')).toEqual({ idle: 90 * 24, last: null });
  await hub.behind(`update app.sessions set expires_at = now() - interval '1 second' where kind = 'browser'`);
  expect(await as(amina, findMe)).toBeFalsy();
});
