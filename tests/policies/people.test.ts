import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { becomeCastMember } from '#domains/people/become-cast-member.server.ts';
import { findMe, listCast } from '#domains/people/queries.server.ts';
import { keyOf, storedHash } from '#domains/people/secrets.server.ts';
import { signOut } from '#domains/people/sign-out.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let hub: Community;
beforeAll(async () => {
  hub = await plantCommunity();
});
afterAll(async () => {
  await closePools();
  await hub.database.drop();
});

const visitor = { kind: 'visitor' } as const;

describe('signing in', () => {
  test('a session opened by this process is its member, until signed out', async () => {
    const amina = await hub.be('amina');
    expect((await as(amina, findMe))?.slug).toBe('amina');
    await as(amina, signOut);
    expect(await as(amina, findMe)).toBeUndefined();
  });
  test('without the key of the process nobody opens a session', async () => {
    const forged = as(visitor, (tx) => sql`select app.open_session(${newId()}, ${storedHash(keyOf('x'))}, ${hub.ids['lucia']}, 'x', 30, ${Buffer.alloc(32)})`.execute(tx));
    await expect(forged).rejects.toMatchObject({ code: 'people.sign_in.refused', status: 403 });
  });
  test('outside a demonstration there is nobody to become', async () => {
    expect(await as(visitor, listCast)).toEqual([]);
    await expect(as(visitor, (tx) => becomeCastMember(tx, { slug: 'lucia', device: '' }))).rejects.toMatchObject({ status: 404 });
  });
});
