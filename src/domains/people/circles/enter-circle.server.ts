import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { AskCircle } from './model.ts';

/** I walk into a circle whose door is open. Refuses with people.circle.not_found, also where there is no open door for me. */
export async function joinCircle(tx: Tx, input: { circle: string }): Promise<void> {
  await sql`select app.join_circle(${await idOf(tx, input.circle)})`.execute(tx);
  tx.notes.wake = true;
}

/** I leave a circle, by whatever way I came in; neither a rule nor my organization brings me back. Refuses with people.circle.not_found, .last_runner. */
export async function leaveCircle(tx: Tx, input: { circle: string }): Promise<void> {
  await sql`select app.leave_circle(${await idOf(tx, input.circle)})`.execute(tx);
  tx.notes.wake = true;
}

/** I ask those who run a circle to let me in. Refuses with people.circle.not_found (also where one cannot ask), .asked_already, .words_long. */
export async function askCircle(tx: Tx, input: unknown): Promise<{ id: string }> {
  const { circle, words } = parse(AskCircle, input);
  const id = newId();
  await sql`insert into app.circle_admissions (id, circle_id, member_id, kind, words, byline_id)
    values (${id}, ${await idOf(tx, circle)}, app.me(), 'request', ${words}, (select b.id from app.bylines b where b.kind = 'person' and b.member_id = app.me()))`
    .execute(tx)
    .catch((error) => {
      throw onceOnly(error);
    });
  tx.notes.wake = true;
  return { id };
}

/** One open at a time: turns the double into people.circle.asked_already. */
export function onceOnly(error: unknown): unknown {
  return (error as { constraint?: string }).constraint === 'circle_admissions_open_key'
    ? new Refusal('people.circle.asked_already', { status: 409 })
    : asRefusal(error);
}

/** The id of a circle that I know of. Refuses with people.circle.not_found. */
export async function idOf(tx: Tx, slug: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from app.circles where slug = ${slug}`.execute(tx);
  if (!rows[0]) throw notFound('people.circle.not_found');
  return rows[0].id;
}
