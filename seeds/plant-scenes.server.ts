/** Plays the scenes of the demo: everybody speaks as themselves, through the commands that members use. */
import { sql } from 'kysely';
import { nameKeeper } from '#domains/channels/change-channel.server.ts';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { declineChangeRequest } from '#domains/library/close-change-request.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { cast } from './cast.ts';
import { changeRequests, type ChangeRequest, type Channel, circleChannels, type Message, openChannels, publicChannels, type Thread } from './scenes.ts';
import { before } from './when.ts';

const now = new Date();
type Subject = Parameters<typeof openConversation>[1]['subject'];

/** Opens the channels and requests and says what was said there, each line as old as the scene has it. */
export async function plantScenes(): Promise<void> {
  for (const channel of [...publicChannels, ...openChannels, ...circleChannels]) await plantChannel(channel);
  for (const request of changeRequests) await plantRequest(request);
}

const memberId = (slug: string) => cast.find((member) => member.slug === slug)?.id ?? raise(`nobody is called ${slug}`);
export const speaking = <T>(slug: string, work: (tx: Tx) => Promise<T>) => as({ kind: 'clerk', as: memberId(slug) }, work);
export const byline = async (tx: Tx) =>
  (await tx.selectFrom('app.bylines').select('id').where('member_id', '=', sql<string>`app.me()`).executeTakeFirstOrThrow()).id;
export const date = (what: string, id: string, when: string) =>
  as({ kind: 'clerk' }, (tx) => sql`select app.backdate(${what}, ${id}, ${before(now, when)})`.execute(tx));

async function plantChannel(channel: Channel): Promise<void> {
  const id = newId();
  const opener = channel.by ?? channel.threads[0]?.messages[0]?.by ?? 'lucia';
  await speaking(opener, async (tx) => {
    const { audience: readers } = channel;
    const audience =
      readers.kind === 'circle'
        ? sql<number>`(select audience_id from app.circles where slug = ${readers.circle})`
        : sql<number>`${readers.kind === 'public' ? 1 : 2}`;
    await tx
      .insertInto('app.channels')
      .values({ id, slug: channel.slug, audience_id: audience, name: channel.name, purpose: channel.purpose, byline_id: await byline(tx) })
      .execute();
    await openConversation(tx, { subject: { kind: 'channel', id }, ceiling: channel.ceiling, starters: channel.keepers ? 'keepers' : 'readers' });
    for (const member of channel.keepers ?? []) await nameKeeper(tx, id, { member, keeps: true });
  });
  // As it was said: in one timeline the threads cross each other.
  const said = channel.threads.flatMap((thread) => thread.messages.map((message, nth) => ({ thread, message, nth, at: before(now, message.at).getTime() })));
  const ids = new Map<Thread, string>();
  for (const { thread, message } of said.sort((a, b) => a.at - b.at || a.nth - b.nth)) {
    const there = ids.get(thread);
    if (there) await plantReply(there, message);
    else ids.set(thread, (await plantThread({ kind: 'channel', id }, { ...thread, messages: [message] })) ?? raise('no thread'));
  }
}

async function plantThread(subject: Subject, thread: Thread): Promise<string | undefined> {
  const [first, ...rest] = thread.messages;
  if (!first) return undefined;
  const opened = await speaking(first.by, async (tx) => {
    const { id } = await openConversation(tx, { subject });
    return startThread(tx, { conversation_id: id, title: thread.title, body: first.body, marking: first.marking ?? null, retry_key: newId() });
  });
  await date('thread', opened.thread_id, first.at);
  await date('message', opened.id, first.at);
  for (const message of rest) await plantReply(opened.thread_id, message);
  return opened.thread_id;
}

async function plantReply(thread: string, message: Message): Promise<void> {
  const posted = await speaking(message.by, (tx) =>
    postMessage(tx, { thread_id: thread, body: message.body, marking: message.marking ?? null, retry_key: newId() }),
  );
  await date('message', posted.id, message.at);
}

/** Opens a request of the demo, as its author. */
export function openScene(scene: Pick<ChangeRequest, 'by' | 'space' | 'page' | 'title' | 'reason' | 'change'>): Promise<{ id: string }> {
  return speaking(scene.by, async (tx) => {
    const page = await tx
      .selectFrom('app.pages as p')
      .innerJoin('app.spaces as s', 's.id', 'p.space_id')
      .innerJoin('app.revisions as r', 'r.id', 'p.revision_id')
      .select(['p.id', 'p.space_id', 'r.id as revision_id', 'r.text'])
      .where('s.slug', '=', scene.space)
      .where('p.path', '=', scene.page)
      .executeTakeFirst();
    if (!page) throw notFound();
    return openChangeRequest(tx, {
      space_id: page.space_id,
      title: scene.title,
      reason: scene.reason,
      byline_id: await byline(tx),
      retry_key: newId(),
      pages: [
        {
          action: 'edit',
          page_id: page.id,
          base_revision_id: page.revision_id,
          path: scene.page,
          parent_path: null,
          position: null,
          retires: [],
          text: page.text.replace(scene.change.find, () => scene.change.replace),
        },
      ],
    });
  });
}

async function plantRequest(scene: ChangeRequest): Promise<void> {
  const opened = await openScene(scene);
  await date('change_request', opened.id, scene.at);
  if (scene.comments.length) await plantThread({ kind: 'change_request', id: opened.id }, { title: scene.title, messages: scene.comments });
  const { decision } = scene;
  if (!decision) return;
  await speaking(decision.by, async (tx) => {
    const input = { id: opened.id, byline_id: await byline(tx), reason: decision.reason };
    await (decision.outcome === 'merged' ? mergeChangeRequest(tx, input) : declineChangeRequest(tx, input));
  });
  await date('decision', opened.id, decision.at);
}

/** Everybody has read what is older than two days, so that "new since your last visit" means something. */
export async function readOldNews(): Promise<void> {
  for (const { id } of cast) {
    await as({ kind: 'clerk', as: id }, (tx) =>
      sql`
			insert into app.read_markers (member_id, thread_id, audience_id, number)
			select app.me(), m.thread_id, m.audience_id, max(m.thread_number) from app.messages m where m.created_at < now() - interval '2 days' group by m.thread_id, m.audience_id
			on conflict (member_id, thread_id) do update set number = greatest(read_markers.number, excluded.number)`.execute(tx),
    );
  }
}

function raise(message: string): never {
  throw new Error(message);
}
