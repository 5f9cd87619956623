/** Answers by mail, by a real mail server both ways: who may answer what, whose word about a sender counts, and what is said to whom. */
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { sql } from 'kysely';
import { openDirect } from '#domains/conversations/direct.server.ts';
import { secretIn } from '#domains/conversations/replying/address.server.ts';
import { startReplying } from '#domains/conversations/replying/start-replying.server.ts';
import { takeReply } from '#domains/conversations/replying/take-reply.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { sendMails } from '#domains/conversations/telling/send-mails.server.ts';
import { tell } from '#domains/conversations/telling/tell.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { fetchMail } from '#platform/mail-in/fetch.server.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';

let community: Community;
let mailbox: Mailbox;
let replying: Awaited<ReturnType<typeof startReplying>>;
vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  community = await plantCommunity();
  mailbox = await openMailbox();
  process.env.INDABA_MAIL_IN = 'smtp://127.0.0.1:0/?relay=mx.hub.test&domain=reply.hub.test';
  forgetConfig();
  replying = await startReplying();
}, 60_000);
afterAll(async () => {
  await replying?.stop();
  delete process.env.INDABA_MAIL_IN;
  forgetConfig();
  await mailbox?.close();
  await closePools();
  await community?.database.drop();
});
beforeEach(() => mailbox.forget());

const be = (slug: string) => community.be(slug);
const box = (slug: string) => `${slug}@example.test`;
const VOUCHED = 'mx.hub.test; dmarc=pass header.from=example.test';

/** Amina writes to Jonas; gives back the thread, and the mail that tells him. */
async function written(marking: string | null = 'TLP:GREEN', body = 'wombats at the ferry', to = 'jonas') {
  const thread = await as(await be('amina'), async (tx) => {
    const { conversation_id } = await openDirect(tx, { people: [to] });
    return (await startThread(tx, { conversation_id, title: 'They', body, marking: marking as 'TLP:GREEN', retry_key: newId() })).thread_id;
  });
  await tell();
  await community.behind("update app.notices set mail_due = now() where mail_due < now() + interval '6 minutes'");
  await sendMails();
  const mail = mailbox.all(box(to)).at(-1)!;
  return { thread, mail, address: /Reply-To:[^<]*<(reply\+[0-9a-f]{40}@reply\.hub\.test)>/i.exec(mail)?.[1] };
}
type Sent = {
  from?: string;
  text?: string;
  vouched?: string | null;
  headers?: Record<string, string>;
  attachments?: { filename: string; content: string }[];
  id?: string;
};
/** The relay hands in a mail. */
async function answer(
  address: string,
  {
    from = box('jonas'),
    text = 'numbats\n\nOn Mon, 2 Nov 2026 Indaba <noreply@hub.test> wrote:\n> wombats',
    vouched = VOUCHED,
    headers = {},
    id,
    ...more
  }: Sent = {},
) {
  const transport = createTransport({ host: '127.0.0.1', port: replying!.port!, ignoreTLS: true });
  const authenticated = vouched === null ? {} : { 'Authentication-Results': vouched };
  return transport.sendMail({
    from,
    to: address,
    envelope: { from: 'bounce@example.test', to: [address] },
    subject: 'Re',
    text,
    messageId: id,
    headers: { ...authenticated, ...headers },
    ...more,
  });
}
const said = async (thread: string) =>
  (
    await as(await be('amina'), (tx) =>
      sql<{
        body: string;
        marking: string;
        name: string;
      }>`select m.body, m.marking, b.name from app.messages m join app.bylines b on b.id = m.byline_id where m.thread_id = ${thread} order by m.thread_number`.execute(
        tx,
      ),
    )
  ).rows;

test('the words of an answer stand in the thread, under the name and label that belong there, once', async () => {
  const { thread, mail, address } = await written();
  expect(mail).toContain('answer this mail');
  for (let n = 0; n < 2; n++) await answer(address!, { id: '<one@example.test>' });
  expect(await said(thread)).toEqual([
    { body: 'wombats at the ferry', marking: 'TLP:GREEN', name: 'Amina' },
    { body: 'numbats', marking: 'TLP:GREEN', name: 'Jonas' },
  ]);
  await answer(address!, { text: 'and bilbies' });
  expect((await said(thread)).map(({ body }) => body)).toEqual(['wombats at the ferry', 'numbats', 'and bilbies']);
  expect(mailbox.all(box('jonas')).length).toBe(1);
});

test('a mail of several messages has an address beside each, noted at once, and each answer stands under what it answers', async () => {
  await community.behind(`insert into app.telling_choices (member_id, mail_direct) values ('${community.ids.mei}', 'daily')`);
  const threads: string[] = [];
  for (const body of ['bandicoots', 'bettongs', 'potoroos']) threads.push((await written('TLP:GREEN', body, 'mei')).thread);
  await community.behind('update app.notices set mail_due = now() where mail_due is not null');
  await sendMails();
  const mails = mailbox.all(box('mei'));
  expect(mails).toHaveLength(1);
  const addresses = [...new Set(mails[0]!.match(/reply\+[0-9a-f]{40}@reply\.hub\.test/g))];
  expect(addresses).toHaveLength(3);
  const noted = await community.behind<{ at_once: string }>(
    `select xmin::text as at_once from app.reply_addresses where member_id = '${community.ids.mei}' order by made_at desc limit 3`,
  );
  expect(new Set(noted.map(({ at_once }) => at_once)).size).toBe(1);
  for (const [nth, address] of addresses.entries()) await answer(address, { from: box('mei'), text: `numbats ${nth}` });
  for (const [nth, thread] of threads.entries()) expect((await said(thread)).map(({ body }) => body)[1]).toBe(`numbats ${nth}`);
  await community.behind(`delete from app.telling_choices where member_id = '${community.ids.mei}'`);
});

test('above TLP:GREEN no address is given out; and one given out before ends when the label rises', async () => {
  const amber = await written('TLP:AMBER');
  expect(amber.address).toBeUndefined();
  expect(amber.mail).not.toContain('reply+');
  mailbox.forget();
  const green = await written('TLP:GREEN', 'potoroos');
  await community.behind(`update app.messages set marking = 'TLP:AMBER' where thread_id = '${green.thread}'`);
  await answer(green.address!);
  expect((await said(green.thread)).length).toBe(1);
  expect(await mailbox.to(box('jonas'), 'may travel by mail')).not.toContain('potoroos');
});

test.each<[string, Sent]>([
  ['nobody vouches', { vouched: null }],
  ['another server vouches', { vouched: 'mx.evil.test; dmarc=pass header.from=example.test' }],
  ['the relay found it forged', { vouched: 'mx.hub.test; dmarc=fail header.from=example.test' }],
  ['another person of the same domain', { from: box('eve') }],
  ['a name that looks like the address', { from: '"jonas@example.test" <eve@evil.test>', vouched: 'mx.hub.test; dmarc=pass header.from=evil.test' }],
  ['two senders', { from: 'jonas@example.test, eve@example.test' }],
])('not posted, and its owner is told, not the sender: %s', async (_, sent) => {
  const { thread, address } = await written();
  mailbox.forget();
  await answer(address!, sent);
  expect((await said(thread)).length).toBe(1);
  expect(await mailbox.to(box('jonas'), 'was not posted')).not.toContain('numbats');
  expect(mailbox.all(box('eve'))).toEqual([]);
});

test('whoever is suspended answers nothing; nor whoever does not read there any more', async () => {
  const { thread, address } = await written('TLP:GREEN', 'numbats', 'mei');
  await community.behind(`update app.members set status = 'suspended' where id = '${community.ids.mei}'`);
  await expect(answer(address!, { from: box('mei') })).rejects.toThrow(/550/);
  await community.behind(`update app.members set status = 'active' where id = '${community.ids.mei}'`);
  await community.behind(
    `delete from app.audience_members where member_id = '${community.ids.mei}' and audience_id = (select audience_id from app.threads where id = '${thread}')`,
  );
  mailbox.forget();
  await answer(address!, { from: box('mei') });
  expect(await mailbox.to(box('mei'), 'do not read there')).toContain('was not posted');
  expect((await said(thread)).length).toBe(1);
});

test('an organization that asks for more than a password takes no answers by mail', async () => {
  const { thread, address } = await written();
  await community.behind(`alter table app.sign_in_policies disable trigger user`);
  await community.behind(
    `insert into app.sign_in_policies (organization_id, passkeys_only) select organization_id, true from app.memberships where member_id = '${community.ids.jonas}' on conflict (organization_id) do update set passkeys_only = true`,
  );
  mailbox.forget();
  await answer(address!);
  expect((await said(thread)).length).toBe(1);
  expect(await mailbox.to(box('jonas'), 'more than a password')).toContain('was not posted');
  expect((await written('TLP:GREEN', 'dunnarts')).address).toBeUndefined();
  await community.behind('delete from app.sign_in_policies');
});

test('programs are not answered; strangers, old and guessed addresses are refused at the door', async () => {
  const { thread, address } = await written();
  mailbox.forget();
  await answer(address!, { headers: { 'Auto-Submitted': 'auto-replied' } });
  await answer(address!, { headers: { Precedence: 'bulk' } });
  await answer(address!, { headers: { 'List-Id': '<all.example.test>' } });
  expect((await said(thread)).length).toBe(1);
  expect(mailbox.all(box('jonas'))).toEqual([]);
  for (const wrong of [`reply+${'0'.repeat(40)}@reply.hub.test`, 'reply+abc@reply.hub.test', 'jonas@reply.hub.test', address!.replace('reply.hub', 'evil')])
    await expect(answer(wrong)).rejects.toThrow(/550/);
  await community.behind(`update app.reply_addresses set made_at = now() - interval '31 days'`);
  await expect(answer(address!)).rejects.toThrow(/550/);
  expect(mailbox.all(box('jonas'))).toEqual([]);
});

test('files are left out and that is said; nothing of one’s own is said too, once in ten minutes', async () => {
  const { thread, address } = await written();
  mailbox.forget();
  await answer(address!, { attachments: [{ filename: 'a.txt', content: 'x' }] });
  expect((await said(thread)).at(-1)!.body).toBe('numbats');
  expect(await mailbox.to(box('jonas'), 'words only')).toContain('are posted');
  const next = await written('TLP:GREEN', 'kultarrs');
  mailbox.forget();
  for (let n = 0; n < 3; n++) await answer(next.address!, { text: '> kultarrs\n' });
  expect(await mailbox.to(box('jonas'), 'no words of your own')).toContain('was not posted');
  expect(mailbox.all(box('jonas')).length).toBe(1);
});

test('a mail server that is away costs nothing: the relay is told to come again, and then it is said', async () => {
  const { address } = await written();
  mailbox.forget();
  mailbox.refuse(box('jonas'));
  await expect(answer(address!, { vouched: null })).rejects.toThrow(/451/);
  mailbox.refuse(null);
  await answer(address!, { vouched: null });
  expect(await mailbox.to(box('jonas'), 'was not posted')).toContain('vouch');
});

test('hostile mails are read in time and harm nothing', async () => {
  const { thread, address } = await written();
  for (const text of [`On ${'a '.repeat(50_000)}`, '>'.repeat(60_000), `${'On Mon wrote\n'.repeat(4_000)}`, `\n${'-'.repeat(30_000)}\n`]) {
    const began = performance.now();
    await answer(address!, { text });
    expect(performance.now() - began).toBeLessThan(20_000);
  }
  await answer(address!, { text: '<script>alert(1)</script>' });
  expect((await said(thread)).at(-1)!.body).toBe('<script>alert(1)</script>');
});

test('fetched from a mailbox: what is ours is posted and gone, what is not stays, what cannot be taken now waits', async () => {
  const { thread, address } = await written();
  const mail = (to: string, words: string) =>
    `Authentication-Results: ${VOUCHED}\r\nDelivered-To: ${to}\r\nFrom: ${box('jonas')}\r\nTo: Indaba <${to}>\r\nSubject: Re\r\nMessage-ID: <${words}@example.test>\r\n\r\n${words}\r\n`;
  const boxes = {
    INBOX: { messages: [mail(address!, 'pademelons'), mail('else@reply.hub.test', 'not ours'), mail(address!, 'quendas')].map((raw) => ({ raw })) },
  };
  const { default: hoodiecrow } = await import('hoodiecrow-imap');
  const server = hoodiecrow({ plugins: ['ID', 'UIDPLUS', 'NAMESPACE', 'LITERALPLUS'], secureConnection: true, storage: boxes });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // Its certificate is its own.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  const port = server.server.address().port;
  const from = { way: 'imaps', host: '127.0.0.1', port, user: 'testuser', pass: 'testpass', folder: 'INBOX' } as const;
  let away = true;
  const fetching = fetchMail(
    from,
    {
      known: (one) => secretIn(one) !== undefined,
      take: async (raw, to) => {
        if (away && raw.includes('quendas')) {
          away = false;
          throw new Error('the database is away');
        }
        await takeReply(raw, to);
      },
    },
    200,
  );
  try {
    for (let n = 0; n < 600 && (await said(thread)).length < 3; n++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await said(thread)).map(({ body }) => body)).toEqual(['wombats at the ferry', 'pademelons', 'quendas']);
    for (let n = 0; n < 600 && server.storage.INBOX.messages.length > 1; n++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(
      server.storage.INBOX.messages.map(({ raw, flags }: { raw: string; flags: string[] }) => [raw.includes('not ours'), flags.includes('\\Seen')]),
    ).toEqual([[true, true]]);
  } finally {
    await fetching.stop();
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    await new Promise<void>((closed) => server.close(closed));
  }
});
