import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { CircleRules } from './model.ts';

/**
 * Says anew what a circle is called, how one comes in, who knows of it, who sees its members and whom its rule fits; a rule that brings people in does so at once.
 * Refuses with people.circle.not_found (also where one may not), .rule_needs_steward, .rule_empty, .roster_widens, .hidden_is_closed, .topic_unknown, and for the words as making does.
 */
export async function changeCircle(tx: Tx, slug: string, input: unknown): Promise<void> {
  const to = parse(CircleRules, input);
  const { rows } = await sql<{ id: string }>`select id from app.circles where slug = ${slug}`.execute(tx);
  if (!rows[0]) throw notFound('people.circle.not_found');
  await sql`select app.change_circle(${rows[0].id}, ${to.name}, ${to.purpose}, ${to.entry}, ${to.listed}, ${to.roster}, ${to.by_rule}, ${to.rule_regions}::text[], ${to.rule_kinds}::text[], ${to.rule_topics}::text[])`.execute(
    tx,
  );
  tx.notes.wake = true;
}
