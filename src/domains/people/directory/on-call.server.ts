import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { OnCallInput } from './model.ts';

export type OnCall = {
  id: string;
  organization: string;
  organization_name: string;
  countries: string[];
  place: number;
  name: string;
  member: string | null;
  phone: string;
  mail: string;
  days: number[];
  opens: string | null;
  closes: string | null;
  time_zone: string;
  languages: string[];
  /** Reachable by its own hours, at this moment. */
  open_now: boolean;
  audience_id: number;
  audience: string | null;
  may_keep: boolean;
};

/** Whom to call, as far as the asker may see it: of one organization in its order, or of all, those reachable now first in each. */
export async function listOnCall(tx: Tx, only: { organization?: string } = {}): Promise<OnCall[]> {
  const { rows } = await sql<OnCall>`
    select c.id, o.slug as organization, o.name as organization_name, c.place, c.name, m.slug as member, c.phone, c.mail, c.days, to_char(c.opens, 'HH24:MI') as opens, to_char(c.closes, 'HH24:MI') as closes,
      c.time_zone, c.languages, app.open_at(c.days, c.opens, c.closes, c.time_zone) as open_now, c.audience_id, a.label as audience, app.may_keep_on_call(o.id) as may_keep,
      array(select j.name from app.organization_jurisdictions oj join app.jurisdictions j on j.id = oj.jurisdiction_id where oj.organization_id = o.id order by 1) as countries
      from app.on_call c join app.organizations o on o.id = c.organization_id left join app.members m on m.id = c.member_id left join app.audiences a on a.id = c.audience_id
     where ${only.organization ?? null}::text is null or o.slug = ${only.organization ?? null} order by o.name, c.place, c.name, c.id limit 500`.execute(tx);
  return rows;
}

/** May the asker say whom to call at this organization? */
export async function mayKeepOnCall(tx: Tx, organizationId: string): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select app.may_keep_on_call(${organizationId}) as may`.execute(tx);
  return rows[0]?.may === true;
}

export type OnCallReaders = { id: number; kind: string; label: string };
/** Who a contact may be shown to: audiences of the asker's own, all members first. */
export async function listOnCallReaders(tx: Tx): Promise<OnCallReaders[]> {
  const { rows } =
    await sql<OnCallReaders>`select id, kind, label from app.audiences where kind in ('everyone', 'organization', 'circle') order by id <> 2, kind, label`.execute(
      tx,
    );
  return rows;
}

async function known(tx: Tx, input: unknown, slug: string) {
  const to = parse(OnCallInput, input);
  if (!to.phone && !to.mail) throw new Refusal('people.on_call.no_way');
  if (Boolean(to.opens) !== Boolean(to.closes) || (to.opens && to.opens === to.closes)) throw new Refusal('people.profile.hours');
  const { rows } = await sql<{
    organization: string | null;
    member: string | null;
  }>`select (select id from app.organizations where slug = ${slug}) as organization,
    (select ms.member_id from app.memberships ms join app.members m on m.id = ms.member_id join app.organizations o on o.id = ms.organization_id where o.slug = ${slug} and m.slug = ${to.member}) as member`.execute(
    tx,
  );
  const found = rows[0];
  if (!found?.organization) throw notFound('people.organization.not_found');
  if (to.member && !found.member) throw notFound('people.member.not_found');
  return { ...to, organizationId: found.organization, memberId: found.member, opens: to.opens || null, closes: to.closes || null };
}

/**
 * Adds somebody to call at an organization. Refuses with people.on_call.name_missing, .no_way, .days_missing, .place, people.profile.hours, .phone, people.time_zone.unknown,
 * people.member.not_found (nobody who works there), people.organization.not_found, and as not found where one may not.
 */
export async function addOnCall(tx: Tx, organization: string, input: unknown): Promise<{ id: string }> {
  const to = await known(tx, input, organization);
  const id = newId();
  await sql`insert into app.on_call (id, organization_id, audience_id, place, name, member_id, phone, mail, days, opens, closes, time_zone, languages)
    values (${id}, ${to.organizationId}, ${to.audience_id}, ${to.place}, ${to.name}, ${to.memberId}, ${to.phone}, ${to.mail}, ${to.days}::int[], ${to.opens}, ${to.closes}, ${to.time_zone}, ${to.languages}::text[])`.execute(
    tx,
  );
  tx.notes.wake = true;
  return { id };
}

/** Changes whom to call; who sees it stays: remove it and add it anew for others. Refuses as adding does, and with people.on_call.not_found (also where one may not). */
export async function changeOnCall(tx: Tx, organization: string, id: string, input: unknown): Promise<void> {
  const to = await known(tx, input, organization);
  const { numAffectedRows } =
    await sql`update app.on_call set place = ${to.place}, name = ${to.name}, member_id = ${to.memberId}, phone = ${to.phone}, mail = ${to.mail}, days = ${to.days}::int[], opens = ${to.opens},
    closes = ${to.closes}, time_zone = ${to.time_zone}, languages = ${to.languages}::text[] where id = ${id} and organization_id = ${to.organizationId}`.execute(
      tx,
    );
  if (!numAffectedRows) throw notFound('people.on_call.not_found');
  tx.notes.wake = true;
}

/** Takes somebody off the list. Refuses with people.on_call.not_found, also where one may not. */
export async function removeOnCall(tx: Tx, id: string): Promise<void> {
  const { numAffectedRows } = await sql`delete from app.on_call where id = ${id}`.execute(tx);
  if (!numAffectedRows) throw notFound('people.on_call.not_found');
  tx.notes.wake = true;
}
