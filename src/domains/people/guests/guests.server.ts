import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { asRefusal, notFound, Refusal } from '#platform/errors.ts';
import { newId, shortId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { slugOf } from '../model.ts';
import { InviteGuestInput, StayInput } from './guest.ts';

export type Guest = { kind: 'person' | 'organization'; slug: string; name: string; ends_on: string; people: number };

/** The guests of a circle with the last day of each, where the asker may see who is in it. */
export async function listGuests(tx: Tx, circleId: string): Promise<Guest[]> {
  const { rows } = await sql<Guest>`
    select case when o.id is null then 'person' else 'organization' end as kind, coalesce(o.slug, m.slug) as slug, coalesce(o.name, m.name) as name,
      ((cm.ends_at - interval '1 second') at time zone 'UTC')::date::text as ends_on,
      case when o.id is null then 1 else (select count(*)::int from app.memberships ms join app.members p on p.id = ms.member_id and p.status = 'active' where ms.organization_id = o.id) end as people
      from app.circle_members cm left join app.organizations o on o.id = cm.organization_id left join app.members m on m.id = cm.member_id
     where cm.circle_id = ${circleId} and cm.ends_at is not null and coalesce(o.id, m.id) is not null order by cm.ends_at, name`.execute(tx);
  return rows;
}

/** My own last day in a circle, or null where I stay. */
export async function findMyEnd(tx: Tx, circleId: string): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select ((am.ends_at - interval '1 second') at time zone 'UTC')::date::text as day from app.audience_members am join app.circles c on c.audience_id = am.audience_id
     where c.id = ${circleId} and am.member_id = app.me()`.execute(tx);
  return rows[0]?.day ?? null;
}

// The day counts to its end.
const endOf = (day: string) => sql`((${day}::date + 1)::timestamp at time zone 'UTC')`;

type Ids = { circle: string | null; member: string | null; organization: string | null; guest: boolean };
async function idsOf(tx: Tx, circle: string, whom: string): Promise<{ circle: string; member: string | null; organization: string | null; guest: boolean }> {
  const [kind, slug] = whom.split('/');
  const { rows } = await sql<Ids>`
    select c.id as circle, m.id as member, o.id as organization, coalesce(o.is_guest, m.id not in (select am.member_id from app.audience_members am where am.audience_id = 2)) as guest
      from app.circles c left join app.members m on ${kind} = 'person' and m.slug = ${slug} left join app.organizations o on ${kind} = 'organization' and o.slug = ${slug} where c.slug = ${circle}`.execute(
    tx,
  );
  const found = rows[0];
  if (!found?.circle) throw notFound('people.circle.not_found');
  if (!found.member && !found.organization) throw notFound(kind === 'person' ? 'people.member.not_found' : 'people.organization.not_found');
  return { ...found, circle: found.circle };
}

/**
 * Brings a guest who is here already into a circle, until a day.
 * Refuses with people.circle.not_found, .whom, .already_in_it, .no_guests, people.member.not_found, people.organization.not_found, people.guest.end_missing, .end_past, .end_far, .none, and as not found where one may not.
 */
export async function bringGuest(tx: Tx, input: unknown): Promise<void> {
  const { circle, whom, until } = parse(StayInput, input);
  const ids = await idsOf(tx, circle, whom);
  if (!ids.guest) throw new Refusal('people.guest.none');
  await sql`insert into app.circle_members (circle_id, member_id, organization_id, ends_at) values (${ids.circle}, ${ids.member}, ${ids.organization}, ${endOf(until)})`
    .execute(tx)
    .catch((error) => {
      throw (error as { code?: string }).code === '23505' ? new Refusal('people.circle.already_in_it', { status: 409 }) : asRefusal(error);
    });
  tx.notes.wake = true;
}

/** Gives a guest another last day, sooner or later. Refuses with people.circle.not_found, people.member.not_found, people.organization.not_found, people.guest.end_missing, .end_past, .end_far. */
export async function renewGuest(tx: Tx, input: unknown): Promise<void> {
  const { circle, whom, until } = parse(StayInput, input);
  const ids = await idsOf(tx, circle, whom);
  const { numAffectedRows } = await sql`update app.circle_members set ends_at = ${endOf(until)}
    where circle_id = ${ids.circle} and member_id is not distinct from ${ids.member}::uuid and organization_id is not distinct from ${ids.organization}::uuid and ends_at is not null`.execute(
    tx,
  );
  if (!numAffectedRows) throw notFound('people.circle.not_found');
  tx.notes.wake = true;
}

/**
 * Invites a guest that is not here yet: its organization, its place in this one circle until a day, and a mail to its first person.
 * Refuses with people.circle.not_found, .no_guests, people.organization.name_missing, .name_taken, .kind_unknown, people.name.missing, .long, .dishonest, people.email.not_an_address,
 * people.guest.end_missing, .end_past, .end_far, people.invitation.slow_down.
 */
export async function inviteGuest(tx: Tx, input: unknown): Promise<{ slug: string }> {
  const { circle, name, kind, person, email, until } = parse(InviteGuestInput, input);
  const { rows } = await sql<{ id: string }>`select id from app.circles where slug = ${circle}`.execute(tx);
  if (!rows[0]) throw notFound('people.circle.not_found');
  // The address tells nobody whether the name was free.
  const slug = `${slugOf(name).replace(/^member$/, 'guest')}-${shortId(4)}`;
  await sql`select app.invite_guest(${rows[0].id}, ${newId()}, ${slug}, ${name}, ${kind}, ${endOf(until)}, ${newId()}, ${email}, ${person})`.execute(tx);
  tx.notes.wake = true;
  return { slug };
}
