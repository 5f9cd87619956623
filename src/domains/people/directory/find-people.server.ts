import { sql } from 'kysely';
import type { Tx } from '#platform/database/open.server.ts';
import type { FieldName, Wanted } from './model.ts';

export type Found = {
  slug: string;
  name: string;
  organizations: { slug: string; name: string; kind: string; role: string; is_guest: boolean }[];
  countries: string[];
  /** What they show to the asker, by field. */
  fields: Partial<Record<FieldName, string[]>>;
  /** Within their hours now; null where they do not show their time zone. */
  open_now: boolean | null;
};

// A filter asks only what the asker may read: a field that is not shown to them cannot find anybody.
const says = (field: FieldName, word: string | undefined) =>
  sql`(${word ?? ''} = '' or exists (select from app.profile_fields f where f.member_id = m.id and f.field = ${field} and ${word ?? ''} = any(f.words)))`;

/** The organizations that say to the asker that they adopted this space, whole or in part. */
export const adopters = (space: string) =>
  sql`select a.organization_id from app.adopted_spaces a join app.spaces s on s.id = a.space_id where s.slug = ${space} and a.state <> 'planned'`;

/** The people the asker may see who work somewhere, by name, a page at a time (`after`: the slug of the last one), found by what they show to the asker. */
export async function findPeople(tx: Tx, wanted: Wanted): Promise<{ people: Found[]; next: string | null }> {
  const limit = Math.min(wanted.limit ?? 30, 500);
  const search = wanted.q?.trim().toLowerCase() ?? '';
  const { rows } = await sql<Found>`
    with hours as (select z.member_id, app.open_at('{1,2,3,4,5}', coalesce(h.words[1], '09:00')::time, coalesce(h.words[2], '17:00')::time, z.words[1]) as open
      from app.profile_fields z left join app.profile_fields h on h.member_id = z.member_id and h.field = 'hours' where z.field = 'time_zone')
    select m.slug, m.name, o.organizations, o.countries, hours.open as open_now,
      coalesce((select jsonb_object_agg(f.field, f.words) from app.profile_fields f where f.member_id = m.id), '{}') as fields
      from app.members m left join hours on hours.member_id = m.id
      cross join lateral (select jsonb_agg(jsonb_build_object('slug', g.slug, 'name', g.name, 'kind', g.kind, 'role', ms.role, 'is_guest', g.is_guest) order by ms.since) as organizations,
          coalesce(array_agg(distinct j.name) filter (where j.name is not null), '{}') as countries, array_agg(j.code) as codes, array_agg(j.region) as regions, array_agg(g.kind) as kinds, string_agg(lower(g.name), ' ') as names
        from app.memberships ms join app.organizations g on g.id = ms.organization_id
        left join lateral (select min(x.name) as name, min(x.code) as code, min(x.region) as region from app.organization_jurisdictions oj join app.jurisdictions x on x.id = oj.jurisdiction_id where oj.organization_id = g.id) j on true
        where ms.member_id = m.id) o
     where m.status = 'active' and o.organizations is not null
       and (${search} = '' or position(${search} in lower(m.name)) > 0 or position(${search} in o.names) > 0 or position(${search} in lower(o.countries::text)) > 0
         or exists (select from app.profile_fields f where f.member_id = m.id and f.field in ('position', 'about') and position(${search} in lower(f.words[1])) > 0))
       and (${wanted.country ?? ''} = '' or ${wanted.country ?? ''} = any(o.codes)) and (${wanted.region ?? ''} = '' or ${wanted.region ?? ''} = any(o.regions))
       and (${wanted.kind ?? ''} = '' or ${wanted.kind ?? ''} = any(o.kinds)) and ${says('expertise', wanted.expertise)} and ${says('languages', wanted.language)} and ${says('time_zone', wanted.zone)}
       and (${wanted.adopted ?? ''} = '' or exists (select from app.memberships ms where ms.member_id = m.id and ms.organization_id in (${adopters(wanted.adopted ?? '')})))
       and (not ${wanted.now ?? false}::boolean or hours.open)
       and (${wanted.after ?? ''} = '' or (m.name, m.slug) > (select a.name, a.slug from app.members a where a.slug = ${wanted.after ?? ''}))
     order by m.name, m.slug limit ${limit + 1}`.execute(tx);
  const people = rows.slice(0, limit);
  return { people, next: rows.length > limit ? (people.at(-1)?.slug ?? null) : null };
}

/** The time zones that people show to the asker, for choosing. */
export async function listZones(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ zone: string }>`select distinct words[1] as zone from app.profile_fields where field = 'time_zone' order by 1`.execute(tx);
  return rows.map((each) => each.zone);
}
