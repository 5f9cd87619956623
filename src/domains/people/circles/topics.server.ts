import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { parse } from '#platform/input.ts';
import { FollowTopics } from './model.ts';

export type Topic = { slug: string; name: string; followed: boolean };

/** The matters of the field in their order, and which of them I follow. */
export async function listTopics(tx: Tx): Promise<Topic[]> {
  const { rows } = await sql<Topic>`
    select t.slug, t.name, f.topic is not null as followed from app.topics t left join app.topic_follows f on f.topic = t.slug and f.member_id = app.me() order by t.position`.execute(
    tx,
  );
  return rows;
}

/** I follow these matters and no others; circles whose rule names them take me in, or let me go. Unknown ones are left out. */
export async function followTopics(tx: Tx, input: unknown): Promise<void> {
  const { topics } = parse(FollowTopics, input);
  await sql`delete from app.topic_follows where member_id = app.me() and topic <> all (${topics}::text[])`.execute(tx);
  await sql`insert into app.topic_follows (member_id, topic) select app.me(), slug from app.topics where slug = any (${topics}::text[]) on conflict do nothing`.execute(
    tx,
  );
  tx.notes.wake = true;
}
