import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { listEligible } from './queries.server.ts';

const memberOf = async (tx: Tx, slug: string) => (await sql<{ id: string }>`select id from app.members where slug = ${slug}`.execute(tx)).rows[0]?.id;

/** Asks a member along to write a shared draft of mine, by short name or by a name that only one of them has. Refuses: common.not_found, library.together.not_eligible, library.together.too_many. */
export async function askAlong(tx: Tx, id: string, name: string): Promise<void> {
  const said = name.trim();
  const named = (await listEligible(tx, id)).filter((each) => each.name.toLowerCase() === said.toLowerCase());
  const member = await memberOf(tx, named.length === 1 && named[0] ? named[0].slug : said);
  // Somebody I do not see and nobody at all are one answer.
  if (!member) throw new Refusal('library.together.not_eligible');
  await sql`select app.ask_along(${id}, ${member})`.execute(tx);
  tx.notes.hint = { about: 'draft', draft: id };
}

/** Ends that somebody writes along: I of my own draft, anybody of themselves. They hear nothing from then on. Refuses: common.not_found. */
export async function endAlong(tx: Tx, id: string, slug: string): Promise<void> {
  const member = await memberOf(tx, slug.trim());
  if (!member) throw notFound();
  await sql`select app.end_along(${id}, ${member})`.execute(tx);
  tx.notes.hint = { about: 'draft', draft: id };
}

/** Ends writing together: it was proposed, or its author goes on alone. What was written stays where it is. Refuses: common.not_found. */
export async function closeShared(tx: Tx, id: string): Promise<void> {
  const { numAffectedRows } = await sql`update app.shared_drafts set closed_at = now() where id = ${id} and closed_at is null`.execute(tx);
  if (!Number(numAffectedRows)) throw notFound();
  tx.notes.hint = { about: 'draft', draft: id };
}
