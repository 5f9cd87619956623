import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { Refusal } from '#platform/errors.ts';
import { addToCircle } from '../add-to-circle.server.ts';
import { inviteToCircle } from '../circles/invite-to-circle.server.ts';
import { bringGuest } from './guests.server.ts';

type Input = { circle: string; member?: string | undefined; organization?: string | undefined; until?: string | undefined };

async function isGuest(tx: Tx, { member, organization }: Input): Promise<boolean> {
  const { rows } = await sql<{ guest: boolean | null }>`
    select coalesce((select o.is_guest from app.organizations o where o.slug = ${organization ?? null}),
      (select bool_and(o.is_guest) from app.members m join app.memberships ms on ms.member_id = m.id join app.organizations o on o.id = ms.organization_id where m.slug = ${member ?? null})) as guest`.execute(
    tx,
  );
  return rows[0]?.guest === true;
}

/** Brings somebody into a circle; a guest with a last day that whoever brings them chose. Refuses as addToCircle and bringGuest do; with people.guest.end_missing for a guest without a day. */
export async function bringIn(tx: Tx, input: Input): Promise<void> {
  const { circle, member, organization, until = '' } = input;
  if (!(await isGuest(tx, input))) return addToCircle(tx, { circle, member, organization });
  await bringGuest(tx, { circle, whom: member ? `person/${member}` : `organization/${organization}`, until });
}

/** Invites a full member into a circle, as inviteToCircle does. Refuses besides with people.guest.invite: a guest comes with a last day. */
export async function inviteMember(tx: Tx, input: { circle: string; member?: string | undefined; words?: string | undefined }): Promise<{ id: string }> {
  if (await isGuest(tx, input)) throw new Refusal('people.guest.invite');
  return inviteToCircle(tx, input);
}

export type Readable = { kind: 'channel' | 'space'; name: string; messages: number };
/** What whoever comes into this circle reads from that moment, as the asker reads it. */
export async function listReadable(tx: Tx, audienceId: number): Promise<Readable[]> {
  const { rows } = await sql<Readable>`
    select 'channel' as kind, c.name, (select count(*)::int from app.messages m join app.conversations v on v.id = m.conversation_id where v.subject_kind = 'channel' and v.subject_id = c.id and m.deleted_at is null) as messages
      from app.channels c where c.audience_id = ${audienceId}
    union all select 'space', s.title, 0 from app.spaces s where s.audience_id = ${audienceId} order by 1, 2 limit 50`.execute(tx);
  return rows;
}
