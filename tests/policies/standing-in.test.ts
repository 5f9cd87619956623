/** Acts of a focal point done by whoever stands in say for whom: invitations, recoveries, what is asked at sign-in; in the row, on the page, in the log, in the mail. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listLog } from '#domains/audit/queries.server.ts';
import { changeChannel } from '#domains/channels/change-channel.server.ts';
import { openChannel } from '#domains/channels/open-channel.server.ts';
import { renameThread } from '#domains/conversations/change-thread.server.ts';
import { startThread } from '#domains/conversations/start-thread.server.ts';
import { delegateDuty } from '#domains/govern/delegate-duty.server.ts';
import { inviteColleague } from '#domains/people/invite-colleague.server.ts';
import { mailInvitation } from '#domains/people/jobs.server.ts';
import { nameDomain } from '#domains/people/joining/domains.server.ts';
import { listInvitations } from '#domains/people/queries.server.ts';
import { confirmRecovery, listRecoveries } from '#domains/people/recovery.server.ts';
import { findSignInPolicy, setSignInPolicy } from '#domains/people/set-sign-in-policy.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';
import { settle } from '../support/settle.ts';

let hub: Community;
let mailbox: Mailbox;
/** Desta runs lumaria and is away; Amina stands in. Kofi works there too. */
beforeAll(async () => {
  hub = await plantCommunity();
  mailbox = await openMailbox();
  forgetConfig();
  const kofi = newId();
  await hub.behind(`insert into app.members (id, slug, name) values ('${kofi}', 'kofi', 'Kofi');
    insert into app.accounts (member_id, email, email_key) values ('${kofi}', 'kofi@example.test', 'kofi@example.test');
    insert into app.bylines (id, kind, member_id, name) values (gen_random_uuid(), 'person', '${kofi}', 'Kofi');
    insert into app.memberships (member_id, organization_id) values ('${kofi}', '${hub.organizations.lumaria}');
    insert into app.recoveries (id, member_id) values (gen_random_uuid(), '${kofi}')`);
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await at('desta', (tx) =>
    delegateDuty(tx, { duty: 'focal_point', organization: 'lumaria', to: 'amina', from_day: day(0), until_day: day(5), reason: 'Away' }),
  );
});
afterAll(async () => {
  await mailbox.close();
  await closePools();
  await hub.database.drop();
});
const at = async <T>(who: string, work: (tx: Tx) => Promise<T>) => as(await hub.be(who), work);
const invite = (who: string, email: string) =>
  at(who, (tx) => inviteColleague(tx, { organizationId: hub.organizations.lumaria!, email, name: 'New', role: 'member' }));
const noted = (kind: string) =>
  hub.behind<{ whom: string | null }>(`select data ->> 'for_member' as whom from app.audit_notes where kind = '${kind}' order by id desc limit 1`);

test('an invitation', async () => {
  await invite('desta', 'one@example.test');
  const { id } = await invite('amina', 'two@example.test');
  const rows = await at('desta', (tx) => listInvitations(tx, hub.organizations.lumaria!));
  expect(rows.map(({ email, invited_by, stood_in_for }) => [email, invited_by, stood_in_for])).toEqual([
    ['two@example.test', 'Amina', 'Desta'],
    ['one@example.test', 'Desta', null],
  ]);
  expect(await noted('invitation.made')).toEqual([{ whom: hub.ids.desta }]);
  await mailInvitation({ ids: { invitation: id }, actor: null });
  expect(await mailbox.to('two@example.test')).toContain('Amina, for Desta');
  // Nobody writes it themselves.
  for (const who of ['desta', 'amina'])
    await expect(
      at(who, (tx) =>
        tx
          .updateTable('app.invitations' as never)
          .set({ for_member: hub.ids.jonas } as never)
          .execute(),
      ),
    ).rejects.toMatchObject({ status: 404 });
});

test('a recovery', async () => {
  const [one] = await at('amina', listRecoveries);
  await at('amina', (tx) => confirmRecovery(tx, { id: one!.id }));
  expect((await at('desta', listRecoveries)).map(({ confirmed_by, stood_in_for }) => [confirmed_by, stood_in_for])).toEqual([['Amina', 'Desta']]);
  expect(await noted('recovery.confirmed')).toEqual([{ whom: hub.ids.desta }]);
});

test('what is asked at sign-in; by the focal point again, it is theirs alone', async () => {
  const set = (who: string, secondFactor: boolean) =>
    at(who, (tx) => setSignInPolicy(tx, { organizationId: hub.organizations.lumaria!, passkeysOnly: false, secondFactor }));
  await set('amina', true);
  expect(await at('desta', (tx) => findSignInPolicy(tx, 'lumaria'))).toMatchObject({ changed_by: 'Amina', stood_in_for: 'Desta' });
  const [told] = await hub.behind<{ whom: string }>("select data ->> 'for_member' as whom from app.events where kind = 'organization.sign_in_changed'");
  expect(told?.whom).toBe(hub.ids.desta);
  await set('desta', false);
  expect(await at('desta', (tx) => findSignInPolicy(tx, 'lumaria'))).toMatchObject({ changed_by: 'Desta', stood_in_for: null });
});

test('what is done to channels and threads: for the moderator, or for the focal point whose organization it is; in one’s own right for nobody', async () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await at('lucia', (tx) => delegateDuty(tx, { duty: 'moderator', organization: '', to: 'mei', from_day: day(0), until_day: day(5), reason: 'Away' }));
  const open = (who: string, audience: string | number, name: string) =>
    at(who, (tx) => openChannel(tx, { name, purpose: '', audience_id: audience, ceiling: 'TLP:GREEN', starters: 'readers', readers: [], retry_key: newId() }));
  const [house] = await hub.behind<{ id: number }>(`select id from app.audiences where kind = 'organization' and ref = '${hub.organizations.lumaria}'`);
  const all = await open('jonas', 2, 'For all');
  const own = await open('mei', 2, 'Hers');
  const lumaria = await open('desta', house!.id, 'Lumaria');
  const change = (who: string, { id }: { id: string }) => at(who, (tx) => changeChannel(tx, id, { purpose: `By ${who}` }));
  const told = async (kind: string, { id }: { id: string }) =>
    (
      await hub.behind<{ by: string; whom: string | null }>(
        `select b.name as by, m.name as whom from app.events e join app.bylines b on b.id = e.byline_id left join app.members m on m.id::text = e.data ->> 'for_member'
          where e.kind = '${kind}' and e.subject_id = '${id}' order by e.id`,
      )
    ).map(({ by, whom }) => [by, whom]);
  await change('mei', all);
  await change('jonas', all);
  await change('mei', own);
  await change('amina', lumaria);
  await change('desta', lumaria);
  expect(await told('channel.changed', all)).toEqual([
    ['Mei', 'Lucia'],
    ['Jonas', null],
  ]);
  expect(await told('channel.changed', own)).toEqual([['Mei', null]]);
  expect(await told('channel.changed', lumaria)).toEqual([
    ['Amina', 'Desta'],
    ['Desta', null],
  ]);
  const [talk] = await hub.behind<{ id: string }>(`select id from app.conversations where subject_id = '${all.id}'`);
  const { thread_id: threadId } = await at('jonas', (tx) =>
    startThread(tx, { conversation_id: talk!.id, title: 'A thread', body: 'Words', retry_key: newId() }),
  );
  await at('mei', (tx) => renameThread(tx, { id: threadId, title: 'Renamed' }));
  expect(await told('thread.renamed', { id: threadId })).toEqual([['Mei', 'Lucia']]);
  // Eve, and whoever would say it of themselves, are not believed.
  await expect(change('eve', all)).rejects.toMatchObject({ status: 404 });
  await at('jonas', (tx) =>
    sql`insert into app.events (kind, audience_id, byline_id, subject_kind, subject_id, data)
      select 'channel.changed', 2, b.id, 'channel', ${all.id}, jsonb_build_object('for_member', ${hub.ids.desta}::text) from app.bylines b where b.member_id = app.me() and b.kind = 'person'`.execute(
      tx,
    ),
  );
  expect((await told('channel.changed', all)).at(-1)).toEqual(['Jonas', null]);
});

test('what is done to an organization, and its people: in the log, with both names', async () => {
  await at('amina', (tx) => nameDomain(tx, { organizationId: hub.organizations.lumaria!, domain: 'ta-lumaria.example' }));
  expect(await noted('domain.named')).toEqual([{ whom: hub.ids.desta }]);
  await settle((text) => hub.behind<{ done: boolean }>(text));
  const rows = await at('desta', (tx) => listLog(tx, { of: 'organization', id: hub.organizations.lumaria! }));
  expect(rows.find(({ kind }) => kind === 'domain.named')).toMatchObject({ actor: 'Amina', stood_in_for: 'Desta' });
  expect(rows.find(({ kind, actor }) => kind === 'invitation.made' && actor === 'Desta')).toMatchObject({ stood_in_for: null });
});
