import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import { notFound } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { parse } from '#platform/input.ts';
import { AdoptedInput, type AdoptedReaders, type AdoptedState } from './model.ts';

export type Adopted = {
  id: string;
  /** Null where the asker may read the name of the organization and nothing else of it. */
  organization: string | null;
  organization_name: string;
  space: string;
  space_title: string;
  state: AdoptedState;
  year: number | null;
  words: string;
  shown_to: AdoptedReaders;
};

/** What organizations say they adopted, as far as they show it to the asker: space by space in the order of the library, in each by name. */
export async function listAdopted(tx: Tx, only: { organization?: string; space?: string } = {}): Promise<Adopted[]> {
  const { rows } = await sql<Adopted>`
    select a.id, o.slug as organization, coalesce(o.name, p.name) as organization_name, s.slug as space, s.title as space_title, a.state, a.year, a.words,
      case a.audience_id when 1 then 'public' when 2 then 'members' else 'organization' end as shown_to
      from app.adopted_spaces a join app.spaces s on s.id = a.space_id left join app.organizations o on o.id = a.organization_id left join app.public_adopters() p on p.organization_id = a.organization_id
     where coalesce(o.name, p.name) is not null and (${only.organization ?? null}::text is null or o.slug = ${only.organization ?? null}) and (${only.space ?? null}::text is null or s.slug = ${only.space ?? null})
     order by s.position, s.slug, coalesce(o.name, p.name), a.id limit 5000`.execute(tx);
  return rows;
}

/** The spaces of the library that the asker reads, for choosing. */
export async function listAdoptable(tx: Tx): Promise<{ slug: string; title: string }[]> {
  const { rows } = await sql<{ slug: string; title: string }>`select slug, title from app.spaces order by position, slug`.execute(tx);
  return rows;
}

/** May the asker say what this organization adopted? */
export async function maySayAdopted(tx: Tx, organizationId: string): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select app.may_say_adopted(${organizationId}) as may`.execute(tx);
  return rows[0]?.may === true;
}

async function known(tx: Tx, slug: string, space: string) {
  const { rows } = await sql<{ organization: string | null; space: string | null }>`
    select (select id from app.organizations where slug = ${slug}) as organization, (select id from app.spaces where slug = ${space}) as space`.execute(tx);
  const found = rows[0];
  if (!found?.organization) throw notFound('people.organization.not_found');
  if (!found.space) throw notFound('people.adopted.no_space');
  return { organizationId: found.organization, spaceId: found.space };
}

/**
 * Says anew that an organization adopted a space, in part or not yet, and to whom this is shown. Refuses with people.adopted.state, .year, .long, .shown_to, .no_space,
 * people.organization.not_found, and as not found where one may not.
 */
export async function sayAdopted(tx: Tx, organization: string, input: unknown): Promise<{ id: string }> {
  const to = parse(AdoptedInput, input);
  const { organizationId, spaceId } = await known(tx, organization, to.space);
  const audience = {
    public: sql`1`,
    members: sql`2`,
    organization: sql`(select id from app.audiences where kind = 'organization' and ref = ${organizationId})`,
  }[to.shown_to];
  // Other readers are another row: whoever saw the old one is told that it is gone.
  await sql`delete from app.adopted_spaces where organization_id = ${organizationId} and space_id = ${spaceId} and audience_id <> ${audience}`.execute(tx);
  const { rows } = await sql<{ id: string }>`
    update app.adopted_spaces set state = ${to.state}, year = ${to.year}, words = ${to.words} where organization_id = ${organizationId} and space_id = ${spaceId} returning id`.execute(
    tx,
  );
  tx.notes.wake = true;
  if (rows[0]) return rows[0];
  const id = newId();
  await sql`insert into app.adopted_spaces (id, organization_id, space_id, audience_id, state, year, words)
    values (${id}, ${organizationId}, ${spaceId}, ${audience}, ${to.state}, ${to.year}, ${to.words})`.execute(tx);
  return { id };
}

/** No longer says anything of a space. Refuses with people.adopted.not_found, also where one may not. */
export async function unsayAdopted(tx: Tx, organization: string, space: string): Promise<void> {
  const { organizationId, spaceId } = await known(tx, organization, space);
  const { numAffectedRows } = await sql`delete from app.adopted_spaces where organization_id = ${organizationId} and space_id = ${spaceId}`.execute(tx);
  if (!numAffectedRows) throw notFound('people.adopted.not_found');
  tx.notes.wake = true;
}
