import { sql } from 'kysely';
import * as v from 'valibot';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { taking } from '#domains/people/sign-in-key.server.ts';
import { config } from '#platform/config.server.ts';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';

const AN_HOUR = 30;
/** Was it useful, and what is missing. */
export const AnswerPage = v.object({
  useful: v.optional(
    v.union(
      [
        v.boolean(),
        v.pipe(
          v.picklist(['0', '1']),
          v.transform((given) => given === '1'),
        ),
      ],
      'library.answer.useful_missing',
    ),
  ),
  words: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(5000, 'library.answer.words_long')), ''),
  retry_key: v.optional(v.pipe(v.string(), v.uuid())),
});

/**
 * Says whether a page was useful: counted once a member, the last word holds. Words begin a thread between their writer and those who keep the page; its address is given back.
 * Refuses: common.not_found, common.not_allowed, library.answer.useful_missing, .words_long, .nobody (422: nobody whom they could write to), .too_often (429).
 */
export async function answerPage(tx: Tx, pageId: string, input: unknown): Promise<{ conversation: string | null }> {
  const { useful, words, retry_key = newId() } = parse(AnswerPage, input);
  if (useful === undefined) throw new Refusal('library.answer.useful_missing');
  const { rows } = await sql<{ me: string | null; audience_id: number; title: string; address: string }>`
    select app.me() as me, p.audience_id, p.title, '/library/' || s.slug || '/' || p.path as address from app.pages p join app.spaces s on s.id = p.space_id where p.id = ${pageId} and p.retired_at is null`.execute(
    tx,
  );
  const page = rows[0];
  if (!page?.me) throw notFound();
  const taken = await sql<{ ok: boolean }>`select ${taking(['answer', page.me], AN_HOUR, 3600)} as ok`.execute(tx);
  if (!taken.rows[0]?.ok) throw new Refusal('library.answer.too_often', { status: 429 });
  await sql`insert into app.page_answers (member_id, page_id, audience_id, useful) values (${page.me}, ${pageId}, ${page.audience_id}, ${useful})
    on conflict (member_id, page_id) do update set useful = excluded.useful, at = now()`.execute(tx);
  if (!words) return { conversation: null };
  const heard = await sql<{
    slug: string;
  }>`select m.slug from app.who_hears(${pageId}) h join app.members m on m.id = h.member_id and m.status = 'active' order by m.slug`.execute(tx);
  if (!heard.rows.length) throw new Refusal('library.answer.nobody');
  const { id, conversation_id } = await openDirect(tx, { people: heard.rows.map(({ slug }) => slug) });
  // About a text that not all members read, the words go no further than it does.
  const marking = page.audience_id > 2 ? 'TLP:AMBER' : 'TLP:GREEN';
  await startThread(tx, { conversation_id, title: page.title.slice(0, 120), body: `${words}\n\n${config().url}${page.address}`, marking, retry_key });
  return { conversation: `/messages/${id}` };
}

/** What I said of a page, if anything. */
export async function myAnswer(tx: Tx, pageId: string): Promise<boolean | null> {
  const { rows } = await sql<{ useful: boolean }>`select useful from app.page_answers where page_id = ${pageId} and member_id = app.me()`.execute(tx);
  return rows[0]?.useful ?? null;
}
