/** Acts of a focal point done by whoever stands in say for whom: invitations, recoveries, what is asked at sign-in; in the row, on the page, in the log, in the mail. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { delegateDuty } from '#domains/govern/delegate-duty.server.ts';
import { inviteColleague } from '#domains/people/invite-colleague.server.ts';
import { mailInvitation } from '#domains/people/jobs.server.ts';
import { listInvitations } from '#domains/people/queries.server.ts';
import { confirmRecovery, listRecoveries } from '#domains/people/recovery.server.ts';
import { findSignInPolicy, setSignInPolicy } from '#domains/people/set-sign-in-policy.server.ts';
import { forgetConfig } from '#platform/config.server.ts';
import { as, type Tx } from '#platform/database/open.server.ts';
import { closePools } from '#platform/database/pool.server.ts';
import { newId } from '#platform/ids.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { type Community, plantCommunity } from '../support/people.ts';

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
