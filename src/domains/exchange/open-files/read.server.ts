/** What a hub holds for everybody, as the owner of the database reads it: one picture of one moment. */
import { asOwner, connectOnce } from '#platform/database/connect.server.ts';

export type Space = { id: string; slug: string; title: string; description: string; licence: string; sources: unknown; public: boolean; audience: string };
export type Page = { path: string; parent: string | null; position: number; title: string; text: string; blocks: unknown; revision: number; changed_at: Date };
export type Asset = { path: string; mime: string; sha256: string };
export type Row = Record<string, unknown>;
export type Content = {
  at: Date;
  spaces: { space: Space; pages: Page[]; redirects: Row[]; assets: Asset[] }[];
  controls: Row[];
  organizations: Row[];
  jurisdictions: Row[];
};

const spaces = `select s.id, s.slug, s.title, s.description, s.licence, s.sources, s.audience_id = 1 as public, a.label as audience
  from app.spaces s join app.audiences a on a.id = s.audience_id where not $1 or s.audience_id = 1 order by s.position, s.slug`;
const pages = `select p.path, up.path as parent, p.position, p.title, r.text, r.blocks, r.number as revision, r.created_at as changed_at
  from app.pages p join app.revisions r on r.id = p.revision_id left join app.pages up on up.id = p.parent_id where p.space_id = $1 and p.retired_at is null order by p.position, p.path`;
const redirects = `select d.path as "from", p.path as "to" from app.page_redirects d join app.pages p on p.id = d.page_id where d.space_id = $1 order by 1`;
const assets = `select a.path, f.mime, encode(f.sha256, 'hex') as sha256 from app.space_assets a join app.files f on f.id = a.file_id where a.space_id = $1 order by 1`;
const controls = `select c.code, s.slug as space, p.path as page, c.slug, c.number, c.kind, c.title, c.text, c.risk, c.vulnerability, c.note, c.group_key as "group", c.entity, c.role, c.dimension, c.parameters,
    (select coalesce(jsonb_agg(a.scheme || ':' || a.value order by a.scheme, a.value), '[]') from app.control_aliases a where a.control_id = c.id) as aliases, c.retired_at
  from app.controls c join app.spaces s on s.id = c.space_id join app.pages p on p.id = c.page_id where not $1 or c.audience_id = 1 order by s.position, s.slug, p.position, c.position, c.code`;
const organizations = `select o.slug, o.name, o.kind, o.is_guest as guest, o.joined_on::text as joined_on, o.ended_on::text as closed_on,
    array(select j.code from app.organization_jurisdictions oj join app.jurisdictions j on j.id = oj.jurisdiction_id where oj.organization_id = o.id order by j.code) as jurisdictions
  from app.organizations o where not $1 order by o.slug`;
const jurisdictions = `select j.code, j.name, j.region from app.jurisdictions j where not $1 order by j.code`;

/** Reads everything that goes out; with `onlyPublic` nothing but what every visitor may read. */
export async function readContent(ownerUrl: string, onlyPublic: boolean): Promise<Content> {
  const client = await connectOnce(asOwner(ownerUrl));
  const rows = async <T>(query: string, value: unknown): Promise<T[]> => (await client.query(query, [value])).rows as T[];
  try {
    await client.query('begin isolation level repeatable read read only');
    const found = await rows<Space>(spaces, onlyPublic);
    const whole = [];
    for (const space of found)
      whole.push({
        space,
        pages: await rows<Page>(pages, space.id),
        redirects: await rows<Row>(redirects, space.id),
        assets: await rows<Asset>(assets, space.id),
      });
    return {
      at: (await client.query('select now() as at')).rows[0].at,
      spaces: whole,
      controls: await rows<Row>(controls, onlyPublic),
      organizations: await rows<Row>(organizations, onlyPublic),
      jurisdictions: await rows<Row>(jurisdictions, onlyPublic),
    };
  } finally {
    await client.end();
  }
}
