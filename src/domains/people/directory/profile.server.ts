import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound, Refusal } from '#platform/errors.ts';
import { parse } from '#platform/input.ts';
import { type FieldName, ProfileFields, type ShownTo } from './model.ts';

export type Shown = { field: FieldName; words: string[]; shown_to: ShownTo };

/** What a member shows to the asker; to themselves, all of it. */
export async function listProfile(tx: Tx, memberId: string): Promise<Shown[]> {
  const { rows } = await sql<Shown>`
    select field, words, shown_to from app.profile_fields where member_id = ${memberId} order by array_position(array['position','about','expertise','languages','time_zone','hours','phone','mail'], field)`.execute(
    tx,
  );
  return rows;
}

/**
 * Says anew what I show of myself, and to whom: what is left empty is taken away. My time zone stays that of my account; here I say who sees it.
 * Refuses with people.profile.long, .too_many, .time, .hours, .phone, .shown_to, .topic_unknown, people.email.not_an_address, people.member.not_found (nobody signed in).
 */
export async function changeProfileFields(tx: Tx, input: unknown): Promise<void> {
  const to = parse(ProfileFields, input);
  if (Boolean(to.opens) !== Boolean(to.closes) || (to.opens && to.opens >= to.closes)) throw new Refusal('people.profile.hours');
  const { rows } = await sql<{ me: string | null; unknown: boolean }>`
    select app.me() as me, exists (select from unnest(${to.expertise}::text[]) t where t not in (select slug from app.topics)) as unknown`.execute(tx);
  const me = rows[0]?.me;
  if (!me) throw notFound('people.member.not_found');
  if (rows[0]?.unknown) throw new Refusal('people.profile.topic_unknown');
  const one = (text: string) => (text ? [text] : []);
  const said: Array<[FieldName, string[], ShownTo]> = [
    ['position', one(to.position), to.shown_position],
    ['about', one(to.about), to.shown_about],
    ['expertise', to.expertise, to.shown_expertise],
    ['languages', to.languages, to.shown_languages],
    ['hours', to.opens ? [to.opens, to.closes] : [], to.shown_hours],
    ['phone', one(to.phone), to.shown_phone],
    ['mail', one(to.mail), to.shown_mail],
  ];
  const empty = said.filter(([, words]) => !words.length).map(([field]) => field);
  await sql`delete from app.profile_fields where member_id = ${me} and field = any(${empty}::text[])`.execute(tx);
  for (const [field, words, shown] of said.filter(([, words]) => words.length))
    await sql`insert into app.profile_fields (member_id, field, words, shown_to) values (${me}, ${field}, ${words}::text[], ${shown})
      on conflict (member_id, field) do update set words = excluded.words, shown_to = excluded.shown_to`.execute(tx);
  await sql`update app.profile_fields set shown_to = ${to.shown_time_zone} where member_id = ${me} and field = 'time_zone'`.execute(tx);
}
