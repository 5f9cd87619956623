import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { idOf, onceOnly } from './enter-circle.server.ts';
import { InviteToCircle } from './model.ts';

/**
 * Invites a member into a circle that I run: they see its name and purpose, and answer for themselves.
 * Refuses with people.circle.not_found (also where one may not), people.member.not_found, people.circle.already_in_it, .asked_already, .no_guests, .words_long.
 */
export async function inviteToCircle(tx: Tx, input: unknown): Promise<{ id: string }> {
  const { circle, member, words } = parse(InviteToCircle, input);
  const circleId = await idOf(tx, circle);
  const { rows } = await sql<{ id: string }>`select id from app.members where slug = ${member} and status = 'active'`.execute(tx);
  if (!rows[0]) throw notFound('people.member.not_found');
  const id = newId();
  await sql`insert into app.circle_admissions (id, circle_id, member_id, kind, words, byline_id)
    values (${id}, ${circleId}, ${rows[0].id}, 'invitation', ${words}, (select b.id from app.bylines b where b.kind = 'person' and b.member_id = app.me()))`
    .execute(tx)
    .catch((error) => {
      throw onceOnly(error);
    });
  tx.notes.wake = true;
  return { id };
}
