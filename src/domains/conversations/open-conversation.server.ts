import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import type { Conversation } from './model.ts';
import { OpenConversation } from './model.ts';
import { findConversation, findConversationFor } from './queries.server.ts';

/**
 * Opens the conversation about a subject, or gives back the one there is. Its audience is the subject's own, or that of the country within which it is.
 * Refuses: common.not_found, conversations.ceiling.not_admitted, library.country.not_open.
 */
export async function openConversation(tx: Tx, input: OpenConversation): Promise<Conversation> {
  const { subject, ceiling = 'TLP:GREEN', marking = null, audience_id = null, starters = 'readers' } = parse(OpenConversation, input);
  const before = await findConversationFor(tx, subject);
  if (before) return before;
  if (subject.within) {
    const { rows } = await sql<{ id: string }>`select app.open_within(${newId()}, ${subject.id}, ${subject.within}) as id`.execute(tx);
    return (await findConversation(tx, rows[0]!.id)) ?? raise();
  }
  const { rows } = await sql<{
    audience: number | null;
  }>`select coalesce(${audience_id}::int, app.talk_audience(${subject.kind}, ${subject.id})) as audience`.execute(tx);
  const audience = rows[0]?.audience;
  if (!audience) throw notFound();
  // Two people may open it at once: the second finds the first one's.
  await sql`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling, marking, starters) values (${newId()}, ${audience}, ${subject.kind}, ${subject.id}, ${ceiling}, ${marking}, ${starters})
		on conflict (subject_id, subject_kind, audience_id) do nothing`.execute(tx);
  const opened = await findConversationFor(tx, subject);
  if (!opened) throw notFound();
  return opened;
}

function raise(): never {
  throw notFound();
}
