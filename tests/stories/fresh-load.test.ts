/**
 * What an open page has become by the frames of the stream is what a fresh load shows, for every kind of event that is written in src/domains or db/policies: a kind
 * without a case here fails. Where somebody reads a text, or a page would change under their hands, they are told instead, and a fresh load shows it.
 */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveChannel, changeChannel } from '#domains/channels/change-channel.server.ts';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { renameThread, resolveThread } from '#domains/conversations/change-thread.server.ts';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { pinMessage, react } from '#domains/conversations/message-acts.server.ts';
import { removeMessage, restoreMessage } from '#domains/conversations/moderation/decide.server.ts';
import { moveThread } from '#domains/conversations/move-thread.server.ts';
import { openConversation } from '#domains/conversations/open-conversation.server.ts';
import { askPoll, vote } from '#domains/conversations/polls.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { correctNature } from '#domains/library/deciding/approve.server.ts';
import { declineChangeRequest, withdrawChangeRequest } from '#domains/library/close-change-request.server.ts';
import { closeComment } from '#domains/library/comments/close-comment.server.ts';
import { disposeComment } from '#domains/library/comments/dispose-comment.server.ts';
import { makeComment } from '#domains/library/comments/make-comment.server.ts';
import { mergeChangeRequest } from '#domains/library/merge-change-request.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { updateChangeRequest } from '#domains/library/update-change-request.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { launch, newPage } from '../support/browser.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type Hub, openHub } from '../support/hub.ts';
import { ownKeys } from '../support/keys.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

const WAIT = 60_000;
const root = resolve(import.meta.dirname, '../..');
/** Acts on people and bodies, and notes of the audit log: their pages are read when they are opened, and nothing on them moves by itself. */
const NOT_LIVE = new Set(['jurisdiction', 'space', 'organization', 'member', 'circle', 'sign_in', 'export', 'edition', 'upkeep']);

let db: FreshDatabase;
let c: Cast;
let hub: Hub;
let browser: Browser;
let space: MadeSpace;
let cookie: string;
let second: { id: string; talk: string; path: string };
let nth = 0;
/** at: the page that is open while it happens. part: what of it is compared; without, its reader is told. */
type Case = { at: string; part?: string; act: () => Promise<unknown> };
const by = <T>(name: Name, work: (tx: Tx) => Promise<T>) => as(c.as(name), work);

beforeAll(async () => {
  db = await freshDatabase();
  await ownKeys(db.owner);
  c = await cast(db);
  space = await makeSpace('sim', 2, { attacks: pageText('Attacks', 'One paragraph.', 'Another paragraph.') });
  ({ cookie } = await c.signIn('mei'));
  // Every look at a page opens a stream of one and the same session: more in a minute than one person's browser would.
  process.env.INDABA_LIMITS = 'streams=9999 reads=99999';
  [hub, browser] = await Promise.all([openHub(), launch()]);
  const { id, slug } = await by('jonas', (tx) => openChannel(tx, { name: 'Second', audience_id: 2, ceiling: 'TLP:GREEN', retry_key: newId() }));
  const [talk] = await c.behind<{ id: string }>('select id from app.conversations where subject_id = $1', [id]);
  second = { id, talk: talk!.id, path: `/channels/${slug}` };
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await db?.drop();
});

type Thread = { id: string; path: string; messages: string[] };
const list = (thread: Thread) => `#msgs-${thread.id}`;
async function thread(...before: Array<(tx: Tx, thread: Thread) => Promise<unknown>>): Promise<Thread> {
  const title = `Thread ${++nth}`;
  const made = await by('jonas', (tx) =>
    startThread(tx, { conversation_id: c.channel['all-members'].conversationId, title, body: 'The *first* of it', retry_key: newId() }),
  );
  const next = await by('amina', (tx) => postMessage(tx, { thread_id: made.thread_id, body: 'An answer', retry_key: newId() }));
  const thread = { id: made.thread_id, path: `/channels/all-members/${made.thread_id}`, messages: [made.id, next.id] };
  for (const each of before) await by('jonas', (tx) => each(tx, thread));
  return thread;
}
const poll = (tx: Tx, thread: Thread) =>
  postMessage(tx, { thread_id: thread.id, body: 'Which?', retry_key: newId() }).then(async ({ id }) => {
    thread.messages.push(id);
    await askPoll(tx, id, { options: ['this', 'that'], multiple: false, named: true, hours: null });
  });
async function request(name: Name = 'amina'): Promise<{
  id: string;
  path: string;
  page: { action: 'edit'; page_id: string; base_revision_id: string; path: string; parent_path: null; position: number; text: string; retires: string[] };
}> {
  const [now] = await c.behind<{ id: string }>('select revision_id as id from app.pages where id = $1', [space.pages.attacks]);
  const page = {
    action: 'edit' as const,
    page_id: space.pages.attacks!,
    base_revision_id: now!.id,
    path: 'attacks',
    parent_path: null,
    position: 0,
    text: pageText('Attacks', `Paragraph ${++nth}.`, 'Another paragraph.'),
    retires: [],
  };
  const opened = await by(name, (tx) =>
    openChangeRequest(tx, { space_id: space.id, title: `Request ${nth}`, reason: 'Better', retry_key: newId(), byline_id: c.byline[name], pages: [page] }),
  );
  return { id: opened.id, path: `/changes/sim/${opened.number}`, page };
}

const comment = () =>
  by('amina', async (tx) => {
    const subject = { kind: 'page' as const, id: space.pages['attacks']! };
    return (await makeComment(tx, { subject, kind: 'technical', body: 'Too little.', quote: 'Another', retry_key: newId() })).thread_id;
  });

const cases: Record<string, () => Promise<Case>> = {
  'message.posted': async () => {
    const at = await thread();
    return {
      at: at.path,
      part: list(at),
      act: () =>
        by('jonas', (tx) =>
          postMessage(tx, { thread_id: at.id, body: 'Said **now**, to https://example.org and @mei', marking: 'TLP:GREEN', retry_key: newId() }),
        ),
    };
  },
  'message.posted, in the list of threads': async () => {
    await thread();
    const at = await thread();
    await thread();
    return {
      at: '/channels/all-members',
      part: '#threads',
      act: () => by('mei', (tx) => postMessage(tx, { thread_id: at.id, body: 'Comes first now', retry_key: newId() })),
    };
  },
  'message.posted, with a poll': async () => {
    const at = await thread();
    return { at: at.path, part: list(at), act: () => by('jonas', (tx) => poll(tx, at)) };
  },
  'message.posted, that quotes': async () => {
    const at = await thread();
    return {
      at: at.path,
      part: list(at),
      act: () => by('jonas', (tx) => postMessage(tx, { thread_id: at.id, body: `[quote](quote:${at.messages[1]})\n\nI agree.`, retry_key: newId() })),
    };
  },
  'message.edited': async () => {
    const at = await thread((tx, { messages }) => react(tx, { id: messages[0]!, emoji: '👍', on: true }));
    return {
      at: at.path,
      part: list(at),
      act: () => by('jonas', (tx) => editMessage(tx, { id: at.messages[0]!, body: 'Said `otherwise`', marking: 'TLP:GREEN' })),
    };
  },
  'message.taken_back': async () => {
    const at = await thread((tx, { messages }) => react(tx, { id: messages[0]!, emoji: '👍', on: true }));
    return { at: at.path, part: list(at), act: () => by('jonas', (tx) => takeBackMessage(tx, { id: at.messages[0]! })) };
  },
  'message.removed': async () => {
    const at = await thread((tx, { messages }) => react(tx, { id: messages[0]!, emoji: '👍', on: true }));
    return { at: at.path, part: list(at), act: () => by('lucia', (tx) => removeMessage(tx, { message_id: at.messages[0]!, reason: 'insult' })) };
  },
  'message.restored': async () => {
    const at = await thread();
    const { id } = await by('lucia', (tx) => removeMessage(tx, { message_id: at.messages[0]!, reason: 'insult' }));
    return { at: at.path, part: list(at), act: () => by('lucia', (tx) => restoreMessage(tx, { id })) };
  },
  'message.reacted': async () => {
    const at = await thread((tx, { messages }) => react(tx, { id: messages[0]!, emoji: '👍', on: true }));
    return {
      at: at.path,
      part: list(at),
      act: async () => {
        for (const [name, emoji] of [
          ['mei', '👍'],
          ['amina', '🎉'],
          ['pita', '🎉'],
        ] as const)
          await by(name, (tx) => react(tx, { id: at.messages[0]!, emoji, on: true }));
        await by('amina', (tx) => react(tx, { id: at.messages[0]!, emoji: '🎉', on: false }));
      },
    };
  },
  'message.pinned': async () => {
    const at = await thread();
    return { at: at.path, part: `${list(at)},#pins`, act: () => by('jonas', (tx) => pinMessage(tx, { id: at.messages[1]!, on: true })) };
  },
  'message.unpinned': async () => {
    const at = await thread((tx, { messages }) => pinMessage(tx, { id: messages[0]!, on: true }));
    return { at: at.path, part: `${list(at)},#pins`, act: () => by('jonas', (tx) => pinMessage(tx, { id: at.messages[0]!, on: false })) };
  },
  'message.voted': async () => {
    const at = await thread(poll);
    return { at: at.path, part: list(at), act: () => by('amina', (tx) => vote(tx, { id: at.messages[2]!, places: [2] })) };
  },
  'thread.started': async () => ({
    at: '/channels/all-members',
    part: '#threads',
    act: () => thread(),
  }),
  'thread.started, the first of a channel': async () => {
    const { id, slug } = await by('jonas', (tx) => openChannel(tx, { name: `Empty ${++nth}`, audience_id: 2, ceiling: 'TLP:GREEN', retry_key: newId() }));
    const [talk] = await c.behind<{ id: string }>('select id from app.conversations where subject_id = $1', [id]);
    const begin = { conversation_id: talk!.id, title: 'At last', body: 'A word', retry_key: newId() };
    return { at: `/channels/${slug}`, part: '#threads', act: () => by('jonas', (tx) => startThread(tx, begin)) };
  },
  'thread.started, the first about a page': async () => ({
    at: '/library/sim/attacks/talk',
    part: '#threads',
    act: () =>
      by('jonas', async (tx) => {
        const { id } = await openConversation(tx, { subject: { kind: 'page', id: space.pages.attacks! } });
        return startThread(tx, { conversation_id: id, title: 'A question', body: 'A word', retry_key: newId() });
      }),
  }),
  'message.posted, the first of a direct conversation': async () => {
    const direct = await by('mei', (tx) => openDirect(tx, { people: ['jonas', 'pita'] }));
    const begin = { conversation_id: direct.conversation_id, title: 'Three of us', body: 'The first word', retry_key: newId() };
    return {
      at: `/messages/${direct.id}`,
      part: '#said',
      act: async () => {
        const { thread_id } = await by('jonas', (tx) => startThread(tx, begin));
        // The next one comes while the page is still fetching.
        await by('pita', (tx) => postMessage(tx, { thread_id, body: 'The second word', retry_key: newId() }));
      },
    };
  },
  'thread.renamed': async () => {
    const at = await thread();
    return { at: at.path, part: `#thread-head,#ths,${list(at)}`, act: () => by('jonas', (tx) => renameThread(tx, { id: at.id, title: 'Called otherwise' })) };
  },
  'thread.resolved': async () => {
    const at = await thread();
    return { at: at.path, part: `#thread-head,#ths,${list(at)}`, act: () => by('jonas', (tx) => resolveThread(tx, { id: at.id, resolved: true })) };
  },
  'thread.reopened': async () => {
    const at = await thread((tx, { id }) => resolveThread(tx, { id, resolved: true }));
    return { at: at.path, part: `#thread-head,#ths,${list(at)}`, act: () => by('jonas', (tx) => resolveThread(tx, { id: at.id, resolved: false })) };
  },
  'thread.moved': async () => {
    const at = await thread();
    return {
      at: at.path,
      part: '#talk > .note, #ths',
      act: () => by('lucia', (tx) => moveThread(tx, { id: at.id, conversation_id: second.talk, gaining: 0 })),
    };
  },
  'thread.arrived': async () => {
    const at = await thread();
    return { at: second.path, part: '#talk', act: () => by('lucia', (tx) => moveThread(tx, { id: at.id, conversation_id: second.talk, gaining: 0 })) };
  },
  'channel.opened': async () => ({
    at: '/channels',
    part: '#channels',
    act: () => by('jonas', (tx) => openChannel(tx, { name: `Another ${++nth}`, audience_id: 2, ceiling: 'TLP:GREEN', retry_key: newId() })),
  }),
  'channel.changed': async () => ({
    at: '/channels',
    part: '#channels',
    act: () => by('jonas', (tx) => changeChannel(tx, second.id, { purpose: 'For what comes second' })),
  }),
  'channel.changed, for who is in it': async () => ({
    at: second.path,
    act: () => by('jonas', (tx) => changeChannel(tx, second.id, { name: 'Second to none' })),
  }),
  'channel.archived': async () => ({ at: '/channels', part: '#channels', act: () => by('jonas', (tx) => archiveChannel(tx, second.id, true)) }),
  'channel.reopened': async () => ({ at: '/channels', part: '#channels', act: () => by('jonas', (tx) => archiveChannel(tx, second.id, false)) }),
  'change_request.opened': async () => {
    await request();
    return { at: '/changes', part: '#requests', act: () => request() };
  },
  'change_request.changed': async () => {
    const { id, path, page } = await request();
    return {
      at: path,
      act: () =>
        by('amina', (tx) =>
          updateChangeRequest(tx, { id, byline_id: c.byline.amina, page: { ...page, text: pageText('Attacks', 'Better still.', 'Another paragraph.') } }),
        ),
    };
  },
  'change_request.withdrawn': async () => {
    const { id } = await request();
    return {
      at: '/changes',
      part: '#requests',
      act: () => by('amina', (tx) => withdrawChangeRequest(tx, { id, byline_id: c.byline.amina, reason: 'Thought again' })),
    };
  },
  'change_request.declined': async () => {
    const { id } = await request();
    return { at: '/changes', part: '#requests', act: () => by('noor', (tx) => declineChangeRequest(tx, { id, byline_id: c.byline.noor, reason: 'Not so' })) };
  },
  'change_request.merged': async () => {
    const { id } = await request();
    return { at: '/changes', part: '#requests', act: () => by('noor', (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.noor })) };
  },
  'change_request.step': async () => {
    const { id, path } = await request();
    return { at: path, act: () => by('noor', (tx) => correctNature(tx, { id, nature: 'editorial', reason: 'Only words' })) };
  },
  'comment.disposed': async () => {
    const id = await comment();
    return {
      at: `/library/sim/comments/${id}`,
      act: () => by('noor', (tx) => disposeComment(tx, { id, disposition: 'accepted', version: 0, retry_key: newId() })),
    };
  },
  'comment.closed': async () => {
    const id = await comment();
    return { at: '/library/sim/comments', part: '#comments', act: () => by('amina', (tx) => closeComment(tx, { id, closed: true })) };
  },
  'page.revised': async () => {
    const { id } = await request();
    return { at: '/library/sim/attacks', act: () => by('noor', (tx) => mergeChangeRequest(tx, { id, byline_id: c.byline.noor })) };
  },
};

test('every kind of event that is written anywhere has a case', () => {
  const files = globSync(['src/domains/**/*.server.ts', 'db/policies/*.sql'], { cwd: root });
  const kinds = new Set<string>();
  for (const file of files) {
    const text = readFileSync(resolve(root, file), 'utf8');
    // Where an event is written down, its kind stands; those that depend on something stand in a choice nearby.
    for (const [, kind] of text.matchAll(/(?:app\.tell\(|values \(|kind: |select )'([a-z_]+\.[a-z_]+)'/g)) kinds.add(kind!);
    for (const [, kind] of text.matchAll(/'((?:message|thread|channel|page|change_request|conversation|poll|direct|control|space|comment)\.[a-z_]+)'/g))
      kinds.add(kind!);
  }
  const known = new Set(Object.keys(cases).map((name) => name.split(',')[0]));
  const live = [...kinds].filter((kind) => /^(message|thread|channel|page|change_request|conversation|poll|direct|control|comment)\./.test(kind));
  expect(live.length).toBeGreaterThan(20);
  expect(live.filter((kind) => !known.has(kind)).sort()).toEqual([]);
  expect([...known].filter((kind) => !kinds.has(kind!)).sort()).toEqual([]);
  const elsewhere = [...kinds].map((kind) => kind.split('.')[0]!).filter((subject) => !/^(message|thread|channel|page|change_request|comment)$/.test(subject));
  expect([...new Set(elsewhere)].filter((subject) => !NOT_LIVE.has(subject))).toEqual([]);
});

/** The parts of a page as they are read: without what differs from moment to moment, and without how it came there. */
const shape = (page: Page, part: string): Promise<string> =>
  page.evaluate((selector) => {
    const strip = (node: Node): string => {
      if (node instanceof Text) return (node.textContent ?? '').replace(/\s+/g, ' ');
      if (!(node instanceof Element) || node.matches('.since,template,#unsent,.compose,.asof,details.field,[type=hidden]')) return '';
      const name = node.tagName.toLowerCase();
      const attributes = [...node.attributes]
        .filter((each) => !/^(data-(last|cursor|swap|version)|style|open|aria-busy|data-from-src)$/.test(each.name))
        .map(
          ({ name: key, value }) =>
            `${key}=${
              key === 'class'
                ? value
                    .split(/\s+/)
                    .filter((each) => each && each !== 'arrive')
                    .sort()
                    .join(' ')
                : value
            }`,
        )
        .filter((each) => each !== 'class=')
        .sort()
        .join(' ');
      return `<${name} ${attributes}>${[...node.childNodes].map(strip).join('')}</${name}>`.replace(/> +/g, '>').replace(/ +</g, '<');
    };
    return [...document.querySelectorAll(selector)].map(strip).join('\n').replaceAll('></', '>\n</');
  }, part);

async function open(path: string): Promise<Page> {
  const page = await newPage(browser, { base: hub.base, cookie });
  const heard = page.waitForResponse((response) => response.url().includes('/events'), { timeout: WAIT });
  await page.goto(path);
  await heard;
  return page;
}

test.each(Object.keys(cases))(
  '%s',
  async (kind) => {
    const { at, part, act } = await cases[kind]!();
    const live = await open(at);
    const before = part ? await shape(live, part) : '';
    await act();
    if (!part) await live.locator('.strip.changed').waitFor({ timeout: WAIT });
    else {
      const fresh = await newPage(browser, { base: hub.base, cookie });
      // Both are looked at again until they are the same: reading in one window is told to the other.
      await expect
        .poll(
          async () => {
            await fresh.goto(at);
            return shape(fresh, part);
          },
          { timeout: WAIT, interval: 500 },
        )
        .not.toBe(before);
      const same = async () => {
        await fresh.goto(at);
        await fresh.waitForFunction(() => document.querySelector('time')?.title !== '' || !document.querySelector('time'));
        return [await shape(live, part), await shape(fresh, part)];
      };
      await expect
        .poll(async () => new Set(await same()).size, { timeout: WAIT, interval: 500 })
        .toBe(1)
        .catch(async () => {
          const [now, wanted] = await same();
          expect(now).toBe(wanted);
        });
      await fresh.context().close();
    }
    await live.context().close();
  },
  240_000,
);
