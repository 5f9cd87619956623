import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Draft } from '../draft.server.ts';
import { dropPageDraft, type Where } from '../page-draft.server.ts';
import { findMyRequest } from '../queries/my-request.server.ts';
import { appendUpdate } from './append-update.server.ts';
import { type FieldName, type Fields, firstUpdate, updateOfForm } from './document.ts';
import { findShared, findSharedAt, listUpdates } from './queries.server.ts';

/** The fields of a form that is written together. */
export const fieldsIn = ({ title, reason, text, front }: Draft): Fields => ({
  title,
  reason,
  text: text.replace(/\r\n?/g, '\n'),
  ...(front && { page_title: front.title, page_description: front.description.replace(/\r\n?/g, '\n'), page_sources: front.sources.replace(/\r\n?/g, '\n') }),
});

/** The other way round: the form as the fields say it. */
export function withFields(draft: Draft, fields: Record<FieldName, string>): Draft {
  const { title, reason, text, page_title, page_description, page_sources } = fields;
  return { ...draft, title, reason, text, ...(draft.front && { front: { title: page_title, description: page_description, sources: page_sources } }) };
}

/**
 * Makes a shared draft out of what stands in a form of mine; asked twice, it is the same one. The first state is made here and nowhere else.
 * Refuses: common.not_found, library.draft.too_many, what findMyRequest refuses, and by policy where I may not propose.
 */
export async function shareDraft(tx: Tx, where: Where, draft: Draft): Promise<string> {
  // One after the other: the second of two presses finds what the first began.
  await sql`select pg_advisory_xact_lock(hashtextextended(app.me()::text, 10))`.execute(tx);
  const before = await findSharedAt(tx, where.place, where.part);
  if (before?.mine) return before.id;
  const { rows: many } = await sql<{
    n: number;
  }>`select count(*)::int as n from app.shared_drafts d where d.member_id = (select app.me()) and d.closed_at is null`.execute(tx);
  if ((many[0]?.n ?? 0) >= 100) throw new Refusal('library.draft.too_many');
  await checkPlace(tx, where, draft);
  const id = newId();
  await sql`insert into app.shared_drafts (id, member_id, space_id, place, part, base_revision_id, retry_key)
    select ${id}, app.me(), ${where.space_id}, ${where.place}, ${where.part}, ${draft.base_revision_id || null}, ${draft.retry_key || newId()}`.execute(tx);
  await appendUpdate(tx, id, { client: randomUUID(), clock: 1, update: Buffer.from(firstUpdate(fieldsIn(draft))).toString('base64') });
  await dropPageDraft(tx, where);
  return id;
}

/** A page of this space as it once stood, or my own open request; anything else is not found. */
async function checkPlace(tx: Tx, { space_id, place, part }: Where, draft: Draft): Promise<void> {
  const { rows: requests } = await sql<{
    slug: string;
    number: string;
  }>`select s.slug, c.number::text from app.change_requests c join app.spaces s on s.id = c.space_id
    where c.id = ${place} and c.space_id = ${space_id}`.execute(tx);
  if (requests[0]) {
    const { page } = await findMyRequest(tx, { space: requests[0].slug, number: requests[0].number }, part);
    if (page.page_id !== part) throw notFound();
    return;
  }
  const { rows: pages } =
    await sql`select from app.pages p join app.revisions r on r.page_id = p.id where p.id = ${place} and p.space_id = ${space_id} and r.id::text = ${draft.base_revision_id}`.execute(
      tx,
    );
  if (!pages.length) throw notFound();
}

/**
 * Brings a form that was sent whole (without script, or by a program) into a shared draft: as a change of the state it was written on, so that nothing others wrote meanwhile is lost.
 * Refuses as appendUpdate does, and library.together.gap for a number the draft never had.
 */
export async function saveForm(tx: Tx, id: string, from: number, fields: Fields): Promise<{ number: number }> {
  const shared = await findShared(tx, id);
  if (!Number.isInteger(from) || from < 1 || from > shared.last_number) throw new Refusal('library.together.gap', { status: 409 });
  // Held from here: of two presses the second finds what the first brought.
  await sql`select app.hold_shared_draft(${id})`.execute(tx);
  const { rows: me } = await sql<{ id: string }>`select app.me() as id`.execute(tx);
  // Every form of mine that was made from this number is one window: what it brought before is no change of it now.
  const client = windowOf(`${id} ${me[0]?.id} ${from}`);
  const { rows: mine } = await sql<{
    bytes: Buffer;
  }>`select bytes from app.shared_draft_updates where shared_draft_id = ${id} and client = ${client} order by clock`.execute(tx);
  const base = [...(await listUpdates(tx, id, from)), ...mine].map(({ bytes }) => bytes);
  const update = updateOfForm(base, fields);
  if (!update) return { number: shared.last_number };
  return appendUpdate(tx, id, { client, clock: mine.length + 1, update: Buffer.from(update).toString('base64') });
}

/** The same name for the same window. */
const windowOf = (what: string): string => {
  const hex = createHash('sha256').update(what).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
