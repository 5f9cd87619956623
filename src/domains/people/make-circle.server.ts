import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { keyedId, shortId } from '#platform/ids.ts';
import { parse, sameAgain } from '#platform/input.ts';
import { CircleInput, slugOf } from './model.ts';

/**
 * Makes a circle, with whoever makes it in it; from then on it can be chosen as the readers of a channel. A repeated form finds the one it made before.
 * Refuses with people.circle.name_missing, .name_long, .purpose_long, people.name.dishonest, common.key_reused, and as not found where one may not.
 */
export async function makeCircle(tx: Tx, input: unknown): Promise<{ id: string; slug: string }> {
  const { name, purpose, retry_key } = parse(CircleInput, input);
  const { rows } = await sql<{ me: string | null }>`select app.me() as me`.execute(tx);
  const id = keyedId('circle', rows[0]?.me ?? '', retry_key);
  const before = await sql<{ slug: string; name: string; purpose: string }>`select slug, name, purpose from app.circles where id = ${id}`.execute(tx);
  if (before.rows[0]) return { id, slug: sameAgain(before.rows[0], { name, purpose }).slug };
  // A circle is known to its members only: the random letters keep a taken name from telling that there is one.
  const slug = `${slugOf(name).replace(/^member$/, 'circle')}-${shortId(6)}`;
  await sql`select app.make_circle(${id}, ${slug}, ${name}, ${purpose})`.execute(tx);
  tx.notes.wake = true;
  return { id, slug };
}
