import { redirect } from '@sveltejs/kit';
import { isSaved, listActs, readVersions, pinMessage, saveMessage, toggleReaction } from '#domains/conversations/message-acts.server.ts';
import { findMayKeep } from '#domains/conversations/moderation/queries.server.ts';
import { vote } from '#domains/conversations/polls.server.ts';
import { diffWords } from '#lib/text/diff-words.ts';
import { talk_about_title } from '#paraglide/messages.js';
import { config } from '#platform/config.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { to } from '#ui/locale.ts';
import { refused } from '#ui/refused.server.ts';
import { shownMessage } from '../../placed.server.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals, params, setHeaders }) =>
  as(locals.actor, async (tx) => {
    const { row: message, message: shown, place, thread, address } = await shownMessage(tx, params.id);
    const me = locals.actor.kind === 'person';
    const acts = (await listActs(tx, [message.id])).get(message.id);
    const keep = me ? await findMayKeep(tx, message.id) : null;
    const versions = me && message.edited_at ? await readVersions(tx, message.id) : [];
    setHeaders({ 'cache-control': 'private, no-store' });
    return {
      title: talk_about_title({ name: message.name ?? '' }),
      room: 'channels' as const,
      message: { ...shown, acts: acts ?? { reactions: [], pinned: false } },
      may_react: message.may_react,
      may_pin: message.may_talk,
      keep,
      thread,
      place,
      address,
      link: `${config().url}/m/${message.id}`,
      saved: me ? await isSaved(tx, message.id) : null,
      versions: versions.map(({ body, marking, at }, i) => ({
        at: at.toISOString(),
        marking,
        parts: diffWords(versions[i - 1]?.body ?? body, body).map(({ kind, text }) => ({ value: text, added: kind === 'ins', removed: kind === 'del' })),
      })),
    };
  });

async function done(actor: Actor, id: string, request: Request, act: (tx: Tx, form: FormData) => Promise<void>) {
  const form = await request.formData();
  try {
    await as(actor, (tx) => act(tx, form));
  } catch (error) {
    return refused(error, form);
  }
  redirect(303, to(`/m/${id}`));
}

export const actions: Actions = {
  react: ({ locals, params, request }) => done(locals.actor, params.id, request, (tx, form) => toggleReaction(tx, { id: params.id, emoji: form.get('emoji') })),
  pin: ({ locals, params, request }) => done(locals.actor, params.id, request, (tx, form) => pinMessage(tx, { id: params.id, on: form.get('on') === 'yes' })),
  vote: ({ locals, params, request }) =>
    done(locals.actor, params.id, request, (tx, form) => vote(tx, { id: params.id, places: form.getAll('place').map(Number) })),
  save: ({ locals, params, request }) => done(locals.actor, params.id, request, (tx, form) => saveMessage(tx, { id: params.id, on: form.get('on') === 'yes' })),
};
