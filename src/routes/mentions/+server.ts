import { json } from '@sveltejs/kit';
import { suggestMentions } from '#domains/conversations/mentions.server.ts';
import { writeMention } from '#lib/text/mentions.ts';
import { talk_unseen_short } from '#paraglide/messages.js';
import { as } from '#platform/database/open.server.ts';
import { requireMe } from '../entering.server.ts';
import type { RequestHandler } from './$types.js';

/** Whom the writer may name, by the beginning of a name: for the picker of the composer. Nobody outside the readers learns that there is such a conversation. */
export const GET: RequestHandler = async (event) => {
  await requireMe(event);
  const { locals, url } = event;
  const audience = Number(url.searchParams.get('audience'));
  const found =
    Number.isInteger(audience) && audience > 0 && audience < 2 ** 31
      ? await as(locals.actor, (tx) => suggestMentions(tx, { audience_id: audience, typed: url.searchParams.get('q') ?? '' }))
      : [];
  const items = found.map((each) => ({
    put: each.alone ? `@${each.name}` : writeMention(each),
    name: each.name,
    note: [each.from, each.reads === false && talk_unseen_short()].filter(Boolean).join(' · '),
  }));
  return json({ items }, { headers: { 'cache-control': 'private, no-store' } });
};
