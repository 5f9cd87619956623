/** A small community and ways to be somebody in it, for policy and feature tests. */
import { sql } from 'kysely';
import { Client } from 'pg';
import { openSession } from '#domains/people/open-session.server.ts';
import { keyOf } from '#domains/people/secrets.server.ts';
import { type Actor, as, type Tx } from '#platform/database/open.server.ts';
import { newId } from '#platform/ids.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { ownKeys } from './keys.ts';

export type Community = {
  database: FreshDatabase;
  ids: Record<string, string>;
  organizations: Record<string, string>;
  be(slug: string): Promise<Actor>;
  cookie(slug: string): Promise<string> /** Empties the counters of tries. */;
  forget(): Promise<void>;
  /** A statement as superuser, for looking and planting behind row-level security. */
  behind<R extends Record<string, unknown>>(text: string): Promise<R[]>;
};

const bodies = {
  lumaria: ['Telecommunications Authority of Lumaria', 'regulator', false],
  bank: ['Central Bank of Lumaria', 'central-bank', false],
  sandoria: ['Financial Supervisory Office of Sandoria', 'supervisor', false],
  sika: ['Sika Pay', 'provider', true],
  secretariat: ['Indaba Secretariat', 'secretariat', false],
} as const;

/** slug: organization, membership role, duties. Eve is signed in and belongs nowhere. */
const people: Record<string, [keyof typeof bodies | null, string, string[]]> = {
  amina: ['lumaria', 'member', []],
  desta: ['lumaria', 'focal_point', []],
  jonas: ['bank', 'focal_point', []],
  mei: ['sandoria', 'member', ['reviewer']],
  karim: ['sika', 'member', []],
  lucia: ['secretariat', 'focal_point', ['steward', 'moderator']],
  eve: [null, 'member', []],
};

/** Plants the community in a database of its own; `demo` makes it a demonstration. */
export async function plantCommunity(options: { demo?: boolean } = {}): Promise<Community> {
  const database = await freshDatabase();
  await ownKeys(database.owner);
  const ids: Record<string, string> = {};
  const organizations: Record<string, string> = {};
  await as({ kind: 'clerk' }, async (tx) => {
    if (options.demo) await sql`update app.hub set demo = true`.execute(tx);
    for (const [slug, [name, kind, guest]] of Object.entries(bodies)) {
      organizations[slug] = newId();
      await sql`insert into app.organizations (id, slug, name, kind, is_guest) values (${organizations[slug]}, ${slug}, ${name}, ${kind}, ${guest})`.execute(
        tx,
      );
    }
    for (const [slug, [body, role, duties]] of Object.entries(people)) ids[slug] = await admit(tx, slug, body && organizations[body]!, role, duties);
  });
  const cookie = (slug: string) =>
    as({ kind: 'visitor' }, (tx) =>
      openSession(tx, { memberId: ids[slug]!, proof: options.demo ? 'demo' : 'passkey', device: { name: 'test', secret: 'test' } }),
    );
  const behind = async <R extends Record<string, unknown>>(text: string) => {
    const client = new Client({ connectionString: database.admin });
    await client.connect();
    return client
      .query<R>(text)
      .then(({ rows }) => rows)
      .finally(() => client.end());
  };
  const forget = async () => void (await behind('delete from app.rate_buckets'));
  return { database, ids, organizations, cookie, forget, behind, be: async (slug) => ({ kind: 'person', key: keyOf(await cookie(slug)) }) };
}

async function admit(tx: Tx, slug: string, organization: string | null, role: string, duties: string[]): Promise<string> {
  const id = newId();
  const name = slug[0]!.toUpperCase() + slug.slice(1);
  await sql`insert into app.members (id, slug, name, in_cast) values (${id}, ${slug}, ${name}, true)`.execute(tx);
  await sql`insert into app.accounts (member_id, email, email_key) values (${id}, ${`${slug}@example.test`}, ${`${slug}@example.test`})`.execute(tx);
  await sql`insert into app.bylines (id, kind, member_id, organization_id, name) values (${newId()}, 'person', ${id}, ${organization}, ${name})`.execute(tx);
  if (organization) await sql`insert into app.memberships (member_id, organization_id, role) values (${id}, ${organization}, ${role})`.execute(tx);
  for (const duty of duties) await sql`insert into app.hub_roles (member_id, role) values (${id}, ${duty})`.execute(tx);
  return id;
}
