/** References in messages: each reader sees what they may; what they may not see looks, to the byte, like what is not there. Quotations carry no words away. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillChips, readableReferences, resolveReferences } from '#domains/conversations/chips.server.ts';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { messageFrames } from '#domains/conversations/frames.server.ts';
import { loadConversation } from '#domains/conversations/load-conversation.server.ts';
import { readVersions } from '#domains/conversations/message-acts.server.ts';
import { postMessage } from '#domains/conversations/post-message.server.ts';
import { findMessage } from '#domains/conversations/queries.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { renderMessage } from '#lib/text/render-message.ts';
import { config } from '#platform/config.server.ts';
import { type Actor, as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { wire } from '../../src/wiring.server.ts';
import { CIRCLE, type Cast, cast, NAMES, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { plant, type Planted } from '../support/planted.ts';

let db: FreshDatabase;
let c: Cast;
let planted: Planted;
let secret: string;
let carrier: { id: string; thread_id: string };
const SECRET = 'the wolves come on Thursday';
const everybody: Array<Name | 'visitor'> = [...NAMES, 'visitor'];
const be = (who: Name | 'visitor'): Actor => (who === 'visitor' ? { kind: 'visitor' } : c.as(who));
beforeAll(async () => {
  wire();
  db = await freshDatabase();
  c = await cast(db);
  planted = await plant(c, ['everyone', 'circle', 'lumaria']);
  const start = (who: Name, slug: keyof Cast['channel'], body: string) =>
    as(c.as(who), (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: `Thread in ${slug}`, body, retry_key: randomUUID() }));
  secret = (
    await as(c.as('amina'), async (tx) =>
      postMessage(tx, {
        thread_id: (
          await startThread(tx, { conversation_id: c.channel['sim-swap'].conversationId, title: 'Wolves', body: 'x', retry_key: randomUUID() })
        ).thread_id,
        body: `**${SECRET}**`,
        marking: 'TLP:AMBER',
        retry_key: randomUUID(),
      }),
    )
  ).id;
  carrier = await start(
    'amina',
    'square',
    `Look:\n\n[quote](quote:${secret})\n\nand [message](message:${secret}) and [control](control:${planted.ids.circle!.control})`,
  );
});
afterAll(async () => {
  await closePools();
  await db.drop();
});
const shown = (who: Name | 'visitor', body: string) => as(be(who), async (tx) => (await fillChips(tx, [renderMessage(body)]))[0]!);

describe('what each reader sees', () => {
  const readers: Record<string, Name[]> = { everyone: ['amina', 'jonas', 'mei', 'pita', 'lucia', 'noor'], circle: CIRCLE, lumaria: ['amina'] };
  test.each(['page', 'control', 'change', 'message', 'quote'] as const)('%s, for everybody in every audience', async (kind) => {
    for (const [audience, can] of Object.entries(readers)) {
      const id = planted.ids[audience]![kind === 'change' ? 'request' : kind === 'quote' ? 'message' : kind];
      for (const who of everybody) {
        const absent = await shown(who, `[x](${kind}:${randomUUID()})`);
        const here = await shown(who, `[x](${kind}:${id})`);
        expect([audience, who, here === absent]).toEqual([audience, who, !can.includes(who as Name)]);
      }
    }
  });
  test('the words of a quotation are read where they stand: a public thread shows them to the circle alone, with their label', async () => {
    for (const who of everybody) {
      const view = await as(be(who), (tx) => loadConversation(tx, { kind: 'channel', id: c.channel.square.id }, { thread: carrier.thread_id, seen: false }));
      const [message] = view.messages;
      expect([who, message!.html.includes(SECRET), message!.html.includes('TLP:AMBER'), message!.html.includes('Wolves')]).toEqual([
        who,
        ...Array(3).fill(CIRCLE.includes(who as Name)),
      ]);
    }
  });
  test('a frame holds places and nothing in them; the same for all', async () => {
    const frames = await Promise.all(everybody.map((who) => as(be(who), (tx) => messageFrames(tx, [carrier.id]))));
    for (const frame of frames) {
      expect(String(frame.get(carrier.id)!.content.html)).not.toContain(SECRET);
      expect(frame.get(carrier.id)!.content.html).toBe(frames[0]!.get(carrier.id)!.content.html);
    }
  });
  test('a token without the scope sees no quotation of what is marked AMBER', async () => {
    expect(await as((await c.signIn('jonas', ['read'])).actor, async (tx) => (await fillChips(tx, [renderMessage(`[q](quote:${secret})`)]))[0])).not.toContain(
      SECRET,
    );
  });
  test('nothing is kept: who was let go sees nothing more, and what was taken back says so', async () => {
    expect(await shown('mei', `[q](quote:${secret})`)).toContain(SECRET);
    await c.behind(`delete from app.circle_members where member_id = $1`, [c.member.mei]);
    expect(await shown('mei', `[q](quote:${secret})`)).toBe(await shown('mei', `[q](quote:${randomUUID()})`));
    await c.behind(`insert into app.circle_members (circle_id, member_id) values ($1, $2)`, [c.circle.id, c.member.mei]);
    await as(c.as('amina'), (tx) => takeBackMessage(tx, { id: secret }));
    expect(await shown('mei', `[q](quote:${secret})`)).not.toContain(SECRET);
  });
});

describe('what is typed', () => {
  const typed = (who: Name, body: string) => as(c.as(who), (tx) => resolveReferences(tx, body));
  test('an address of this hub becomes a reference where its writer may see it, and says no title', async () => {
    const { code, control } = planted.ids.circle!;
    const url = `${new URL(config().url).origin}/c/${code}`;
    expect(await typed('amina', `See ${url}.`)).toBe(`See [control](control:${control}).`);
    expect(await typed('pita', `See ${url}.`)).toBe(`See ${url}.`);
    expect(await typed('amina', `\`${url}\` [mine](${url}) https://elsewhere.example/c/${code}`)).toBe(
      `\`${url}\` [mine](${url}) https://elsewhere.example/c/${code}`,
    );
  });
  test('a writer reads by name what they refer to, as far as they see it; the name is not kept, and nobody else reads it', async () => {
    const { control, message } = planted.ids.circle!;
    const body = `[control](control:${control}) [quote](quote:${secret}) [message](message:${message}) \`[quote](quote:${secret})\``;
    const read = (who: Name) => as(c.as(who), (tx) => readableReferences(tx, body));
    expect(await read('pita')).toBe(body);
    const own = await read('amina');
    expect(own).toMatch(/^\[Control: .+\]\(control:[^ ]+ \[quote: TLP:AMBER\]\(quote:[^ ]+ \[Message: .+, \d+ \w+ \d{4}\]\(message:/);
    expect(own).not.toContain(SECRET);
    expect(own).toContain(`\`[quote](quote:${secret})\``);
    expect(await typed('amina', own)).toBe(body);
    const said = await as(c.as('amina'), (tx) => postMessage(tx, { thread_id: carrier.thread_id, body: own, retry_key: randomUUID() }));
    const kept = async (who: Name) => (await as(c.as(who), (tx) => findMessage(tx, said.id)))!.body;
    expect(await kept('pita')).toBe(body);
    await as(c.as('amina'), (tx) => editMessage(tx, { id: said.id, body: `Again: ${own}` }));
    expect(await kept('pita')).toBe(`Again: ${body}`);
    const earlier = async (who: Name) => (await as(c.as(who), (tx) => readVersions(tx, said.id)))[0]!.body;
    expect(await earlier('pita')).toMatch(/^\[control\] \[quote\] \[message\] /);
    expect(await earlier('amina')).toMatch(/^\[Control: .+\] \[quote: TLP:AMBER\] \[Message: .+\] /);
  });
  test('the address of a message too', async () => {
    const { message } = planted.ids.everyone!;
    const origin = new URL(config().url).origin;
    expect(await typed('pita', `${origin}/m/${message}`)).toBe(`[message](message:${message})`);
    expect(await typed('eve', `${origin}/m/${message}`)).toBe(`${origin}/m/${message}`);
    const said = await as(c.as('amina'), (tx) => postMessage(tx, { thread_id: carrier.thread_id, body: `${origin}/m/${message}`, retry_key: randomUUID() }));
    expect((await as(c.as('amina'), (tx) => findMessage(tx, said.id)))!.body).toBe(`[message](message:${message})`);
  });
  test.each(['<span class="chip" data-ref="control:X">…</span>', '`<span class="chip" data-ref="control:X">…</span>`'])(
    'nobody writes a place by hand: %s',
    async (body) => {
      const id = planted.ids.circle!.control!;
      expect(await shown('amina', body.replace('X', id))).toContain('&lt;span');
    },
  );
});
