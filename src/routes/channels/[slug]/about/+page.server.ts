import { archiveChannel, changeChannel, nameKeeper } from '#domains/channels/change-channel.server.ts';
import { findChannel } from '#domains/channels/queries.server.ts';
import { involve } from '#domains/conversations/involve.server.ts';
import { findConversation } from '#domains/conversations/queries.server.ts';
import { renderMessage } from '#lib/text/render-message.ts';
import { channels_about } from '#paraglide/messages.js';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { refused } from '#ui/refused.server.ts';
import { keepingOf } from './keeping.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types.js';

async function found(tx: Tx, slug: string) {
  const channel = await findChannel(tx, slug);
  if (!channel) throw notFound();
  return channel;
}

export const load: PageServerLoad = ({ locals, params }) =>
  as(locals.actor, async (tx) => {
    const channel = await found(tx, params.slug);
    const talk = await findConversation(tx, channel.conversation_id);
    const { rules, ...rest } = channel;
    return {
      title: channels_about({ name: channel.name }),
      room: 'channels' as const,
      channel: rest,
      rules,
      rulesHtml: rules && renderMessage(rules),
      labels: talk?.labels ?? [],
      audience: talk?.audience_id ?? null,
      ...(await keepingOf(tx, channel, locals.actor.kind === 'person')),
    };
  });

const act = (work: (tx: Tx, channel: Awaited<ReturnType<typeof found>>, form: FormData) => Promise<void>) => async (event: RequestEvent) => {
  const form = await event.request.formData();
  try {
    await as(event.locals.actor, async (tx) => work(tx, await found(tx, event.params.slug), form));
  } catch (error) {
    return refused(error, form);
  }
  return { message: null, values: {} as Record<string, string>, done: true };
};
const text = (form: FormData, name: string) => String(form.get(name) ?? '');

export const actions: Actions = {
  change: act((tx, { id }, form) => changeChannel(tx, id, Object.fromEntries(form))),
  archive: act((tx, { id }, form) => archiveChannel(tx, id, text(form, 'archived') === 'yes')),
  keeper: act((tx, { id }, form) => nameKeeper(tx, id, { member: text(form, 'member').trim(), keeps: text(form, 'keeps') !== 'no' })),
  involve: act((tx, { conversation_id }, form) =>
    involve(tx, {
      conversation_id,
      ...(text(form, 'level') ? { level: text(form, 'level') } : {}),
      ...(text(form, 'joined') ? { joined: text(form, 'joined') === 'yes' } : {}),
    }),
  ),
};
