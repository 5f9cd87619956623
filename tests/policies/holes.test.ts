/** Attacks that once worked, each by SQL inside somebody's own request: what an injected statement could do. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { editMessage } from '#domains/conversations/edit-message.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { takeBackMessage } from '#domains/conversations/take-back-message.server.ts';
import { openChangeRequest } from '#domains/library/open-change-request.server.ts';
import { takePseudonym } from '#domains/people/take-pseudonym.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { closePools, pool } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Cast, cast, type Name } from '../support/cast.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type MadeSpace, makeSpace, pageText } from '../support/space.ts';

let db: FreshDatabase;
let c: Cast;
let open: MadeSpace;
let inner: MadeSpace;
const web = {} as Record<Name, Actor>;
beforeAll(async () => {
  db = await freshDatabase();
  c = await cast(db);
  open = await makeSpace('open', 1, { page: pageText('Page', 'First words.'), other: pageText('Other', 'Other words.') });
  inner = await makeSpace('inner', c.audience.circle, { page: pageText('Inner', 'Inner words.') });
  for (const name of ['amina', 'jonas', 'mei', 'noor', 'pita', 'karim', 'lucia', 'eve'] as Name[]) web[name] = (await c.signIn(name)).actor;
});
afterAll(async () => {
  await closePools();
  await db.drop();
});

const done = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { status?: number }) => error.status ?? String(error),
  );
const say = (who: Name, slug: keyof Cast['channel'], body: string, marking: string | null = null) =>
  as(web[who], (tx) => startThread(tx, { conversation_id: c.channel[slug].conversationId, title: 'A thread', body, marking, retry_key: randomUUID() }));
const event = (tx: Tx, kind: string, audience: number, byline: string | null, subject: string) =>
  sql`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id) values (${kind}, ${audience}, ${byline}, ${kind.split('.')[0]}, ${subject})`.execute(
    tx,
  );
const revisionOf = async (page: string) => (await c.behind<{ revision_id: string }>('select revision_id from app.pages where id = $1', [page]))[0]!.revision_id;

describe('what happened', () => {
  test('nobody writes down an event about a message of another audience, whose words readers of mine would be shown', async () => {
    const { id } = await say('amina', 'sim-swap', 'for the circle');
    expect(await done(as(web.pita, (tx) => event(tx, 'message.edited', 2, c.byline.pita, id)))).toBe(404);
    expect(await done(as(web.amina, (tx) => event(tx, 'message.edited', 2, c.byline.amina, id)))).toBe(404);
  });
  test('nobody writes down what somebody else did, or what nobody did, or without a name', async () => {
    const { id } = await say('jonas', 'all-members', 'for all');
    expect(await done(as(web.pita, (tx) => event(tx, 'message.taken_back', 2, c.byline.pita, id)))).toBe(404);
    expect(await done(as(web.jonas, (tx) => event(tx, 'message.edited', 2, null, id)))).toBe(404);
    expect(await done(as(web.eve, (tx) => event(tx, 'page.revised', 1, c.byline.eve, open.pages['page']!)))).toBe(404);
    expect(await done(as(web.pita, (tx) => event(tx, 'hub.closed', 2, c.byline.pita, newId())))).toBe(404);
  });
  test('nobody adds words to an event', async () => {
    expect(
      await done(as(web.pita, (tx) => sql`insert into app.event_payloads (event_id, audience_id, body) select max(id), 2, '{}' from app.events`.execute(tx))),
    ).toBe(404);
  });
});

describe('published text', () => {
  let page: string;
  const request = async (who: Name, space = open) => {
    const id = page;
    const { rows } = await as(web[who], (tx) =>
      sql<{ text: string }>`select r.text from app.pages p join app.revisions r on r.id = p.revision_id where p.id = ${id}`.execute(tx),
    );
    return (
      await as(web[who], async (tx) =>
        openChangeRequest(tx, {
          space_id: space.id,
          title: 'A change',
          reason: 'Because',
          retry_key: newId(),
          byline_id: c.byline[who],
          pages: [
            {
              action: 'edit',
              page_id: id,
              base_revision_id: await revisionOf(id),
              path: 'page',
              parent_path: null,
              position: null,
              text: `${rows[0]!.text}\nMore ${newId()}.\n`,
              retires: [],
            },
          ],
        }),
      )
    ).id;
  };
  beforeEach(() => {
    page = open.pages['page']!;
  });
  const name = (who: Name, requestId: string, audience: number, pageId: string, action: string, base: string | null) =>
    as(web[who], (tx) =>
      sql`insert into app.change_request_pages (id, change_request_id, audience_id, action, page_id, base_revision_id, path, text) values (${newId()}, ${requestId}, ${audience}, ${action}, ${pageId}, ${base}, 'x', 'x')`.execute(
        tx,
      ),
    );

  test('a request of one space does not name a page of another, by which that page could be retired or rewritten', async () => {
    page = inner.pages['page']!;
    const id = await request('karim', inner);
    expect(await done(name('karim', id, c.audience.circle, open.pages['page']!, 'create', null))).toBe(404);
    expect(await done(name('karim', id, c.audience.circle, open.pages['page']!, 'retire', await revisionOf(page)))).toBe(404);
  });
  test('an editor puts no page into a space that is hidden from them', async () => {
    const id = await request('amina');
    const fresh = newId();
    await name('amina', id, 1, fresh, 'create', null);
    const put = (space: string, audience: number) =>
      as(web.noor, (tx) =>
        sql`insert into app.pages (id, space_id, audience_id, path, title) values (${fresh}, ${space}, ${audience}, 'planted', 'Planted')`.execute(tx),
      );
    expect(await done(put(inner.id, c.audience.circle))).toBe(404);
  });
  test('who may merge does not change a page, its controls or its revisions without merging', async () => {
    const id = await request('amina');
    expect(await done(as(web.mei, (tx) => sql`update app.pages set title = 'Mine now' where id = ${page}`.execute(tx)))).toBe(403);
    const revise = (of: string) =>
      as(web.mei, async (tx) => {
        await sql`insert into app.revisions (id, page_id, audience_id, number, text, blocks, change_request_id, byline_id) values (${newId()}, ${of}, 1, 99, 'x', '[]', ${id}, ${c.byline.amina})`.execute(
          tx,
        );
      });
    expect(await done(revise(page))).toBe(403);
    expect(
      await done(
        as(web.mei, (tx) =>
          sql`insert into app.controls (id, code, space_id, audience_id, page_id, slug, kind, title, text, position) values (${newId()}, 'planted', ${open.id}, 1, ${page}, 'planted', 'control', 'x', 'x', 0)`.execute(
            tx,
          ),
        ),
      ),
    ).toBe(403);
  });
  test('a merge carries no revision of a page it does not name, and none under another name', async () => {
    const merging = async (of: string, byline: string) => {
      const id = await request('amina');
      return as(web.mei, async (tx) => {
        await sql`insert into app.revisions (id, page_id, audience_id, number, text, blocks, change_request_id, byline_id) values (${newId()}, ${of}, 1, ${Math.floor(Math.random() * 1e6) + 100}, 'x', '[]', ${id}, ${byline})`.execute(
          tx,
        );
        await sql`update app.change_requests set status = 'merged', decided_by = ${c.byline.mei}, decided_at = now() where id = ${id}`.execute(tx);
      });
    };
    expect(await done(merging(open.pages['other']!, c.byline.amina))).toBe(403);
    expect(await done(merging(page, c.byline.jonas))).toBe(403);
    expect(await done(merging(page, c.byline.amina))).toBe('done');
  });
  test('who decides rewrites neither title nor reason of the author, nor the time of the decision', async () => {
    const id = await request('amina');
    expect(await done(as(web.mei, (tx) => sql`update app.change_requests set reason = 'I say so' where id = ${id}`.execute(tx)))).toBe(403);
    await as(web.mei, (tx) =>
      sql`update app.change_requests set status = 'declined', decision_reason = 'No', decided_by = ${c.byline.mei}, decided_at = '2001-01-01' where id = ${id}`.execute(
        tx,
      ),
    );
    const [row] = await c.behind<{ recent: boolean }>(`select decided_at > now() - interval '1 minute' as recent from app.change_requests where id = $1`, [id]);
    expect(row).toEqual({ recent: true });
  });
  test('nobody merges their own request under another of their names', async () => {
    const hidden = await as(web.mei, (tx) => takePseudonym(tx, { audienceId: c.audience.circle, name: 'A reviewer' }));
    const id = newId();
    await as(web.mei, (tx) =>
      sql`insert into app.change_requests (id, space_id, audience_id, title, byline_id, retry_key) values (${id}, ${inner.id}, ${c.audience.circle}, 'Mine', ${hidden}, ${newId()})`.execute(
        tx,
      ),
    );
    expect(
      await done(
        as(web.mei, async (tx) => {
          const { numAffectedRows } =
            await sql`update app.change_requests set status = 'merged', decided_by = ${c.byline.mei}, decided_at = now() where id = ${id}`.execute(tx);
          if (!numAffectedRows) throw Object.assign(new Error('nothing'), { status: 404 });
        }),
      ),
    ).toBe(404);
  });
});

describe('conversations', () => {
  const conversation = (who: Name, kind: string, subject: string, audience: number) =>
    as(web[who], (tx) =>
      sql`insert into app.conversations (id, audience_id, subject_kind, subject_id, ceiling) values (${newId()}, ${audience}, ${kind}, ${subject}, 'TLP:CLEAR')`.execute(
        tx,
      ),
    );
  test('direct talk is among named people: nobody opens it before all members or the public', async () => {
    expect(await done(conversation('eve', 'direct', newId(), 1))).toBe(404);
    expect(await done(conversation('pita', 'direct', newId(), 2))).toBe(404);
  });
  test('whether a hidden subject exists, and for whom, is not told by asking for its audience', async () => {
    const ask = (who: Name) =>
      as(web[who], async (tx) => (await sql<{ a: number }>`select app.talk_audience('channel', ${c.channel['sim-swap'].id}) as a`.execute(tx)).rows[0]!.a);
    expect(await ask('karim')).toBe(c.audience.circle);
    expect(await ask('eve')).toBe(null);
    expect(await ask('pita')).toBe(null);
  });
  test('a pseudonym speaks only in the audience it was taken for', async () => {
    const hidden = await as(web.jonas, (tx) => takePseudonym(tx, { audienceId: c.audience.circle, name: 'A bank' }));
    const thread = (slug: keyof Cast['channel']) =>
      as(web.jonas, (tx) =>
        sql`insert into app.threads (id, conversation_id, audience_id, title, byline_id) values (${newId()}, ${c.channel[slug].conversationId}, ${c.channel[slug].audienceId}, 'x', ${hidden})`.execute(
          tx,
        ),
      );
    expect(await done(thread('all-members'))).toBe(404);
    expect(await done(thread('sim-swap'))).toBe('done');
  });
  test('what a message said before it was taken back, or before its label rose, is read with the message or not at all', async () => {
    const history = (actor: Actor, id: string) =>
      as(actor, async (tx) => (await sql`select body from app.message_revisions where message_id = ${id}`.execute(tx)).rows.length);
    const taken = await say('amina', 'sim-swap', 'said too much');
    await as(web.amina, (tx) => takeBackMessage(tx, { id: taken.id }));
    expect(await history(web.jonas, taken.id)).toBe(0);
    const raised = await say('amina', 'sim-swap', 'turns out to be amber');
    await as(web.amina, (tx) => editMessage(tx, { id: raised.id, body: 'turns out to be amber', marking: 'TLP:AMBER' }));
    expect(await history(web.jonas, raised.id)).toBe(1);
    expect(await history((await c.signIn('jonas', ['read'])).actor, raised.id)).toBe(0);
  });
  test('a token that may only read moves no marker', async () => {
    const { thread_id } = await say('amina', 'all-members', 'to be read');
    const { actor } = await c.signIn('jonas', ['read']);
    const mark = (who: Actor) =>
      as(who, (tx) => sql`insert into app.read_markers (member_id, thread_id, audience_id, number) values (${c.member.jonas}, ${thread_id}, 2, 1)`.execute(tx));
    expect(await done(mark(actor))).toBe(404);
    expect(await done(mark(web.jonas))).toBe('done');
  });
});

describe('posting', () => {
  const post = (tx: Tx, thread: string, key = newId()) => sql`select app.post_message(${newId()}, ${thread}, 'x', null, ${key}, '\\x00', 'x')`.execute(tx);
  test('nobody writes a message past the one function, hence none under another name, number or audience', async () => {
    const { thread_id } = await say('jonas', 'all-members', 'ordinary');
    const past = as(web.jonas, (tx) =>
      sql`insert into app.messages (id, conversation_id, thread_id, audience_id, byline_id, body, retry_key, body_hash) values (${newId()}, ${c.channel['all-members'].conversationId}, ${thread_id}, 2, ${c.byline.jonas}, 'x', ${newId()}, '\\x00')`.execute(
        tx,
      ),
    );
    expect(await done(past)).toBe(404);
  });
  test('who speaks comes from the session, whatever a statement before it set', async () => {
    const { thread_id } = await say('jonas', 'all-members', 'ordinary');
    const key = newId();
    await as(web.pita, async (tx) => {
      await sql`select set_config('indaba.member', ${c.member.mei}, true), set_config('app.me', ${c.member.mei}, true)`.execute(tx);
      await post(tx, thread_id, key);
    });
    expect(await c.behind('select byline_id from app.messages where retry_key = $1', [key])).toEqual([{ byline_id: c.byline.pita }]);
    const robbed = as(web.pita, async (tx) => {
      await sql`select set_config('indaba.session', '', true), set_config('indaba.member', ${c.member.mei}, true)`.execute(tx);
      await post(tx, thread_id);
    });
    expect(await done(robbed)).toBe(404);
  });
  test('that a message was posted is told once: nobody tells it again', async () => {
    const { id } = await say('jonas', 'all-members', 'ordinary');
    expect(await done(as(web.jonas, (tx) => event(tx, 'message.posted', 2, c.byline.jonas, id)))).toBe(404);
  });
  test('what finds a message is changed by nobody who only reads, nor from outside, nor once it was taken back', async () => {
    const { id } = await say('jonas', 'all-members', 'ordinary');
    const put = (actor: Actor, of = id, words = "'poison':1") => done(as(actor, (tx) => sql`select search.put('message', ${of}, ${words})`.execute(tx)));
    expect(await put((await c.signIn('jonas', ['read'])).actor)).toBe(404);
    expect(await put(web.jonas)).toBe('done');
    await as(web.jonas, (tx) => takeBackMessage(tx, { id }));
    expect(await put(web.jonas)).toBe(404);
    expect(await put(web.jonas, id, '')).toBe('done');
    const inside = await say('mei', 'sim-swap', 'for the circle');
    await c.behind('delete from app.circle_members where member_id = $1', [c.member.mei]);
    expect(await put(web.mei, inside.id)).toBe(404);
    await c.behind('insert into app.circle_members (circle_id, member_id) values ($1, $2)', [c.circle.id, c.member.mei]);
  });
  test('a token that only reads, somebody suspended, and whoever left the circle post nothing, and leave no word to be found', async () => {
    const open = await say('jonas', 'all-members', 'ordinary');
    const inside = await say('amina', 'sim-swap', 'for the circle');
    const before = await c.behind('select count(*) from search.entries');
    const { actor } = await c.signIn('jonas', ['read']);
    expect(await done(as(actor, (tx) => post(tx, open.thread_id)))).toBe(404);
    expect(await done(as(web.pita, (tx) => post(tx, inside.thread_id)))).toBe(404);
    const noor = await c.signIn('noor');
    await c.behind(`update app.members set status = 'suspended' where id = $1`, [c.member.noor]);
    expect(await done(as(noor.actor, (tx) => post(tx, open.thread_id)))).toBe(404);
    await c.behind(`update app.members set status = 'active' where id = $1`, [c.member.noor]);
    expect(await c.behind('select count(*) from search.entries')).toEqual(before);
  });
});

test('a message that takes the id of a page does not put the page out of search', async () => {
  const page = open.pages['other']!;
  const { thread_id } = await say('jonas', 'all-members', 'ordinary');
  await as(web.jonas, async (tx) => {
    await sql`select app.post_message(${page}, ${thread_id}, 'x', null, ${newId()}, '\\x00', '')`.execute(tx);
    await sql`select search.put('message', ${page}, '')`.execute(tx);
  });
  expect(await c.behind(`select kind from search.entries where subject_id = $1`, [page])).toEqual([{ kind: 'page' }]);
});

test('a token is made with nothing but its name, scopes and end; no statement counts a try, under a long name or a short one', async () => {
  const made = as(web.pita, (tx) =>
    sql`insert into app.sessions (id, token_hash, member_id, kind, name, expires_at, created_at) values (${newId()}, sha256('x'), ${c.member.pita}, 'token', 'x', now() + interval '1 day', '2001-01-01')`.execute(
      tx,
    ),
  );
  expect(await done(made)).toBe(404);
  for (const actor of [{ kind: 'visitor' } as const, web.pita])
    for (const call of [
      `app.take(repeat('x', 100000), 5, 60)`,
      `app.take('x', 5, 60)`,
      `app.take_said('x', 5, 60, '\\x00')`,
      `app.take_said('x', 5, 60, null)`,
    ])
      expect(await done(as(actor, (tx) => sql.raw(`select ${call}`).execute(tx)))).toBe(404);
  expect(await c.behind(`select 1 from app.rate_buckets where bucket like 'x%'`)).toEqual([]);
});

test('nobody has an invitation mailed, which kills the link before it, but who may invite there', async () => {
  const id = newId();
  await as(web.jonas, (tx) =>
    sql`insert into app.invitations (id, organization_id, email, name, role, invited_by) values (${id}, ${c.organization['central-bank-lumaria']}, 'a@example.org', 'A', 'member', ${c.byline.jonas})`.execute(
      tx,
    ),
  );
  const mail = (who: Name) => as(web[who], (tx) => sql`select app.enqueue('people.mail-invitation', ${JSON.stringify({ invitation: id })}::jsonb)`.execute(tx));
  expect(await done(mail('eve'))).toBe(403);
  expect(await done(mail('pita'))).toBe(403);
  expect(await done(mail('jonas'))).toBe('done');
});

test('no setting that a statement makes for its connection meets whoever comes next', async () => {
  const next = () =>
    as({ kind: 'visitor' }, async (tx) =>
      sql<
        Record<string, string>
      >`select pg_backend_pid() as pid, current_setting('default_transaction_read_only') as read_only, current_setting('statement_timeout') as timeout,
        current_setting('indaba.session') as session`
        .execute(tx)
        .then(({ rows }) => rows[0]),
    );
  const before = await next();
  const poison = (tx: Tx) =>
    sql`select set_config('default_transaction_read_only', 'on', false), set_config('statement_timeout', '0', false), set_config('indaba.session', 'mine', false), pg_backend_pid() as pid`.execute(
      tx,
    );
  await as({ kind: 'visitor' }, poison);
  expect(await next()).toEqual(before);
  await as({ kind: 'visitor' }, async (tx) => {
    await poison(tx);
    throw new Error('and then fails');
  }).catch(() => {});
  expect(await next()).toEqual(before);
  expect(before).toMatchObject({ read_only: 'off', timeout: '2s', session: '' });
});

test('no statement prepared by one is run in the name of the next: its name cannot be known', async () => {
  const next = () => as(web.lucia, async (tx) => (await sql<{ me: string }>`select app.me() as me`.execute(tx)).rows[0]!.me);
  expect(await next()).toBe(c.member.lucia);
  const attempt = (text: string) =>
    as(web.eve, (tx) =>
      sql
        .raw<{ name: string }>(text)
        .execute(tx)
        .then(({ rows }) => rows),
    );
  // Where they are listed; the statistics show statements, never their names.
  await expect(attempt('select name from pg_prepared_statements')).rejects.toMatchObject({ status: 404 });
  await expect(attempt('select name from pg_prepared_statement()')).rejects.toMatchObject({ status: 404 });
  // Under every name that the hub once used, on every connection, stands a statement that becomes somebody else; then on each of them somebody real comes.
  const all = Array.from({ length: pool('web').options.max });
  await Promise.all(
    all.map(() =>
      as(web.eve, async (tx) => {
        for (const name of ['open', 's0', 's1', 's37'])
          await sql.raw(`prepare "${name}" as select set_config('indaba.member', '${c.member.eve}', true), $1::text, $2::text, $3::text`).execute(tx);
        await sql`select pg_sleep(0.2)`.execute(tx);
      }),
    ),
  );
  expect(new Set(await Promise.all(all.map(next)))).toEqual(new Set([c.member.lucia]));
});

test('statements that somebody dropped cost whoever comes next one try, not every one', async () => {
  const tries = async () =>
    (await Promise.allSettled(Array.from({ length: 20 }, () => as(web.lucia, (tx) => sql`select app.me()`.execute(tx))))).filter(
      ({ status }) => status === 'rejected',
    ).length;
  await tries();
  await as(web.eve, (tx) => sql`deallocate all`.execute(tx)).catch(() => {});
  expect(await tries()).toBeLessThan(3);
  expect(await tries()).toBe(0);
});

test('which labels an audience admits, hence what it is like, is told to those who belong to it', async () => {
  const ask = (who: Name) =>
    as(web[who], async (tx) => (await sql<{ yes: boolean }>`select app.marking_admits('TLP:AMBER', ${c.audience.circle}) as yes`.execute(tx)).rows[0]!.yes);
  expect([await ask('karim'), await ask('pita'), await ask('eve')]).toEqual([true, false, false]);
});

test('who has an account here is not told to a statement that does not hold the sign-in key', async () => {
  for (const actor of [{ kind: 'visitor' } as const, web.eve])
    expect(await as(actor, async (tx) => (await sql`select * from app.find_account('lucia@example.org', '\\x00')`.execute(tx)).rows)).toEqual([]);
});
