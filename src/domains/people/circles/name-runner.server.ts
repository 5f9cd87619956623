import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { idOf } from './enter-circle.server.ts';

type Input = { circle: string; member: string };

/** Names somebody in a circle who runs it with me; naming twice is once. Refuses with people.circle.not_found, people.circle.runner_unfit (not in it, or a guest), and as not found where one may not. */
export async function nameRunner(tx: Tx, input: Input): Promise<void> {
  const circle = await idOf(tx, input.circle);
  const { rows } = await sql<{ id: string; may: boolean; runs: boolean; fit: boolean }>`
    select m.id, app.may_run_circle(${circle}) as may, app.may_be_runner(${circle}, m.id) as fit,
      exists (select from app.circle_runners r where r.circle_id = ${circle} and r.member_id = m.id) as runs from app.members m where m.slug = ${input.member}`.execute(
    tx,
  );
  const found = rows[0];
  if (!found?.may) throw notFound('people.circle.not_found');
  if (!found.fit) throw new Refusal('people.circle.runner_unfit');
  if (found.runs) return;
  await sql`insert into app.circle_runners (circle_id, member_id) values (${circle}, ${found.id})`.execute(tx);
  tx.notes.wake = true;
}

/** Somebody, oneself too, runs a circle no more, and stays in it. Refuses with people.circle.not_found (also where one may not), .last_runner. */
export async function takeBackRunner(tx: Tx, input: Input): Promise<void> {
  const circle = await idOf(tx, input.circle);
  const { numAffectedRows } =
    await sql`delete from app.circle_runners where circle_id = ${circle} and member_id = (select id from app.members where slug = ${input.member})`.execute(tx);
  if (!numAffectedRows) throw notFound('people.circle.not_found');
  tx.notes.wake = true;
}
